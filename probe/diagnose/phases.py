"""Split the wall time of a call into phases."""

from collections.abc import Sequence

from probe.diagnose.client_errors import is_retrying
from probe.diagnose.exchange_failures import main_exchanges
from probe.model.client import ClientOutput
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.wire import Phases, PhaseSource


def phases_of(observation: Observation) -> Phases | None:
    """Return the phases of a call's wall time, from its exchanges where there was a recorder, else from the client.

    None for a call that never ran.
    """
    if observation.spawn_error or observation.refused_tools is not None:
        return None
    if observation.exchanges is not None:
        return _from_wire(observation.exchanges, observation)
    return _from_words(observation.words, observation.wall_ms)


def _from_wire(exchanges: Sequence[Exchange], observation: Observation) -> Phases:
    attempts, wall_ms = main_exchanges(exchanges), observation.wall_ms
    if not attempts:
        return Phases(source=PhaseSource.WIRE, boot_ms=wall_ms)
    first, last = attempts[0], attempts[-1]
    if _waited_to_retry(last, observation):
        boot, retries = _steps([first.request_begun_at_ms], wall_ms)
        return Phases(source=PhaseSource.WIRE, boot_ms=boot, retries_ms=retries)
    over = None if _was_open(last, observation) else _over_at_ms(last)
    reached = [last.request_begun_at_ms, last.request_sent_at_ms, last.first_byte_at_ms]
    marks = [first.request_begun_at_ms, *(over if mark is None else mark for mark in reached), over]
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


def _waited_to_retry(last: Exchange, observation: Observation) -> bool:
    """Return True where the call was stopped after its last attempt had failed, and before the next one."""
    is_stopped = observation.timed_out or observation.cancelled
    is_answered = last.good or observation.words.result is not None
    return is_stopped and not is_answered and not _was_open(last, observation)


def _was_open(last: Exchange, observation: Observation) -> bool:
    """Return True where the last attempt was under way when the call ended, or was stopped."""
    if last.ended_at_ms is None:
        return not last.message_complete
    if last.end is not ExchangeEnd.CLIENT_CLOSED:
        return False
    stopped_at_ms = observation.deadline_ms if observation.timed_out else None
    if observation.cancelled or (observation.timed_out and stopped_at_ms is None):
        return True
    return stopped_at_ms is not None and last.ended_at_ms >= stopped_at_ms


def _over_at_ms(last: Exchange) -> float | None:
    """Return when nothing more came of an attempt: after that the client was alone."""
    return last.last_byte_at_ms if last.message_complete else last.ended_at_ms


def _from_words(words: ClientOutput, wall_ms: float) -> Phases:
    """Split as far as `stream-json` tells: connecting is part of the wait, and older clients announce no request."""
    first_event_ms = None if is_retrying(words) else words.first_event_at_ms
    begun = words.requesting_at_ms
    if begun is None:
        before, stream, rest = _steps([first_event_ms, _end_of(words)], wall_ms)
        return Phases(source=PhaseSource.CLIENT, unsplit_ms=before, stream_ms=stream, exit_ms=rest)
    marks = [begun, _asked_at_ms(words, begun, first_event_ms), first_event_ms, _end_of(words)]
    boot, retries, wait, stream, rest = _steps(marks, wall_ms)
    return Phases(
        source=PhaseSource.CLIENT, boot_ms=boot, retries_ms=retries, wait_ms=wait, stream_ms=stream, exit_ms=rest
    )


def _asked_at_ms(words: ClientOutput, begun_ms: float, first_event_ms: float | None) -> float:
    """Return when the request that counted was made: the one that was announced, unless it was made again."""
    if not words.retries and words.attempts_started <= 1:
        return begun_ms
    if first_event_ms is not None and words.wait_ms is not None:
        return first_event_ms - words.wait_ms
    if not words.retries:
        return begun_ms
    last = words.retries[-1]
    return (last.at_ms or begun_ms) + (last.retry_delay_ms or 0.0)


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
