"""The two kinds of faults, and the order in which the faults of one request are applied."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from probe.upstream.chat_script import chat_script
from probe.upstream.messages import AssistantMessage, CacheUse, answer_to
from probe.upstream.request import MessagesRequest
from probe.upstream.script import Script, script_of


class Stage(IntEnum):
    """The order in which the faults of one request are applied; within a stage, the order of the list."""

    ANSWER = 1  # what is said
    DELIVERY = 2  # whether and how it arrives: at most one a request, the first of the list
    PACE = 3  # how fast
    DELAY = 4  # how late


@dataclass(frozen=True)
class Fault(ABC):
    """A small piece of data, and how it changes a response. The first line of its docstring is its help."""

    name: ClassVar[str]
    stage: ClassVar[Stage]

    @property
    def default_request(self) -> int | None:
        """The number of the request of a call that it meets where the schedule does not say; None for all of them."""
        return None

    @property
    def needs_idle_s(self) -> float:
        """The seconds for which the upstream must have been idle for it to apply."""
        return 0.0


@dataclass(frozen=True)
class AnswerFault(Fault):
    """Changes the content of the answer; the response stays well-formed."""

    stage = Stage.ANSWER

    @abstractmethod
    def rewrite(self, answer: AssistantMessage, request: MessagesRequest) -> AssistantMessage:
        """Return the answer that is given instead of `answer`."""


@dataclass(frozen=True)
class WireFault(Fault):
    """Changes what happens on the wire."""

    @abstractmethod
    def rewire(self, script: Script, answer: AssistantMessage) -> Script:
        """Return the script that is played instead of `script`, which would deliver `answer`."""


def respond(
    request: MessagesRequest, faults: Sequence[Fault], gap_s: float, cache: CacheUse
) -> tuple[Script, tuple[str, ...]]:
    """Return the script that answers a request under these faults, and the names of those that changed it."""
    applied: list[str] = []
    answer = answer_to(request, cache)
    ordered = sorted(faults, key=lambda fault: fault.stage)
    for fault in ordered:
        if isinstance(fault, AnswerFault):
            rewritten = fault.rewrite(answer, request)
            applied += [fault.name] if rewritten != answer else []
            answer = rewritten
    script = (chat_script if answer.chat else script_of)(answer, gap_s)
    for fault in ordered:
        if isinstance(fault, WireFault):
            rewired = fault.rewire(script, answer)
            applied += [fault.name] if rewired != script else []
            script = rewired
    return script, tuple(applied)
