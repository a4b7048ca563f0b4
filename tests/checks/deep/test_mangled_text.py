"""Ways in which a relay mangles a text are told from what a model may do."""

import pytest

from probe.checks.deep.mangled_text import mangled_how


@pytest.mark.parametrize(
    ("sent", "came", "how"),
    [
        ("grün", "grün", None),
        ("grün", "grau", None),
        ("grün?", "gr?n?", "lost_letters"),
        ("grün", "grn", "lost_letters"),
        ("a & b", "a &amp; b", "html"),
        ("a &amp; b", "a & b", "html"),
        ('a "b"', "a b", "quotes"),
        ("C:\\new", "C:new", "quotes"),
        ("a|b", "ab", "pipes"),
        ("one two three", "one two", "cut"),
        ("one two three", "o", None),
    ],
)
def test_ways_of_mangling(sent: str, came: str, how: str | None) -> None:
    assert mangled_how(sent, came) == how
