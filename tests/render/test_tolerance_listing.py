"""The waits of a client as a table for a terminal."""

from typing import Any

import pytest

from probe.model.choices import Wait
from probe.model.outcome import Outcome
from probe.model.run_manifest import ClientInfo
from probe.model.tolerance_report import Reaction, Tolerance, Tolerances
from probe.render.text_layout import width
from probe.render.tolerance_listing import render_tolerances
from probe.texts import Texts
from tests.render.spoken import BOTH, EN

STOOD = Tolerance(wait=Wait.GAP, stood_s=720.0)
GAVE_UP = Tolerance(
    wait=Wait.FIRST_BYTE, stood_s=59.0, gave_up_s=150.0, reaction=Reaction.FELL_BACK, outcome=Outcome.OK
)


def listing(*waits: Tolerance, texts: Texts = EN, **changes: Any) -> list[str]:
    """Return the lines of a listing of these waits."""
    fields = {
        "client": ClientInfo(program="claude", version="2.1.329"),
        "upto_s": 720.0,
        "precision_s": 1.0,
        "waits": waits,
    }
    return render_tolerances(Tolerances.model_validate(fields | changes), texts).splitlines()


def test_a_wait_that_was_given_up_has_both_limits_and_what_the_client_did_then() -> None:
    line = listing(GAVE_UP)[-1]
    assert line.startswith("for the first byte ")
    assert line.index("59.0 s") < line.index("2 m 30 s")
    assert line.endswith("  asked again without streaming; outcome of the call: ok")


def test_a_wait_that_was_stood_has_a_dash_and_it_is_said_that_longer_ones_were_not_tried() -> None:
    *_, stood, blank, limit = listing(GAVE_UP, STOOD)
    assert stood.split("  ")[0] == "for the next byte of a stream"
    assert stood.endswith("12 m 00 s             -")
    assert (blank, limit) == ("", "Waits longer than 12 m 00 s were not tried (--upto).")


def test_where_every_wait_was_given_up_no_limit_of_the_search_is_told() -> None:
    assert not any("--upto" in line for line in listing(GAVE_UP))


@pytest.mark.parametrize(
    ("changes", "head"),
    [
        ({}, "Claude Code 2.1.329 waits:"),
        ({"client": ClientInfo(program="claude")}, "Claude Code of an unknown version waits:"),
        (
            {"environment": {"API_TIMEOUT_MS": "6000", "MY_TOKEN": "[set]"}},
            "Claude Code 2.1.329 waits with API_TIMEOUT_MS=6000 MY_TOKEN=[set]:",
        ),
    ],
)
def test_the_head_names_the_client_and_what_was_set_for_it(changes: dict[str, Any], head: str) -> None:
    assert listing(GAVE_UP, **changes)[:2] == [head, ""]


def test_no_stranger_s_word_drives_the_terminal() -> None:
    hostile: dict[str, Any] = {
        "client": ClientInfo(program="claude", version="\x1b[2J9"),
        "environment": {"A": "\x1b[2J" + "x" * 200},
    }
    text = "\n".join(listing(GAVE_UP, **hostile))
    assert "\x1b" not in text
    assert "x" * 80 not in text


@BOTH
def test_columns_stand_below_their_names(texts: Texts) -> None:
    _, _, names, *rows = listing(GAVE_UP, GAVE_UP.model_copy(update={"stood_s": 0.0}), texts=texts)
    end, begin = (texts(f"tolerance.column.{name}") for name in ("gave_up", "then"))
    for row in rows:
        assert width(row.partition(texts("reaction.fell_back"))[0]) == width(names.partition(begin)[0])
        assert width(row.partition("2 m 30 s")[0]) + len("2 m 30 s") == width(names.partition(end)[0]) + width(end)


@BOTH
@pytest.mark.parametrize("reaction", Reaction)
@pytest.mark.parametrize("wait", Wait)
def test_every_wait_and_every_reaction_has_words_that_fit(wait: Wait, reaction: Reaction, texts: Texts) -> None:
    of = GAVE_UP.model_copy(update={"wait": wait, "reaction": reaction, "outcome": Outcome.TIMED_OUT})
    *_, names, line = listing(of, texts=texts)
    assert line.startswith(f"{texts(f'tolerance.wait.{wait.value}')} ")
    before, said, _ = line.partition(texts(f"reaction.{reaction.name.lower()}"))
    assert said
    assert width(before) == width(names.partition(texts("tolerance.column.then"))[0])
    assert line.endswith("timed_out")
