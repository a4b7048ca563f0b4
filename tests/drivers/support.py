"""Helpers for the tests of several drivers."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from probe.drivers.plain_apis import ChatCompletions, Messages, PlainApi
from probe.drivers.plain_http import PlainAnswer
from probe.model.exchange import Exchange
from probe.ports import RecordedCall
from tests.upstream.support import wait_until

PLAIN_APIS: dict[str, type[PlainApi]] = {api.name: api for api in (Messages, ChatCompletions)}

SECRET = "a-token-of-nobody"
Send = Callable[..., PlainAnswer]

LATER_S = 10.0
OLDEST = frozenset(
    "--print --output-format --verbose --session-id --strict-mcp-config --resume --continue "
    "--dangerously-skip-permissions".split()
)
RECENT = OLDEST | frozenset(
    "--include-partial-messages --no-session-persistence --tools --system-prompt --fork-session".split()
)
"""Options that clients understand."""

_Result = TypeVar("_Result")


def at_a_deadline(make: Callable[[float], _Result], begun: Callable[[_Result], object], timeout_s: float) -> _Result:
    """Return what `make` returns with a deadline, or with a later one when the machine was too busy for it to begin."""
    result = make(timeout_s)
    return result if begun(result) else make(LATER_S)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds, for at most half a minute, which processes may need."""
    wait_until(condition, 30)


class Quiet:
    """A tap on which nothing happens."""

    base_url = "http://127.0.0.1:9"
    bodies: Sequence[tuple[int, bytes, bytes]] = ()
    heads: Sequence[tuple[int, bytes]] = ()

    def connect(self, client: asyncio.Protocol) -> None:
        pass

    def exchanges(self, _origin_s: float) -> tuple[Exchange, ...]:
        return ()

    def begin_call(self, base_url: str) -> None:
        pass

    def end_call(self, _origin_s: float) -> RecordedCall:
        return RecordedCall(())

    def close(self) -> None:
        pass
