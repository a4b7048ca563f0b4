"""Findings on what an upstream offers beside its answers: a list of models, counted tokens, chat completions. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from probe.checks.api_result import EndpointResult
from probe.checks.endpoint_answers import ABSENT, counts_tokens, no_such_path
from probe.checks.endpoints import Endpoints
from probe.checks.evidence import code_of
from probe.checks.finding_rules import Rule, apply_rules, first_of
from probe.checks.model_names import similar_models
from probe.model.check_report import Area, CheckFinding, Severity
from probe.sanitise import printable

_finding = partial(CheckFinding, area=Area.ENDPOINTS)


@dataclass(frozen=True, slots=True)
class _Offer:
    """The endpoints, and the model that was asked for."""

    endpoints: Endpoints
    model: str

    @property
    def has_no_chat(self) -> bool:
        """True where nothing is at the addresses of chat completions."""
        return all(no_such_path(result.answer, self.model) for result in self.endpoints.chats)


def judge_offer(endpoints: Endpoints, model: str) -> Iterator[CheckFinding]:
    """Yield the findings of the list of models, and of what Claude Code does without."""
    return apply_rules(_RULES, _Offer(endpoints, model))


def model_remedy(model: str, listed: Sequence[str] | None) -> str:
    """Return which model to name in place of `model`; `listed` are those of the upstream's list."""
    names = listed or ()
    if model in names:
        return "It is listed all the same: ask the operator whether this token may use it, and whether it is up."
    similar = similar_models(model, names)
    if similar:
        others = f" (or {', '.join(similar[1:])})" if similar[1:] else ""
        return f"Did you mean {similar[0]}? Set model to {similar[0]}{others}"
    if names:
        return f"Set model to one that is listed: {printable(', '.join(names[:5]), 120)}"
    return "Ask the operator how the model is spelled here: dots, dashes, case, dates and prefixes count."


def _no_list(offer: _Offer) -> CheckFinding | None:
    models = offer.endpoints.models
    if models is None or offer.endpoints.listed is not None:
        return None
    code, title = _why_no_list(models)
    return _finding(
        severity=Severity.NOTE,
        code=code,
        title=title,
        evidence=f"GET /v1/models: {code_of(models)}",
        remedy="Nothing to do: Claude Code does not ask for the list.",
    )


def _why_no_list(models: EndpointResult) -> tuple[str, str]:
    """Return code and title where no list of models came."""
    if models.ok and models.probe.status == 200:
        return "models_unreadable", "the list of models cannot be read"
    if models.answer.status in ABSENT:
        return "models_absent", "the upstream does not list its models"
    return "models_fail", "the list of models is refused, or does not come"


def _model_listed(offer: _Offer) -> CheckFinding | None:
    listed = offer.endpoints.listed or ()
    if offer.model not in listed:
        return None
    title = f"{offer.model} is listed, one of {len(listed)}"
    return _finding(severity=Severity.GOOD, code="model_listed", title=title)


def _model_not_listed(offer: _Offer) -> CheckFinding | None:
    listed = offer.endpoints.listed
    if listed is None or not offer.endpoints.served:
        return None
    similar = ", ".join(similar_models(offer.model, listed))
    return _finding(
        severity=Severity.NOTE,
        code="model_not_listed",
        title=f"{offer.model} is served, though it is not listed",
        evidence=f"{len(listed)} models are listed" + (f", among them {similar}" if similar else ""),
        remedy="Make sure that it is the model you mean: see which one says that it served.",
    )


def _count_tokens_absent(offer: _Offer) -> CheckFinding | None:
    count = offer.endpoints.count
    if count is None or counts_tokens(count.answer):
        return None
    missing = ", no input_tokens" if count.ok else ""
    return _finding(
        severity=Severity.NOTE,
        code="count_tokens_absent",
        title="tokens cannot be counted",
        evidence=f"POST /v1/messages/count_tokens: {code_of(count)}{missing}",
        remedy="Nothing to do: Claude Code estimates instead.",
    )


def _chat(offer: _Offer) -> CheckFinding | None:
    places = [_path(result) for result in offer.endpoints.chats if result.ok]
    if not places:
        return None
    return _finding(
        severity=Severity.GOOD, code="chat", title="chat completions answer too", evidence=", ".join(places)
    )


def _no_chat(offer: _Offer) -> CheckFinding | None:
    chats = offer.endpoints.chats
    if not chats or not (offer.endpoints.served or offer.has_no_chat):
        return None
    return _finding(
        severity=Severity.NOTE,
        code="chat_absent" if offer.has_no_chat else "chat_fails",
        title="there are no chat completions" if offer.has_no_chat else "chat completions fail",
        evidence=", ".join(f"{_path(result)}: {code_of(result)}" for result in chats),
        remedy="Nothing to do: Claude Code does not need them.",
    )


_RULES: tuple[Rule[_Offer], ...] = (
    first_of(_no_list, _model_listed, _model_not_listed),
    _count_tokens_absent,
    first_of(_chat, _no_chat),
)


def _path(result: EndpointResult) -> str:
    return urlsplit(result.probe.url).path
