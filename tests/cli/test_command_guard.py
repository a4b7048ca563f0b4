"""Text of strangers in a log of GitHub Actions: no runner takes it for a workflow command."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.cli.command_guard import CommandGuard, guarded
from probe.cli.streams import StandardStream
from tests.github_runner import obeyed

HOSTILE = [
    "::set-output name=health::OK",
    "   ::add-mask::e",
    "\t::stop-commands::x",
    "\u200b::warning::zero width",
    ":\u200b:warning::within",
    "\ufeff::error::mark",
    "\u00a0::error::blank",
    "said ##[add-mask]e",
    "###[warning]x",
    "##[error]a ##[error]b",
    "#\u00ad#[error]soft",
    "a\r::error::after a carriage return",
    "a\n::error file=x,line=1::b\n",
    ":::error::x",
    "##\u2060[group]x",
]
PIECES = st.sampled_from([*HOSTILE, ":", "::", "#", "##[", "[", "]", "error", "\n", "\r", " ", "\u200b", "\x00", "é"])


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_stranger_says_is_a_command(text: str) -> None:
    assert obeyed(text) or "\u200b" in text or text.startswith(":::")
    assert obeyed(guarded(text)) == []


def test_other_text_stays_as_it_is() -> None:
    text = 'a::b ##5 [x]\n  probe::Outcome\n{"a": "#[b]"}\nTimes: 3 :: 4\n'
    assert guarded(text) == text


@given(st.lists(PIECES))
def test_a_command_in_pieces_is_none_either(pieces: list[str]) -> None:
    guard = CommandGuard()
    log = "".join([*(guard.whole_lines(piece) for piece in pieces), guard.rest()])
    assert obeyed(log) == []
    assert log.replace(" ", "").rstrip("\n") == "".join(pieces).replace(" ", "").rstrip("\n")


def test_a_command_of_our_own_begins_a_line() -> None:
    log = io.StringIO()
    stream = StandardStream(log, "stderr")
    stream.guard()
    stream.write("half a ")
    stream.write_command("::error title=t::m")
    stream.write("::error::hostile\nrest")
    stream.end_line()
    assert log.getvalue() == "half a \n::error title=t::m\n: :error::hostile\nrest\n"
    assert [command.message for command in obeyed(log.getvalue())] == ["m"]
