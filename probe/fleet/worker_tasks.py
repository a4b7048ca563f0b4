"""The functions that a coordinator runs at a vantage. What goes in and comes out is text, numbers and bytes."""

import asyncio
from collections.abc import Sequence

from probe.errors import ProbeError
from probe.fleet.spool import RoundAttempt
from probe.fleet.vantage_replies import asked_reply, opened_reply, refused_reply, state_reply
from probe.fleet.vantage_service import RoundOrder, RoundResult, VantageService, clock_s

AttemptOf = tuple[str, int, int]


class _Served:
    """The service of this process."""

    service: VantageService | None = None


def serve(service: VantageService) -> None:
    """Name the service that the functions use."""
    _Served.service = service


def _service() -> VantageService:
    if _Served.service is None:
        raise RuntimeError("no vantage is served by this process")
    return _Served.service


async def open_session(session: str, spec: str) -> str:
    """Prepare a run. Return what the coordinator has to know of it, or a refusal."""
    return await asyncio.to_thread(_open, session, spec)


def _open(session: str, spec: str) -> str:
    try:
        return opened_reply(_service(), session, spec)
    except ProbeError as error:
        return refused_reply(error)


async def ask_targets(session: str, language: str) -> str:
    """Ask the targets of a run before its first round."""
    return await asyncio.to_thread(asked_reply, _service(), session, language)


async def take_up(session: str, run: str, unfinished: Sequence[AttemptOf]) -> dict[int, bytes]:
    """Go on with a run, see `VantageService.take_up`."""
    attempts = [RoundAttempt(*each) for each in unfinished]
    return await asyncio.to_thread(_service().take_up, session, run, attempts)


async def make_round(
    session: str, run: str, attempt: AttemptOf, lane: int, stored: Sequence[AttemptOf]
) -> RoundResult | str:
    """Make a round, see `VantageService.make_round`; a refusal where the round raises one."""
    order = RoundOrder(session, run, RoundAttempt(*attempt), lane, tuple(RoundAttempt(*each) for each in stored))
    try:
        return await asyncio.wrap_future(_service().make_round(order))
    except ProbeError as error:
        return refused_reply(error)


async def clock() -> float:
    """Return the time by this machine's clock."""
    return clock_s()


async def extend(session: str) -> bool:
    """Extend the lease of a run; False where the run is not known."""
    return _service().extend(session)


async def cancel(session: str) -> None:
    """Have the rounds of a run end soon."""
    _service().cancel(session)


async def close_session(session: str, is_stored: bool) -> None:
    """End a run."""
    await asyncio.to_thread(_service().close, session, is_stored=is_stored)


async def state() -> str:
    """Return the state of the vantage, for a person."""
    return await asyncio.to_thread(state_reply, _service())
