"""The checks of `tests.style`: breaches of every rule are reported with file and line, allowed forms are not."""

import pytest

from tests.style import MOST_COMPLEX, file_problems, name_problems

BRANCHES = "".join(f"    if n == {number}:\n        return {number}\n" for number in range(MOST_COMPLEX))


@pytest.mark.parametrize(
    ("source", "line", "rule"),
    [
        ('"""What it is."""\n', 1, "the docstring begins with 'What'"),
        ('X = 1\n"""Which of them."""\n', 2, "the description begins with 'Which'"),
        ('class A:\n    """Those that count."""\n', 1, "the docstring begins with 'Those'"),
        ('class A:\n    x: int\n    """How many."""\n', 3, "the description begins with 'How'"),
        ('def f():\n    """The sum."""\n', 1, "the docstring begins with 'The', and not with a verb"),
        ('async def f():\n    """A sum."""\n', 1, "the docstring begins with 'A'"),
        ('class A:\n    @property\n    def n(self):\n        """Whether it is."""\n', 3, "begins with 'Whether'"),
        (
            "def f(values):\n    for each in values:\n        print()\n        print(each)\n",
            2,
            "'each' is used as a name",
        ),
        ("def f(other):\n    print()\n    return other\n", 1, "'other' is used as a name over 3 lines"),
        ("class A:\n    made: int\n", 2, "'made' is used as a name of a field"),
        (f"X = 1\n\n\ndef f(n):\n{BRANCHES}", 4, f"f has a complexity of {MOST_COMPLEX + 1}"),
        (f"class A:\n    def f(self, n):\n{BRANCHES.replace('    ', '        ')}", 2, "f has a complexity of"),
    ],
)
def test_a_breach_is_reported_with_file_line_and_rule(source: str, line: int, rule: str) -> None:
    (problem,) = file_problems("probe/a.py", source)
    assert problem.startswith(f"probe/a.py:{line}: ")
    assert rule in problem


@pytest.mark.parametrize(
    "source",
    [
        '"""The parser of something."""\n',
        'def f():\n    """Return the sum."""\n',
        'class A:\n    """A sum."""\n',
        'class A:\n    @property\n    def n(self):\n        """The number of calls."""\n',
        'class A:\n    @cached_property\n    def n(self):\n        """All calls."""\n',
        "def f(values):\n    return [each.name for each in values]\n",
        "def f(values):\n    for each in values:\n        print(each)\n",
        f"def f(n):  # complexity: a list of early answers\n{BRANCHES}",
        f"def f(\n    n,\n) -> int:  # complexity: a list of early answers\n{BRANCHES}",
    ],
)
def test_what_is_allowed_is_not_reported(source: str) -> None:
    assert list(file_problems("probe/a.py", source)) == []


def test_a_class_name_and_a_file_name_stand_for_one_thing() -> None:
    sources = {
        "probe/a/__init__.py": "",
        "probe/b/__init__.py": "",
        "probe/a/verdict.py": "class Route:\n    pass\n",
        "probe/b/verdict.py": "X = 1\n\n\nclass Route:\n    pass\n",
    }
    assert list(name_problems(sources)) == [
        "probe/a/verdict.py: the file name verdict.py stands in probe/b/verdict.py too",
        "probe/a/verdict.py:1: the class name Route stands in probe/b/verdict.py:4 too",
    ]
