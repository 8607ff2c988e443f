"""The Python that the documents show, run block after block as a reader would.

What the guides of frameworks show needs those, and is run by their tests.
"""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[3]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FRAMEWORKS = ROOT / "docs/guides/frameworks"
PATHS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCUMENTS = [path for path in PATHS if FRAMEWORKS not in path.parents and BLOCK.search(path.read_text())]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_python_of_a_document_runs_and_prints_what_it_says(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = path.read_text()
    names = {"__name__": "document"}
    for block in BLOCK.finditer(text):
        # The lines before it, so that an error names the line of the document.
        code = "\n" * text[: block.start(1)].count("\n") + block.group(1)
        exec(compile(code, str(path), "exec"), names)
        for line in capsys.readouterr().out.splitlines():
            assert f"# {line}" in code


def test_the_readme_and_the_guide_show_python():
    assert {"README.md", "docs/guides/python.md"} <= {str(path.relative_to(ROOT)) for path in DOCUMENTS}
