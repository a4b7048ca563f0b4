"""Columns of a listing in a terminal: what is left out first, and that nothing that matters is lost."""

import pytest

from probe.cli.column_layout import ListColumn, laid_out
from probe.render.text_layout import width


def column(title: str, *cells: str, rank: int = 0, shrinks: bool = False) -> ListColumn:
    return ListColumn(title, cells, rank, shrinks)


NAMES = column("ID", "a1b2c3", "d4e5f6")
TARGETS = column("TARGET", "relay", "a-name-of-thirty-two-characters-", shrinks=True)
CLIENTS = column("CLIENT", "claude 2.1.329", "claude 2.1.400", rank=2)
DATES = column("DATE", "2026-11-21", "2026-11-22", rank=1)


def test_where_there_is_room_all_columns_stand_side_by_side() -> None:
    assert laid_out([NAMES, DATES], 80) == ["ID      DATE", "a1b2c3  2026-11-21", "d4e5f6  2026-11-22"]


def test_what_may_be_cut_is_cut_before_anything_is_left_out() -> None:
    lines = laid_out([NAMES, TARGETS, DATES], 40)
    assert "DATE" in lines[0]
    assert max(map(width, lines)) <= 40
    assert "a-name-of" in lines[2]
    assert "characters" not in lines[2]


@pytest.mark.parametrize(("room", "shown"), [(60, {"CLIENT", "DATE"}), (34, {"DATE"}), (24, set())])
def test_columns_of_the_highest_rank_go_first(room: int, shown: set[str]) -> None:
    lines = laid_out([NAMES, TARGETS, CLIENTS, DATES], room)
    assert max(map(width, lines)) <= room
    assert {"CLIENT", "DATE"} & set(lines[0].split()) == shown
    assert {"ID", "TARGET"} <= set(lines[0].split())


def test_of_columns_of_one_rank_the_last_goes_first() -> None:
    first, last = column("ONE", "x" * 20, "", rank=1), column("TWO", "y" * 20, "", rank=1)
    assert "ONE" in laid_out([NAMES, first, last], 30)[0]
    assert "TWO" not in laid_out([NAMES, first, last], 30)[0]


def test_where_what_matters_does_not_fit_all_is_shown_on_several_lines() -> None:
    whole = column("PATH", "/a/long/path/that/may/not/be/cut", "/b")
    text = "\n".join(laid_out([NAMES, whole, DATES], 24))
    for part in ("a1b2c3", "d4e5f6", "2026-11-21", "2026-11-22", "/b"):
        assert part in text
    assert "cut" in text


def test_a_table_without_rows_has_its_titles() -> None:
    assert laid_out([column("ID"), column("DATE")], 80) == ["ID  DATE"]


def test_wide_characters_take_their_room() -> None:
    lines = laid_out([column("名称", "中转", "a"), column("数", "1", "2")], 80)
    assert lines == ["名称  数", "中转  1", "a     2"]
