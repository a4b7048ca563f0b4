"""Blocks on a terminal and in a pipe: widths, colours, what is broken and what is left whole."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Group

from probe.cli.console import console_of, live_console, one_line, show
from probe.cli.language import choose_language
from probe.render.table_model import FigureCell, Table, WordsCell
from probe.render.terminal_model import BADGE, Block, Heading, RoundSigns, TextLine, ToneSpan
from tests.cli.terminal import ShownText

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
COLOUR = re.compile(r"\x1b\[[0-9;]*[34][0-7]m")
"""Escapes that set a colour, and not merely bold."""
SENTENCE = "one two three four five six seven eight nine ten"
DOWN = TextLine((ToneSpan("DOWN", f"{BADGE}DOWN"), ToneSpan("All calls failed.", "bad")))


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with a terminal of 80 columns, and no wishes for colours."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def at_terminal(*blocks: Block) -> str:
    shown = ShownText()
    show(blocks, shown)
    return shown.getvalue()


def lines_at_terminal(*blocks: Block) -> list[str]:
    return [line.rstrip() for line in ESCAPE.sub("", at_terminal(*blocks)).splitlines()]


def piped(*blocks: Block) -> str:
    pipe = io.StringIO()
    show(blocks, pipe)
    return pipe.getvalue()


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR": "1"}, True),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True),
        ({"TERM": "dumb"}, False),
    ],
)
def test_a_terminal_has_colours_unless_they_are_not_wanted(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    shown = at_terminal(DOWN)
    assert bool(COLOUR.search(shown)) is coloured
    badge = " DOWN  All calls failed." if coloured else "DOWN. All calls failed."
    assert ESCAPE.sub("", shown) == f"{badge}\n", "a word without its ground ends in a full stop"


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_a_pipe_has_colours_only_where_they_are_forced(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert bool(COLOUR.search(piped(DOWN))) is coloured


def test_a_badge_without_colours_ends_as_a_sentence_does_in_chinese() -> None:
    choose_language(["--lang", "zh"], {})
    assert piped(TextLine((ToneSpan("不可用", f"{BADGE}DOWN"), ToneSpan("全部失败。")))) == "不可用。全部失败。\n"


@pytest.mark.parametrize(("named", "columns"), [("30", 30), ("", 80), ("0", 80), ("wide", 80), ("-5", 80)])
def test_a_terminal_is_as_wide_as_columns_says_else_the_usual_width(
    monkeypatch: pytest.MonkeyPatch, named: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", named)
    assert console_of(ShownText()).width == columns


def test_a_line_is_broken_between_words_and_goes_on_below_its_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "22")
    assert lines_at_terminal(TextLine.of(SENTENCE, sign="→ ")) == [
        "→ one two three four",
        "  five six seven eight",
        "  nine ten",
    ]


def test_prose_is_no_wider_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    lines = lines_at_terminal(TextLine.of(" ".join([SENTENCE] * 6)))
    assert 100 < max(map(cell_len, lines)) <= 120
    assert " ".join(lines) == " ".join([SENTENCE] * 6)


def test_a_pipe_gets_a_line_as_one_however_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "22")
    assert piped(TextLine.of(SENTENCE * 9, sign="→ ")) == f"→ {SENTENCE * 9}\n"


def test_what_is_to_be_copied_is_left_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "22")
    path = "reports/runs/20261121T073000Z-cold-start-glm"
    command = f"probe run --resume {path}"
    assert lines_at_terminal(TextLine.of(command, whole=True)) == [command]
    assert path in lines_at_terminal(TextLine.of(command)), "a word that is too long is never cut"


def test_words_of_strangers_drive_no_terminal() -> None:
    hostile = "\x1b[31mred\x07\u202e"
    table = Table("t", "", ("name",), ((WordsCell(hostile, foreign=True),),))
    signs = RoundSigns((1,), ((hostile, (ToneSpan("·"),)),), "legend")
    for block in (TextLine.of(hostile), Heading(hostile), table, signs):
        said = piped(block)
        assert "red" in said
        assert not {"\x1b", "\x07", "\u202e"} & set(said), block


def test_square_brackets_are_words_and_no_markup() -> None:
    assert piped(TextLine.of("[bold]1308[/bold] :smile:")) == "[bold]1308[/bold] :smile:\n"


def test_a_heading_stands_apart_from_what_is_above() -> None:
    assert lines_at_terminal(TextLine.of("above"), Heading("Calls"), TextLine.of("below")) == [
        "above",
        "",
        "Calls",
        "below",
    ]


def signs_of(rounds: int) -> RoundSigns:
    marks = tuple(ToneSpan("x" if number == 1 else "·") for number in range(1, rounds + 1))
    return RoundSigns(tuple(range(1, rounds + 1)), (("call1", marks), ("2nd", marks)), "x failed")


def test_signs_of_rounds_stand_below_their_numbers_with_steps_in_one_column() -> None:
    assert lines_at_terminal(signs_of(5)) == [
        "         1–5",
        "  call1  x····",
        "  2nd    x····",
        "  x failed",
    ]


def test_a_single_round_has_one_number() -> None:
    assert lines_at_terminal(signs_of(1))[0].strip() == "1"


def test_rounds_that_do_not_fit_go_on_in_further_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "29")
    lines = lines_at_terminal(signs_of(45))
    assert [line.strip() for line in lines if "–" in line] == ["1–20", "21–40", "41–45"]
    assert [line.count("·") + line.count("x") for line in lines if "call1" in line] == [20, 20, 5]
    assert [line for line in lines if "failed" in line] == ["  x failed"], "the legend stands once, below all"


def test_a_very_narrow_terminal_still_gets_ten_rounds_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "12")
    assert "  call1  x·········" in lines_at_terminal(signs_of(20))


def test_a_table_is_fitted_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table = Table("t", "", ("what", "calls"), ((WordsCell(SENTENCE, long=True), FigureCell("1,200")),))
    lines = lines_at_terminal(table)
    assert max(map(cell_len, lines)) <= 40
    assert any("1,200" in line for line in lines)


@pytest.mark.parametrize(("term", "drawn"), [("xterm-256color", True), ("dumb", False), ("unknown", False)])
def test_a_view_is_drawn_again_and_again_only_on_a_terminal_that_can(
    monkeypatch: pytest.MonkeyPatch, term: str, drawn: bool
) -> None:
    monkeypatch.setenv("TERM", term)
    assert (live_console(ShownText()) is not None) is drawn
    assert live_console(io.StringIO()) is None


def test_a_terminal_that_does_not_say_what_it_is_gets_no_view(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERM")
    assert live_console(ShownText()) is None


@pytest.mark.parametrize(("environment", "plain"), [({}, False), ({"NO_COLOR": "1"}, True)])
def test_a_view_has_colours_unless_they_are_not_wanted(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], plain: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    console = live_console(ShownText())
    assert console is not None
    assert console.no_color is plain


def test_a_line_of_a_view_never_takes_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    shown = ShownText()
    console_of(shown).print(Group(one_line(SENTENCE), one_line("below")))
    assert shown.getvalue().splitlines() == ["one two three four …", "below"]
