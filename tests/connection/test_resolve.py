"""Tests for resolving a host while nobody waits for the answer any more."""

import asyncio
import threading
from typing import Any

import pytest

from probe.connection import resolve as resolve_module
from probe.connection.resolve import Address, resolve


@pytest.mark.parametrize("fails", [False, True])
def test_an_answer_that_comes_too_late_disturbs_nobody(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    may_answer = threading.Event()

    def answer_late(*_: object) -> list[Address]:
        may_answer.wait(20)
        if fails:
            raise OSError("no such host")
        return []

    async def give_up_and_go_on() -> list[dict[str, Any]]:
        problems: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, problem: problems.append(problem))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(resolve("relay.example", 443), 0.01)
        (thread,) = (each for each in threading.enumerate() if each.name == "probe-dns")
        may_answer.set()
        thread.join(20)
        await asyncio.sleep(0)
        return problems

    monkeypatch.setattr(resolve_module, "_getaddrinfo", answer_late)
    assert asyncio.run(give_up_and_go_on()) == []


def test_a_program_that_ends_waits_for_no_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    may_answer = threading.Event()
    uncaught: list[Any] = []

    def answer_late(*_: object) -> list[Address]:
        may_answer.wait(20)
        return []

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(resolve("relay.example", 443), 0.01)

    monkeypatch.setattr(resolve_module, "_getaddrinfo", answer_late)
    monkeypatch.setattr(threading, "excepthook", uncaught.append)
    asyncio.run(give_up())
    (thread,) = (each for each in threading.enumerate() if each.name == "probe-dns")
    may_answer.set()
    thread.join(20)
    assert uncaught == []
