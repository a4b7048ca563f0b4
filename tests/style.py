"""Check what ruff cannot: docstrings, names and complexity. `python -m tests.style [PATH…]` is part of `make check`."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from radon.complexity import cc_visit_ast  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
TREES = ("probe", "tests", "benchmarks", "tools", "website")
MOST_COMPLEX = 10
REASON = "# complexity:"
"""On the line of a `def`, followed by the reason why the function may be more complex."""

QUESTION_WORDS = frozenset("What Which How Whether Where Who Whose Whom Why When Those That It".split())
NOUN_PHRASES = QUESTION_WORDS | frozenset("The A An This These There One Each All Some No Not Same Both Its".split())
PRONOUNS = frozenset("each one other others made seen them thing things stuff".split())
PROPERTIES = frozenset("property cached_property".split())

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def main(arguments: list[str]) -> int:
    """Print the problems of the files in these paths, or of the whole tree. Return the exit code."""
    paths = [Path(argument).resolve() for argument in arguments] or [ROOT / tree for tree in TREES]
    problems = [problem for name, source in _sources(paths).items() for problem in file_problems(name, source)]
    problems += name_problems(_sources([ROOT / "probe"]))
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


def _sources(paths: list[Path]) -> dict[str, str]:
    """Read the Python files in these paths; return their texts by their path below the root."""
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))]
    return {str(file.relative_to(ROOT)): file.read_text() for file in files}


def file_problems(name: str, source: str) -> Iterator[str]:
    """Yield the problems that a file has by itself, as `name:line: problem`."""
    tree = ast.parse(source)
    for line, problem in [*_docstring_problems(tree), *_pronoun_problems(tree), *_complexity_problems(tree, source)]:
        yield f"{name}:{line}: {problem}"


def name_problems(sources: dict[str, str]) -> Iterator[str]:
    """Yield the class names and file names that stand for more than one thing. `sources` maps paths to texts."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, source in sources.items():
        if not path.endswith("/__init__.py"):
            places[f"file name {Path(path).name}"].append(path)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                places[f"class name {node.name}"].append(f"{path}:{node.lineno}")
    for name, (first, *further) in places.items():
        if further:
            yield f"{first}: the {name} stands in {', '.join(further)} too"


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
    """Yield pronouns that are names of a class's fields, or of variables beyond a line or one comprehension."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from _pronoun_fields(node)
        elif isinstance(node, Function):
            yield from _pronoun_variables(node)


def _pronoun_variables(function: Function) -> Iterator[tuple[int, str]]:
    lines: dict[str, set[int]] = defaultdict(set)
    for node in _outside_comprehensions(function):
        if isinstance(node, ast.Name | ast.arg):
            lines[node.id if isinstance(node, ast.Name) else node.arg].add(node.lineno)
    for name in PRONOUNS & lines.keys():
        first, last = min(lines[name]), max(lines[name])
        if last - first > 1:
            yield first, f"{name!r} is used as a name over {last - first + 1} lines"


def _pronoun_fields(item: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for statement in item.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            if name in PRONOUNS:
                yield statement.lineno, f"{name!r} is used as a name of a field"


def _outside_comprehensions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | Function):
            continue
        yield child
        yield from _outside_comprehensions(child)


def _complexity_problems(tree: ast.Module, source: str) -> Iterator[tuple[int, str]]:
    for block in cc_visit_ast(tree):
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
