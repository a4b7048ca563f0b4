"""Findings on what an upstream offers beside its answers: a list of models, counted tokens, chat completions. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from probe.checks.api_result import EndpointResult
from probe.checks.endpoint_answers import ABSENT, counts_tokens, no_such_path
from probe.checks.endpoints import Endpoints
from probe.checks.evidence import code_of
from probe.checks.finding_rules import FindingDraft, Rule, apply_rules, first_of
from probe.checks.model_names import similar_models
from probe.model.check_report import Area, Severity
from probe.sanitise import printable
from probe.texts.phrase import Phrase, items, phrase

_finding = partial(FindingDraft, area=Area.ENDPOINTS)


@dataclass(frozen=True, slots=True)
class _Offer:
    """The endpoints, and the model that was asked for."""

    endpoints: Endpoints
    model: str

    @property
    def has_no_chat(self) -> bool:
        """True where nothing is at the addresses of chat completions."""
        return all(no_such_path(result.answer, self.model) for result in self.endpoints.chats)


def judge_offer(endpoints: Endpoints, model: str) -> Iterator[FindingDraft]:
    """Yield the findings of the list of models, and of what Claude Code does without."""
    return apply_rules(_RULES, _Offer(endpoints, model))


def model_remedy(model: str, listed: Sequence[str] | None) -> Phrase:
    """Return which model to name in place of `model`; `listed` are those of the upstream's list."""
    names = listed or ()
    if model in names:
        return phrase("check.model.listed")
    similar = similar_models(model, names)
    if similar:
        best, *more = similar
        key = "check.model.similar.others" if more else "check.model.similar"
        return phrase(key, model=best, others=items(more))
    if names:
        return phrase("check.model.choose", names=printable(", ".join(names[:5]), 120))
    return phrase("check.model.spelling")


def _no_list(offer: _Offer) -> FindingDraft | None:
    models = offer.endpoints.models
    if models is None or offer.endpoints.listed is not None:
        return None
    code = _why_no_list(models)
    return _finding(
        severity=Severity.NOTE,
        code=code,
        title=phrase(f"check.{code}"),
        evidence=phrase("check.at_path", path="GET /v1/models", code=code_of(models)),
        remedy=phrase("check.no_list.do"),
    )


def _why_no_list(models: EndpointResult) -> str:
    """Return the code of the finding where no list of models came."""
    if models.ok and models.probe.status == 200:
        return "models_unreadable"
    return "models_absent" if models.answer.status in ABSENT else "models_fail"


def _model_listed(offer: _Offer) -> FindingDraft | None:
    listed = offer.endpoints.listed or ()
    if offer.model not in listed:
        return None
    title = phrase("check.model_listed", model=offer.model, n=len(listed))
    return _finding(severity=Severity.GOOD, code="model_listed", title=title)


def _model_not_listed(offer: _Offer) -> FindingDraft | None:
    listed = offer.endpoints.listed
    if listed is None or not offer.endpoints.served:
        return None
    similar = similar_models(offer.model, listed)
    key = "check.model_not_listed.similar" if similar else "check.model_not_listed.seen"
    return _finding(
        severity=Severity.NOTE,
        code="model_not_listed",
        title=phrase("check.model_not_listed", model=offer.model),
        evidence=phrase(key, n=len(listed), names=items(similar)),
        remedy=phrase("check.model_not_listed.do"),
    )


def _count_tokens_absent(offer: _Offer) -> FindingDraft | None:
    count = offer.endpoints.count
    if count is None or counts_tokens(count.answer):
        return None
    key = "check.count_tokens_absent.missing" if count.ok else "check.count_tokens_absent.seen"
    return _finding(
        severity=Severity.NOTE,
        code="count_tokens_absent",
        title=phrase("check.count_tokens_absent"),
        evidence=phrase(key, code=code_of(count)),
        remedy=phrase("check.count_tokens_absent.do"),
    )


def _chat(offer: _Offer) -> FindingDraft | None:
    places = [_path(result) for result in offer.endpoints.chats if result.ok]
    if not places:
        return None
    return _finding(severity=Severity.GOOD, code="chat", title=phrase("check.chat"), evidence=items(places))


def _no_chat(offer: _Offer) -> FindingDraft | None:
    chats = offer.endpoints.chats
    if not chats or not (offer.endpoints.served or offer.has_no_chat):
        return None
    code = "chat_absent" if offer.has_no_chat else "chat_fails"
    return _finding(
        severity=Severity.NOTE,
        code=code,
        title=phrase(f"check.{code}"),
        evidence=items(phrase("check.at_path", path=_path(result), code=code_of(result)) for result in chats),
        remedy=phrase("check.chat.do"),
    )


_RULES: tuple[Rule[_Offer], ...] = (
    first_of(_no_list, _model_listed, _model_not_listed),
    _count_tokens_absent,
    first_of(_chat, _no_chat),
)


def _path(result: EndpointResult) -> str:
    return urlsplit(result.probe.url).path
