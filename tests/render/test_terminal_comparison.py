"""Comparisons on a terminal."""

from probe.render.terminal_comparison import comparison_blocks
from tests.render import samples
from tests.render.spoken import EN, shown


def test_a_comparison_says_what_is_worse_before_what_is_better() -> None:
    lines = shown(comparison_blocks(samples.comparison(), EN))
    assert lines[0].startswith("No regression")
    signs = [line[0] for line in lines if line[0] in "▲▼="]
    assert signs == sorted(signs, key="▲▼=".index)
    assert "failure rate: worse" in next(line for line in lines if line.startswith("▲"))
