"""Runs the tests of each framework against the real one, in an environment of its own.

    python run.py WHEEL FOLDER [FRAMEWORK...]

Frameworks cannot share an environment: what one needs, another forbids. An environment is made in FOLDER where it is
missing or holds other versions; the wheel is installed anew.
"""

import pathlib
import subprocess
import sys
import venv

#: For each framework, what is installed; versions are exact, and the tests assert the first.
FRAMEWORKS = {
    "langchain": ["langchain==1.4.7", "langchain-core==1.7.2", "langgraph==1.2.22"],
}
#: Frameworks that need a later Python than the package does.
NEEDS = {"langchain": (3, 11)}
PYTEST = "pytest==9.2.0"
HERE = pathlib.Path(__file__).parent


def environment(folder: pathlib.Path, required: list[str]) -> str:
    """The interpreter of the environment in a folder."""
    stamp = folder / "required.txt"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    wanted = "\n".join([sys.version, *required])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        pip(python, "--prefer-binary", *required)
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def pip(python: str | pathlib.Path, *arguments: str) -> None:
    """Installs into the environment of an interpreter."""
    quiet = ["--quiet", "--disable-pip-version-check"]
    subprocess.run([str(python), "-m", "pip", "install", *quiet, *arguments], check=True)


def test(name: str, wheel: str, folder: pathlib.Path) -> bool:
    """Whether everything that is written for a framework holds."""
    python = environment(folder / name, [*FRAMEWORKS[name], PYTEST])
    pip(python, "--no-index", "--no-deps", "--force-reinstall", wheel)
    file = HERE / f"test_{name}.py"
    ran = subprocess.run([python, "-m", "pytest", "-p", "no:cacheprovider", str(file)], cwd=HERE.parent.parent)
    return ran.returncode == 0


def main() -> int:
    """Runs those that are named, or all."""
    wheel, folder, *names = sys.argv[1:]
    failed = []
    for name in names or FRAMEWORKS:
        needs = NEEDS.get(name, (3, 10))
        if sys.version_info < needs:
            print(f"{name}: NOT RUN, it needs Python {needs[0]}.{needs[1]}")
            continue
        print(f"{name}: {', '.join(FRAMEWORKS[name])}", flush=True)
        if not test(name, wheel, pathlib.Path(folder)):
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all adapters hold")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
