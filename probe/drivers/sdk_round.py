"""The calls of a round by the Agent SDK: as those of a living client, with the end of each turn as the SDK tells it."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from probe.drivers.live_round import LiveDriver, LiveRound
from probe.drivers.sandbox import Sandbox
from probe.model.observation import Observation, Restart, WhyRestarted
from probe.ports import CallOrder, Priming

_ENDING = re.compile(rb'\{"type":\s*"turn_ended"')
_READY = re.compile(rb'\{"type":\s*"sdk_ready"')


class SdkCaller(LiveDriver, Protocol):
    """Builds what the calls in the SDK's program are made with."""

    def adapted(self, order: CallOrder) -> CallOrder:
        """Return the order as the SDK's program can follow it."""
        ...

    def shown_argv(self, order: CallOrder) -> tuple[str, ...]:
        """Return the record of a call: what is called, with which options."""
        ...


class SdkRound(LiveRound):
    """The calls in one sandbox, as those of a living client."""

    def __init__(self, driver: SdkCaller, place: Sandbox, priming: Priming, *, guarded: bool) -> None:
        super().__init__(driver, place, priming, guarded=guarded)
        self._caller = driver

    def call(self, order: CallOrder) -> Observation:
        """Make the call."""
        order = self._caller.adapted(order)
        observation = with_ending(replace(super().call(order), argv=self._caller.shown_argv(order)))
        if observation.return_code is not None:
            self.end_process(Restart(WhyRestarted.CLIENT_ENDED, return_code=observation.return_code))
        return observation


def is_ready(line: bytes) -> bool:
    """Return True for the line that says that the SDK is loaded."""
    return _READY.match(line) is not None


def is_ending(line: bytes) -> bool:
    """Return True for the line after all that a prompt caused."""
    return _ENDING.match(line) is not None


def with_ending(observation: Observation) -> Observation:
    """Return the observation with what the last line tells in its place: an error of the SDK, the client's memory.

    An error ends a program that uses the SDK with exit code 1, unless the client's process has ended with another one.
    """
    output, _, last = observation.stdout.removesuffix(b"\n").rpartition(b"\n")
    if not is_ending(last):
        return observation
    ending = _parsed(last)
    words = observation.words
    error, code, memory = ending.get("error"), ending.get("exit_code"), ending.get("max_rss_bytes")
    code = code if isinstance(code, int) else None
    known = [each for each in (memory, observation.max_rss_bytes) if isinstance(each, int)]
    told = f"{error}\n".encode() if isinstance(error, str) else b""
    return replace(
        observation,
        words=words.model_copy(update={"lines": max(words.lines - 1, 0)}),
        stdout=output + b"\n" if output else b"",
        stderr=observation.stderr + told,
        return_code=(code or 1) if told else code,
        max_rss_bytes=max(known, default=None),
    )


def _parsed(line: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
