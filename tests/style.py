"""Check what ruff cannot: docstrings, names and complexity. `python -m tests.style [PATH…]` is part of `make check`."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from radon.complexity import cc_visit  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
TREES = ("probe", "tests", "benchmarks")
MOST_COMPLEX = 10
REASON = "# complexity:"
"""On the line of a `def`, followed by the reason why the function may be more complex."""

QUESTION_WORDS = frozenset("What Which How Whether Where Who Whose Whom Why When Those That It".split())
NOUN_PHRASES = QUESTION_WORDS | frozenset("The A An This These There One Each All Some No Not Same Both Its".split())
PRONOUNS = frozenset("each one other others made seen".split())
PROPERTIES = frozenset("property cached_property".split())

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def main(arguments: list[str]) -> int:
    """Print the problems of the files in these paths, or of the whole tree. Return the exit code."""
    paths = [Path(argument).resolve() for argument in arguments] or [ROOT / tree for tree in TREES]
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
    problems = [problem for file in files for problem in file_problems(file)]
    problems += name_problems(sorted((ROOT / "probe").rglob("*.py")))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def file_problems(path: Path) -> Iterator[str]:
    """Yield the problems that a file has by itself."""
    source = path.read_text()
    tree = ast.parse(source)
    place = path.relative_to(ROOT)
    for line, problem in [*_docstring_problems(tree), *_pronoun_problems(tree), *_complexity_problems(source)]:
        yield f"{place}:{line}: {problem}"


def name_problems(paths: list[Path]) -> Iterator[str]:
    """Yield the class names and file names that stand for more than one thing."""
    files: dict[str, list[str]] = defaultdict(list)
    classes: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        place = str(path.relative_to(ROOT))
        files[path.name].append(place)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                classes[node.name].append(f"{place}:{node.lineno}")
    del files["__init__.py"]
    for kind, found in (("file name", files), ("class name", classes)):
        for name, places in found.items():
            if len(places) > 1:
                yield f"{places[0]}: the {kind} {name} stands in {', '.join(places[1:])} too"


def _docstring_problems(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, Documented):
            continue
        text = ast.get_docstring(node)
        first = text.split()[0].strip(".,:;") if text else ""
        if first in (NOUN_PHRASES if _is_to_begin_with_verb(node) else QUESTION_WORDS):
            yield getattr(node, "lineno", 1), f"the docstring begins with {first!r}, and not with a verb"
        yield from _attribute_docstring_problems(node)


def _is_to_begin_with_verb(node: Documented) -> bool:
    """Return True for functions, but not for properties, which are data."""
    if not isinstance(node, Function):
        return False
    decorators = {decorator.id for decorator in node.decorator_list if isinstance(decorator, ast.Name)}
    return not decorators & PROPERTIES


def _attribute_docstring_problems(node: Documented) -> Iterator[tuple[int, str]]:
    """Yield the problems of strings that stand below an assignment and describe it."""
    for before, statement in zip(node.body, node.body[1:], strict=False):
        if not isinstance(before, ast.Assign | ast.AnnAssign) or not isinstance(statement, ast.Expr):
            continue
        value = statement.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            first = value.value.split()[0].strip(".,:;")
            if first in QUESTION_WORDS:
                yield statement.lineno, f"the description begins with {first!r}"


def _pronoun_problems(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the functions that use a pronoun as a name beyond a line or one comprehension."""
    for function in ast.walk(tree):
        if not isinstance(function, Function):
            continue
        lines: dict[str, set[int]] = defaultdict(set)
        for node in _outside_comprehensions(function):
            if isinstance(node, ast.Name) and node.id in PRONOUNS:
                lines[node.id].add(node.lineno)
            if isinstance(node, ast.arg) and node.arg in PRONOUNS:
                lines[node.arg].add(node.lineno)
        for name, used in lines.items():
            if max(used) - min(used) > 1:
                yield min(used), f"{name!r} is used as a name over {max(used) - min(used) + 1} lines"


def _outside_comprehensions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | Function):
            continue
        yield child
        yield from _outside_comprehensions(child)


def _complexity_problems(source: str) -> Iterator[tuple[int, str]]:
    for block in cc_visit(source):
        is_class = hasattr(block, "methods")
        if block.complexity > MOST_COMPLEX and not is_class and not _has_reason(source, block.lineno):
            yield block.lineno, f"{block.name} has a complexity of {block.complexity}"


def _has_reason(source: str, first: int) -> bool:
    """Return True where the signature that begins on this line ends in a reason."""
    for line in source.splitlines()[first - 1 :]:
        if REASON in line:
            return True
        if line.rstrip().endswith(":"):
            return False
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
