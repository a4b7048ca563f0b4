"""What an upstream offers beside its answers, and whether they are the right ones: pure judgement."""

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import urlsplit

from probe.check.advice import advice
from probe.check.asking import SHORT_ANSWER, Tried
from probe.check.endpoints import Endpoints, answer_text, no_such_path
from probe.check.near_miss import near_misses
from probe.model.check import Area, CheckFinding, Severity
from probe.model.outcome import Flag, Outcome
from probe.sanitise import printable

_finding = partial(CheckFinding, area=Area.ENDPOINTS)


def judge_offer(seen: Endpoints, model: str) -> Iterator[CheckFinding]:
    """The answer's text, the list of models, and what Claude Code does without."""
    yield from _answer(seen)
    yield from _model(seen, model)
    yield from _beside(seen, model)


def model_remedy(model: str, listed: Sequence[str] | None) -> str:
    """Which model to name instead."""
    if model in (listed or ()):
        return "It is listed all the same: ask the operator whether this token may use it, and whether it is up."
    near = near_misses(model, listed or ())
    if near:
        others = f" (or {', '.join(near[1:])})" if near[1:] else ""
        return f"Did you mean {near[0]}? Set model to {near[0]}{others}"
    if listed:
        return f"Set model to one that is listed: {printable(', '.join(listed[:5]), 120)}"
    return "Ask the operator how the model is spelled here: dots, dashes, case, dates and prefixes count."


def _answer(seen: Endpoints) -> Iterator[CheckFinding]:
    """Whether it was the answer that was asked for."""
    if seen.whole is None or not seen.whole.ok:
        return
    text = answer_text(seen.whole.sent)
    title, remedy = advice(Outcome.WRONG_ANSWER, "")
    if Flag.TOOL_USE_REQUESTED in seen.whole.sent.flags:
        title, remedy = advice(Outcome.TOOL_USE, "")
        yield _finding(severity=Severity.WARNING, code="tool_use", title=title, remedy=remedy)
    elif text == "":
        yield _finding(severity=Severity.WARNING, code="empty_answer", title="the answer is empty", remedy=remedy)
    elif text is not None and SHORT_ANSWER not in text:
        yield _finding(
            severity=Severity.WARNING,
            code="wrong_answer",
            title=title,
            evidence=f"asked for {SHORT_ANSWER}, got {printable(text, 80)}",
            remedy=remedy,
        )


def _model(seen: Endpoints, model: str) -> Iterator[CheckFinding]:
    if seen.models is None:
        return
    listed = seen.listed
    if listed is None:
        yield _finding(
            severity=Severity.NOTE,
            code="models_absent",
            title="the upstream does not list its models",
            evidence=f"GET /v1/models: {code_of(seen.models)}",
            remedy="Nothing to do: Claude Code does not ask for the list.",
        )
    elif model in listed:
        yield _finding(severity=Severity.GOOD, code="model_listed", title=f"{model} is listed, one of {len(listed)}")
    elif seen.served:
        near = ", ".join(near_misses(model, listed))
        yield _finding(
            severity=Severity.NOTE,
            code="model_not_listed",
            title=f"{model} is served, though it is not listed",
            evidence=f"{len(listed)} models are listed" + (f", among them {near}" if near else ""),
            remedy="Make sure that it is the model you mean: see which one says that it served.",
        )


def _beside(seen: Endpoints, model: str) -> Iterator[CheckFinding]:
    """What Claude Code does without."""
    if seen.count is not None and not seen.count.ok:
        yield _finding(
            severity=Severity.NOTE,
            code="count_tokens_absent",
            title="tokens cannot be counted",
            evidence=f"POST /v1/messages/count_tokens: {code_of(seen.count)}",
            remedy="Nothing to do: Claude Code estimates instead.",
        )
    chats = [each for each in (seen.chat_v1, seen.chat) if each is not None]
    good = [each for each in chats if each.ok]
    if good:
        places = ", ".join(urlsplit(each.probe.url).path for each in good)
        yield _finding(severity=Severity.GOOD, code="chat", title="chat completions answer too", evidence=places)
    elif chats and (seen.served or all(no_such_path(each.sent, model) for each in chats)):
        absent = all(no_such_path(each.sent, model) for each in chats)
        said = ", ".join(f"{urlsplit(each.probe.url).path}: {code_of(each)}" for each in chats)
        yield _finding(
            severity=Severity.NOTE,
            code="chat_absent" if absent else "chat_fails",
            title="there are no chat completions" if absent else "chat completions fail",
            evidence=said,
            remedy="Nothing to do: Claude Code does not need them.",
        )


def code_of(tried: Tried) -> str:
    """What came, in a word or two."""
    if tried.probe.status == 200 and not tried.ok:
        return f"HTTP 200, {tried.probe.outcome.words}"
    return f"HTTP {tried.probe.status}" if tried.probe.status else tried.probe.category.value
