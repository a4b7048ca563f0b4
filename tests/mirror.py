"""List the modules of `probe` that decide something and that no test file is named after: `python -m tests.mirror`.

Beside each stand its branches (what it decides) and test files that import it. A module that none imports is held by
tests of what uses it: `pytest --cov=probe --cov-context=test` tells which.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match, ast.BoolOp, ast.comprehension)


def main() -> int:
    """Print the modules, those with the most branches first."""
    users = importing_tests()
    for count, module in sorted(modules_without_a_test_file(), reverse=True):
        print(f"{count:3}  {module}  {' '.join(sorted(users[module])[:3])}")
    return 0


def modules_without_a_test_file(fewest: int = 1) -> list[tuple[int, str]]:
    """Return branches and name of each module with at least `fewest` branches and no test file of its name."""
    tests = {path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    modules = [path.relative_to(ROOT / "probe") for path in sorted((ROOT / "probe").rglob("[!_]*.py"))]
    unmatched = [path for path in modules if (path.parent / f"test_{path.name}").as_posix() not in tests]
    counted = [
        (branches(ROOT / "probe" / path), ".".join(("probe", *path.with_suffix("").parts))) for path in unmatched
    ]
    return [(count, module) for count, module in counted if count >= fewest]


def branches(path: Path) -> int:
    """Return how many branches, loops and conditions stand in a file."""
    return sum(isinstance(node, BRANCHES) for node in ast.walk(ast.parse(path.read_text())))


def importing_tests() -> dict[str, set[str]]:
    """Return the test files that import a module, by the module."""
    users: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                users[node.module].add(path.stem)
                for name in node.names:
                    users[f"{node.module}.{name.name}"].add(path.stem)
    return users


if __name__ == "__main__":
    sys.exit(main())
