"""Split the wall time of a call into phases."""

from collections.abc import Sequence

from probe.diagnose.exchange_failures import main_exchanges
from probe.model.client import ClientOutput
from probe.model.exchange import Exchange, succeeded
from probe.model.observation import Observation
from probe.model.wire import Phases, PhaseSource


def phases_of(observation: Observation) -> Phases | None:
    """Return the phases of a call's wall time, from its exchanges where there was a recorder, else from the client.

    None for a call that never ran.
    """
    if observation.spawn_error or observation.not_made:
        return None
    if observation.exchanges is not None:
        return _from_wire(observation.exchanges, observation.wall_ms)
    return _from_words(observation.words, observation.wall_ms)


def _from_wire(exchanges: Sequence[Exchange], wall_ms: float) -> Phases:
    attempts = main_exchanges(exchanges)
    if not attempts:
        return Phases(source=PhaseSource.WIRE, boot_ms=wall_ms)
    first, last = attempts[0], attempts[-1]
    marks = [first.request_begun_at_ms, last.request_begun_at_ms, last.request_sent_at_ms, last.first_byte_at_ms]
    over = last.message_complete or (last.status is not None and not succeeded(last.status))
    marks.append(last.last_byte_at_ms if over else None)
    boot, retries, connect, wait, stream, rest = _steps(marks, wall_ms)
    return Phases(
        source=PhaseSource.WIRE,
        boot_ms=boot,
        retries_ms=retries,
        connect_ms=connect,
        wait_ms=wait,
        stream_ms=stream,
        exit_ms=rest,
    )


def _from_words(words: ClientOutput, wall_ms: float) -> Phases:
    """Split as far as `stream-json` tells: connecting is part of the wait, and older clients announce no request."""
    answered = None
    if words.first_event_at_ms is not None and words.wait_ms is not None:
        answered = words.first_event_at_ms - words.wait_ms
    begun = words.requesting_at_ms
    if begun is None:
        before, stream, rest = _steps([words.first_event_at_ms, _end_of(words)], wall_ms)
        return Phases(source=PhaseSource.CLIENT, unsplit_ms=before, stream_ms=stream, exit_ms=rest)
    if answered is None and words.retries:
        last = words.retries[-1]
        answered = (last.at_ms or begun) + (last.retry_delay_ms or 0.0)
    marks = [begun, begun if answered is None else answered, words.first_event_at_ms, _end_of(words)]
    boot, retries, wait, stream, rest = _steps(marks, wall_ms)
    return Phases(
        source=PhaseSource.CLIENT, boot_ms=boot, retries_ms=retries, wait_ms=wait, stream_ms=stream, exit_ms=rest
    )


def _end_of(words: ClientOutput) -> float | None:
    return words.last_event_at_ms if words.stream_complete else None


def _steps(marks: Sequence[float | None], end: float) -> list[float]:
    """Return the lengths in ms of the steps between marks, from 0 to `end`.

    A mark that was not reached lies at the end. Marks are brought into order, so that the lengths add up to `end`.
    """
    lengths, at = [], 0.0
    for mark in [*marks, end]:
        until = end if mark is None else min(max(mark, at), end)
        lengths.append(round(until - at, 3))
        at = until
    return lengths
