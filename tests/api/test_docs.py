"""docs/python.md: its blocks are run in order, and what it says that they show is what they show."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "python.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Yield the line, the code and the output, if it is shown, of each block of code."""
    found = [(text[: match.start()].count("\n") + 2, match[1], match[2]) for match in _BLOCK.finditer(text)]
    for position, (line, language, code) in enumerate(found):
        if language == "python":
            after = found[position + 1] if position + 1 < len(found) else (0, "", "")
            yield line, code, after[2] if after[1] == "text" else None


def shown(code: str, line: int, names: dict[str, Any]) -> str:
    """Return what a notebook shows of a block: its last expression."""
    tree = ast.parse(code)
    ast.increment_lineno(tree, line - 1)
    *before, last = tree.body
    if not isinstance(last, ast.Expr):
        exec(compile(tree, DOCS, "exec"), names)
        return ""
    exec(compile(ast.Module(before, []), DOCS, "exec"), names)
    return repr(eval(compile(ast.Expression(last.value), DOCS, "eval"), names))


def without_trailing_blanks(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


@pytest.mark.real
@pytest.mark.slow
def test_the_session(
    sandboxes: Path,
    tmp_path: Path,
    real_client: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PROBE_CLIENT", real_client)
    names: dict[str, Any] = {"__name__": "session"}
    checked = 0
    for line, code, expected in blocks(DOCS.read_text()):
        said = shown(code, line, names)
        if expected is not None:
            assert without_trailing_blanks(said) == without_trailing_blanks(expected), f"{DOCS}:{line}"
            checked += 1
    assert checked >= 8
    assert list(sandboxes.iterdir()) == []
    assert (tmp_path / "ecdf.svg").read_text().startswith("<svg")
    assert capfd.readouterr() == ("", "")


def test_what_is_shown_is_looked_at() -> None:
    """Tell a block whose output is wrong from one whose output is right."""
    text = "```python\nx = 2\nx + 1\n```\n\n```text\n3\n```\n\n```python\ny = x\n```\n"
    assert list(blocks(text)) == [(2, "x = 2\nx + 1\n", "3\n"), (11, "y = x\n", None)]
    assert shown("x = 2\nx + 1\n", 2, {}) == "3"
    assert shown("y = 1\n", 2, {}) == ""
