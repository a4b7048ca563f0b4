"""What an upstream offers beside its answers, and whether they are the right ones: pure judgement."""

from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import urlsplit

from probe.checks.api_client import EndpointResult
from probe.checks.endpoints import ABSENT, Endpoints, counts_tokens, no_such_path
from probe.checks.model_names import similar_models
from probe.model.check import Area, CheckFinding, Severity
from probe.sanitise import printable

_finding = partial(CheckFinding, area=Area.ENDPOINTS)


def judge_offer(seen: Endpoints, model: str) -> Iterator[CheckFinding]:
    """The list of models, and what Claude Code does without."""
    yield from _model(seen, model)
    yield from _beside(seen, model)


def model_remedy(model: str, listed: Sequence[str] | None) -> str:
    """Which model to name instead."""
    if model in (listed or ()):
        return "It is listed all the same: ask the operator whether this token may use it, and whether it is up."
    near = similar_models(model, listed or ())
    if near:
        others = f" (or {', '.join(near[1:])})" if near[1:] else ""
        return f"Did you mean {near[0]}? Set model to {near[0]}{others}"
    if listed:
        return f"Set model to one that is listed: {printable(', '.join(listed[:5]), 120)}"
    return "Ask the operator how the model is spelled here: dots, dashes, case, dates and prefixes count."


def _model(seen: Endpoints, model: str) -> Iterator[CheckFinding]:
    if seen.models is None:
        return
    listed = seen.listed
    if listed is None:
        code, title = _no_list(seen.models)
        yield _finding(
            severity=Severity.NOTE,
            code=code,
            title=title,
            evidence=f"GET /v1/models: {code_of(seen.models)}",
            remedy="Nothing to do: Claude Code does not ask for the list.",
        )
    elif model in listed:
        yield _finding(severity=Severity.GOOD, code="model_listed", title=f"{model} is listed, one of {len(listed)}")
    elif seen.served:
        near = ", ".join(similar_models(model, listed))
        yield _finding(
            severity=Severity.NOTE,
            code="model_not_listed",
            title=f"{model} is served, though it is not listed",
            evidence=f"{len(listed)} models are listed" + (f", among them {near}" if near else ""),
            remedy="Make sure that it is the model you mean: see which one says that it served.",
        )


def _no_list(models: EndpointResult) -> tuple[str, str]:
    """Code and title where no list of models came."""
    if models.ok and models.probe.status == 200:
        return "models_unreadable", "the list of models cannot be read"
    if models.sent.status in ABSENT:
        return "models_absent", "the upstream does not list its models"
    return "models_fail", "the list of models is refused, or does not come"


def _beside(seen: Endpoints, model: str) -> Iterator[CheckFinding]:
    """What Claude Code does without."""
    if seen.count is not None and not counts_tokens(seen.count.sent):
        said = f"{code_of(seen.count)}, no input_tokens" if seen.count.ok else code_of(seen.count)
        yield _finding(
            severity=Severity.NOTE,
            code="count_tokens_absent",
            title="tokens cannot be counted",
            evidence=f"POST /v1/messages/count_tokens: {said}",
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


def code_of(tried: EndpointResult) -> str:
    """What came, in a word or two."""
    if tried.probe.status == 200 and not tried.ok:
        return f"HTTP 200, {tried.probe.outcome.words}"
    return f"HTTP {tried.probe.status}" if tried.probe.status else tried.probe.category.value
