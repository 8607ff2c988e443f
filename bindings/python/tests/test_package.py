"""The package as it is installed."""

import ast
import importlib.metadata
import inspect
import pathlib
import subprocess
import sys

import sponsio
from sponsio import _native, patterns

HERE = pathlib.Path(sponsio.__file__).parent


def public(names):
    return {name for name in names if not name.startswith("_")}


def declared():
    return ast.parse((HERE / "_native.pyi").read_text()).body


def test_the_stub_declares_what_the_module_has():
    stub = {node.name for node in declared() if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    assert stub == public(dir(_native))


def test_the_stub_declares_the_members_of_every_class():
    for node in declared():
        if not isinstance(node, ast.ClassDef) or issubclass(getattr(_native, node.name), Exception):
            continue
        kind = getattr(_native, node.name)
        members = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
        assert public(members) == public(vars(kind)), node.name


def parameters(function):
    arguments = function.args
    plain = [a.arg for a in arguments.posonlyargs + arguments.args if a.arg not in ("self", "cls")]
    return plain, [a.arg for a in arguments.kwonlyargs]


def test_the_stub_declares_the_parameters_of_every_method():
    for node in declared():
        if not isinstance(node, ast.ClassDef):
            continue
        for method in node.body:
            is_property = isinstance(method, ast.FunctionDef) and method.decorator_list
            if not isinstance(method, ast.FunctionDef) or is_property or method.name == "__bool__":
                continue
            kind = getattr(_native, node.name)
            known = inspect.signature(kind if method.name == "__new__" else getattr(kind, method.name))
            of = lambda *kinds: [p.name for p in known.parameters.values() if p.kind in kinds and p.name != "self"]
            P = inspect.Parameter
            expect = of(P.POSITIONAL_ONLY, P.POSITIONAL_OR_KEYWORD), of(P.KEYWORD_ONLY)
            assert parameters(method) == expect, (node.name, method.name)


def test_the_package_says_that_it_is_typed():
    assert (HERE / "py.typed").is_file()


def test_nothing_else_is_required():
    assert importlib.metadata.requires("sponsio") in (None, [])


def test_there_is_a_factory_for_every_pattern_with_its_parameters():
    known = {name: [p[0] for p in parameters] for name, _, _, _, parameters in _native.patterns()}
    assert set(patterns.__all__) == set(known)
    for name, names in known.items():
        factory = inspect.signature(getattr(patterns, name))
        assert list(factory.parameters) == [*names, "desc"], name


def test_the_command_comes_with_the_package():
    command = pathlib.Path(sys.executable).parent / "sponsio"
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("sponsio ")


def test_the_command_says_by_its_number_what_it_found(tmp_path):
    command = [sys.executable, "-m", "sponsio._command"]
    (tmp_path / "sponsio.yaml").write_text("contracts: [some nonsense]\n")
    said = subprocess.run([*command, "validate"], capture_output=True, text=True, cwd=tmp_path)
    assert said.returncode != 0
    assert "nonsense" in said.stdout + said.stderr
