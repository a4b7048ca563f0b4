"""Tests for the order in which a tracker is told what happens, and for notes that fail."""

import asyncio

from probe.redact import Redactor
from probe.wire.exchange_log import Log
from probe.wire.exchange_record import Clean
from probe.wire.exchange_tracker import ExchangeTracker
from probe.wire.limits import RECORDING_LIMITS
from probe.wire.note_queue import NoteQueue


def note_queue() -> NoteQueue:
    return NoteQueue(ExchangeTracker(Log(Clean(Redactor()), RECORDING_LIMITS), 1, 0.0))


def test_what_can_wait_is_told_by_itself_and_in_order() -> None:
    async def tell() -> list[str]:
        told: list[str] = []
        notes, note = note_queue(), told.append
        notes.tell_soon(note, "request")
        notes.tell_soon(note, "sent")
        notes.catch_up_soon()
        assert not told
        while len(told) < 2:
            await asyncio.sleep(0.001)
        return told

    assert asyncio.run(asyncio.wait_for(tell(), 10)) == ["request", "sent"]


def test_a_note_that_cannot_wait_comes_after_those_that_do_and_each_is_told_once() -> None:
    async def tell() -> list[str]:
        told: list[str] = []
        notes, note = note_queue(), told.append
        notes.tell_soon(note, "request")
        notes.tell(note, "response")
        notes.tell_soon(note, "next request")
        notes.catch_up_soon()
        await asyncio.sleep(0.05)
        return told

    assert asyncio.run(tell()) == ["request", "response", "next request"]


def test_a_note_that_fails_is_noted_on_the_exchange_and_stops_no_other() -> None:
    problems: list[str] = []

    class Told(ExchangeTracker):
        def broke(self, error: Exception) -> None:
            problems.append(str(error))

    def fail() -> None:
        raise ValueError("a head that nobody foresaw")

    async def tell() -> list[str]:
        told: list[str] = []
        notes = NoteQueue(Told(Log(Clean(Redactor()), RECORDING_LIMITS), 1, 0.0))
        notes.tell_soon(fail)
        notes.tell_soon(told.append, "sent")
        notes.tell(told.append, "response")
        return told

    assert asyncio.run(tell()) == ["sent", "response"]
    assert problems == ["a head that nobody foresaw"]
