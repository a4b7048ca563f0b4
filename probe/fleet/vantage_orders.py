"""The orders that a coordinator gives a vantage. What goes in and comes out is text, numbers and bytes."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any

from probe.errors import ProbeError
from probe.fleet.spool import RoundAttempt
from probe.fleet.vantage_replies import asked_reply, opened_reply, refused_reply, state_reply
from probe.fleet.vantage_service import RoundOrder, RoundResult, VantageService, clock_s
from probe.redact import Redactor, environment_secrets

ORDER = "probe_order"
"""The operation by which a worker takes orders."""
REPLY, DEFECT = "reply", "defect"
"""The kinds of replies."""
AttemptOf = tuple[str, int, int]


class VantageOrder(StrEnum):
    """The name of an order."""

    OPEN = "open"
    ASK_TARGETS = "ask_targets"
    TAKE_UP = "take_up"
    MAKE_ROUND = "make_round"
    CLOCK = "clock"
    EXTEND = "extend"
    CANCEL = "cancel"
    CLOSE = "close"
    STATE = "state"


async def carry_out(service: VantageService, order: str, arguments: Sequence[Any]) -> tuple[str, Any]:
    """Carry out an order. Return the kind of the reply, and the reply; a defect of `probe` is told, not raised.

    No secret of the vantage's environment is in what is told.
    """
    try:
        return REPLY, await _ORDERS[VantageOrder(order)](service, *arguments)
    except Exception:  # noqa: BLE001 - the coordinator raises it
        redactor = Redactor(list(environment_secrets(service.environment)))
        return DEFECT, redactor.text(traceback.format_exc())


async def _open(service: VantageService, session: str, spec: str) -> str:
    """Prepare a run. Return what the coordinator has to know of it, or a refusal."""
    try:
        return await asyncio.to_thread(opened_reply, service, session, spec)
    except ProbeError as error:
        return refused_reply(error)


async def _ask_targets(service: VantageService, session: str, language: str) -> str:
    return await asyncio.to_thread(asked_reply, service, session, language)


async def _take_up(
    service: VantageService, session: str, run: str, unfinished: Sequence[AttemptOf]
) -> list[tuple[int, bytes]]:
    attempts = [RoundAttempt(*attempt) for attempt in unfinished]
    kept = await asyncio.to_thread(service.take_up, session, run, attempts)
    return list(kept.items())


async def _make_round(
    service: VantageService, session: str, run: str, attempt: AttemptOf, lane: int, stored: Sequence[AttemptOf]
) -> RoundResult | str:
    """Make a round; return a refusal where the round raises one."""
    order = RoundOrder(session, run, RoundAttempt(*attempt), lane, tuple(RoundAttempt(*each) for each in stored))
    try:
        return await asyncio.shield(asyncio.wrap_future(service.make_round(order)))
    except ProbeError as error:
        return refused_reply(error)


async def _clock(_: VantageService) -> float:
    return clock_s()


async def _extend(service: VantageService, session: str) -> bool:
    return service.extend(session)


async def _cancel(service: VantageService, session: str) -> None:
    service.cancel(session)


async def _close(service: VantageService, session: str, is_stored: bool) -> None:
    await asyncio.to_thread(lambda: service.close(session, is_stored=is_stored))


async def _state(service: VantageService) -> str:
    return await asyncio.to_thread(state_reply, service)


_ORDERS: dict[VantageOrder, Callable[..., Awaitable[Any]]] = {
    VantageOrder.OPEN: _open,
    VantageOrder.ASK_TARGETS: _ask_targets,
    VantageOrder.TAKE_UP: _take_up,
    VantageOrder.MAKE_ROUND: _make_round,
    VantageOrder.CLOCK: _clock,
    VantageOrder.EXTEND: _extend,
    VantageOrder.CANCEL: _cancel,
    VantageOrder.CLOSE: _close,
    VantageOrder.STATE: _state,
}
