"""A script, performed on one connection."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from probe.upstream.kept_connection import KeptConnection
from probe.upstream.play import Performance
from probe.upstream.script import Close, CloseWhenIdle, Hang, Pause, Repeat, ResponseHead, Script, Send, error_script


class Closable(asyncio.Transport):
    """A transport that only notes that it was closed."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


def played(script: Script, timeout_s: float = 20.0) -> tuple[Performance, list[Mapping[str, Any]], Closable]:
    """Play a script to its end, or until it is given up."""
    sent: list[Mapping[str, Any]] = []
    transport = Closable()

    async def send(message: Any) -> None:
        sent.append(message)

    performance = Performance(send, KeptConnection(transport))

    async def play() -> None:
        try:
            await asyncio.wait_for(performance.play(script), timeout_s)
        except TimeoutError:
            sent.append({"type": "given up"})
        await asyncio.sleep(0.02)

    asyncio.run(play())
    return performance, sent, transport


def bodies(sent: list[Mapping[str, Any]]) -> list[tuple[bytes, bool]]:
    return [(message["body"], message["more_body"]) for message in sent if "body" in message]


def test_the_end_of_a_body_goes_with_its_last_piece() -> None:
    script = (ResponseHead(200, (("x-a", "1"),)), Send(b"one"), Send(b"two", content=True))
    performance, sent, transport = played(script)
    assert sent[0] == {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]}
    assert bodies(sent) == [(b"one", True), (b"two", False)]
    assert (performance.status, performance.aborted, transport.is_closed) == (200, False, False)
    assert performance.t_first_byte is not None
    assert performance.t_first_content is not None
    assert performance.t_first_byte <= performance.t_first_content


@pytest.mark.parametrize("script", [(ResponseHead(204),), (ResponseHead(200), Send(b"x"), Pause(0.0))])
def test_a_response_that_ends_with_no_piece_is_ended_all_the_same(script: Script) -> None:
    _, sent, _ = played(script)
    assert bodies(sent)[-1] == (b"", False)


def test_an_error_has_no_content() -> None:
    performance, _, _ = played(error_script(529, "Overloaded"))
    assert (performance.status, performance.t_first_content) == (529, None)


def test_a_closed_connection_has_no_end_of_its_body() -> None:
    performance, sent, transport = played((ResponseHead(200), Send(b"x"), Close()))
    assert bodies(sent) == [(b"x", True)]
    assert (performance.aborted, transport.is_closed) == (True, True)


@pytest.mark.parametrize(
    ("script", "pieces"),
    [((Hang(),), []), ((ResponseHead(200), Send(b"x"), Hang()), [(b"x", True)])],
)
def test_what_hangs_goes_on_until_it_is_given_up(script: Script, pieces: list[tuple[bytes, bool]]) -> None:
    performance, sent, _ = played(script, 0.05)
    assert bodies(sent) == pieces
    assert sent[-1] == {"type": "given up"}
    assert performance.aborted is False


def test_what_repeats_comes_again_and_again() -> None:
    _, sent, _ = played((ResponseHead(200), Repeat(b"ping", 0.001)), 0.5)
    assert len(bodies(sent)) > 1
    assert set(bodies(sent)) == {(b"ping", True)}


def test_a_connection_may_close_once_it_is_idle() -> None:
    performance, sent, transport = played((CloseWhenIdle(0.001), ResponseHead(200), Send(b"x")))
    assert bodies(sent) == [(b"x", False)]
    assert (performance.aborted, transport.is_closed) == (False, True)
