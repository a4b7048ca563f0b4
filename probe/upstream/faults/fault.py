"""The kinds of faults, and the order in which the faults of one request are applied."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from probe.upstream.chat_script import chat_error_script, chat_script
from probe.upstream.input_tokens import count_input_tokens
from probe.upstream.limited_answer import limited
from probe.upstream.messages import AssistantMessage, CacheUse, answer_to
from probe.upstream.request import MessagesRequest
from probe.upstream.script import Script, error_script, json_script, script_of
from probe.upstream.validate_request import problem_of


class Stage(IntEnum):
    """The order in which the faults of one request are applied; within a stage, the order of the list."""

    COUNT = -1  # what count_tokens says
    REQUEST = 0  # what becomes of the request on its way
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

    @property
    def needs_connection_idle_s(self) -> float:
        """The seconds for which the request's connection must have been kept idle for it to apply."""
        return 0.0


@dataclass(frozen=True)
class ForwardFault(Fault):
    """Changes the request before it is answered, as a relay does that does not pass it on as it came."""

    stage = Stage.REQUEST

    @abstractmethod
    def forward(self, request: MessagesRequest) -> MessagesRequest:
        """Return the request that is answered instead of `request`."""


@dataclass(frozen=True)
class RefusalFault(Fault):
    """Refuses some requests."""

    stage = Stage.REQUEST

    @abstractmethod
    def refusal(self, request: MessagesRequest) -> Script | None:
        """Return the script that refuses the request; None where it is passed on."""


@dataclass(frozen=True)
class CountFault(Fault):
    """Changes what count_tokens says."""

    stage = Stage.COUNT

    @abstractmethod
    def rewrite_count(self, script: Script, tokens: int) -> Script:
        """Return the script that is played instead of `script`, which says this number of tokens."""


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
    ordered = sorted(faults, key=lambda fault: fault.stage)
    request, refusal, applied = _forwarded(request, ordered)
    answer = limited(answer_to(request, cache), request)
    for fault in ordered:
        if isinstance(fault, AnswerFault):
            rewritten = fault.rewrite(answer, request)
            applied += [fault.name] if rewritten != answer else []
            answer = rewritten
    script = refusal or _refused(request) or (chat_script if answer.chat else script_of)(answer, gap_s)
    for fault in ordered:
        if isinstance(fault, WireFault):
            rewired = fault.rewire(script, answer)
            applied += [fault.name] if rewired != script else []
            script = rewired
    return script, tuple(applied)


def _forwarded(request: MessagesRequest, faults: Sequence[Fault]) -> tuple[MessagesRequest, Script | None, list[str]]:
    """Return the request as it is passed on, the script that refuses it, if any, and the names of faults applied."""
    applied: list[str] = []
    refusal: Script | None = None
    for fault in faults:
        if isinstance(fault, ForwardFault):
            forwarded = fault.forward(request)
            applied += [fault.name] if forwarded != request else []
            request = forwarded
        elif isinstance(fault, RefusalFault) and refusal is None:
            refusal = fault.refusal(request)
            applied += [fault.name] if refusal is not None else []
    return request, refusal, applied


def respond_with_count(request: MessagesRequest, faults: Sequence[Fault]) -> tuple[Script, tuple[str, ...]]:
    """Return the script that says how many tokens a request has, and the names of the faults that changed it."""
    tokens = count_input_tokens(request.body)
    script = json_script({"input_tokens": tokens})
    applied: list[str] = []
    for fault in faults:
        if isinstance(fault, CountFault):
            rewritten = fault.rewrite_count(script, tokens)
            applied += [fault.name] if rewritten != script else []
            script = rewritten
    return script, tuple(applied)


def _refused(request: MessagesRequest) -> Script | None:
    """Return the script by which the API itself refuses a request."""
    problem = problem_of(request)
    if problem is None:
        return None
    return chat_error_script(400, problem) if request.chat else error_script(400, problem)
