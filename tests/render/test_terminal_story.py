"""Tests for stories on a terminal."""

from probe.render.terminal_story import story_lines


def test_lines_keep_their_indent_and_stories_stand_apart() -> None:
    lines = list(story_lines(["Round 1, call1: ok\n  began at noon\n\n    0.000s  #1 main", "Round 2, call1: ok"]))
    assert ["".join((line.sign, *(span.text for span in line.spans))) for line in lines] == [
        "Round 1, call1: ok",
        "  began at noon",
        "",
        "    0.000s  #1 main",
        "",
        "Round 2, call1: ok",
    ]
    assert [line.sign for line in lines[1:4]] == ["  ", "", "    "], "a line that is too long goes on below its words"
    assert [line.spans[0].tone for line in lines if line.spans] == ["strong", "", "", "", "", "strong"]
