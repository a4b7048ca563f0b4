"""List the modules of `probe` that no test file is named after: `python -m tests.mirror`.

Beside each stand the tests that import it. A module that none imports is held by tests of what uses it, or by none:
`pytest --cov` tells which.
"""

import ast
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Print the modules, those that no test imports first."""
    users = importing_tests()
    lines = [(len(users[module]), module) for module in unmatched_modules()]
    for count, module in sorted(lines):
        print(f"{count:3}  {module}  {' '.join(sorted(users[module])[:3])}")
    return 0


def unmatched_modules() -> list[str]:
    """Return the modules without a test file of their name in the folder that mirrors theirs."""
    tests = {path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    modules = [path.relative_to(ROOT / "probe") for path in sorted((ROOT / "probe").rglob("*.py"))]
    unmatched = [path for path in modules if (path.parent / f"test_{path.name}").as_posix() not in tests]
    return [".".join(("probe", *path.with_suffix("").parts)) for path in unmatched if path.stem[:2] != "__"]


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
