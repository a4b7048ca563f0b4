"""Findings on the models of a target: whether each serves, as itself, and in time. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from probe.checks.advice import advice
from probe.checks.api_result import EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.endpoint_answers import no_such_model
from probe.checks.evidence import failure_of
from probe.checks.finding_rules import FindingDraft, Rule, first_of
from probe.checks.offer_findings import model_remedy
from probe.model.check_report import Area, ModelAnswer, Severity
from probe.model.model_name import same_model
from probe.texts.phrase import Phrases, items, phrase, remarks
from probe.units import format_duration

_SLOW_MS = 10_000.0
_finding = partial(FindingDraft, area=Area.MODELS)


@dataclass(frozen=True, slots=True)
class _AskedModel:
    """A model that was asked for. `listed` are those of the upstream's list, `token` is where the token comes from."""

    answer: ModelAnswer
    result: EndpointResult
    listed: Sequence[str] | None
    token: str

    @property
    def name(self) -> str:
        """The name that was asked for."""
        return self.answer.requested

    @property
    def uses(self) -> Phrases:
        """The uses of that name, for people."""
        return items(self.answer.uses)


def judge_models(
    answers: Sequence[tuple[ModelAnswer, EndpointResult]], listed: Sequence[str] | None, context: CheckContext
) -> Iterator[FindingDraft]:
    """Yield the findings of the models; a failure of the main one stands among those of the endpoints already."""
    good = []
    for answer, result in answers:
        if not result.ok and answer.requested == context.model:
            continue
        asked = _AskedModel(answer, result, listed, context.token)
        finding = _NOT_GOOD(asked)
        if finding is None:
            good.append(asked)
        else:
            yield finding
    if good:
        yield _models(good)


def _models(good: Sequence[_AskedModel]) -> FindingDraft:
    times = [
        phrase("check.models.seen", model=asked.name, time=format_duration(asked.answer.ms / 1000), uses=asked.uses)
        for asked in good
    ]
    title = phrase("check.models.one" if len(good) == 1 else "check.models.many")
    return _finding(severity=Severity.GOOD, code="models", title=title, evidence=remarks(times))


def _alias_unknown(asked: _AskedModel) -> FindingDraft | None:
    if asked.result.ok or not no_such_model(asked.result.answer, asked.name):
        return None
    return _finding(
        severity=Severity.WRONG,
        code="alias_unknown",
        title=phrase("check.alias_unknown", model=asked.name, uses=asked.uses),
        evidence=asked.result.answer.evidence,
        remedy=model_remedy(asked.name, asked.listed),
    )


def _alias_fails(asked: _AskedModel) -> FindingDraft | None:
    if asked.result.ok:
        return None
    found = advice(failure_of([asked.result], asked.token))
    return _finding(
        severity=Severity.WRONG,
        code="alias_fails",
        title=phrase("check.alias_fails", model=asked.name, uses=asked.uses, title=found.title),
        evidence=asked.result.answer.evidence,
        remedy=found.remedy,
    )


def _model_not_said(asked: _AskedModel) -> FindingDraft | None:
    if asked.answer.served is not None:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="model_not_said",
        title=phrase("check.model_not_said", uses=asked.uses),
        evidence=phrase("check.model_not_said.seen", model=asked.name),
        remedy=phrase("check.model_not_said.do"),
    )


def _model_mismatch(asked: _AskedModel) -> FindingDraft | None:
    served = asked.answer.served
    if served is None or same_model(asked.name, served):
        return None
    return _finding(
        severity=Severity.WARNING,
        code="model_mismatch",
        title=phrase("check.model_mismatch", model=asked.name, served=served, uses=asked.uses),
        evidence=phrase("check.model_mismatch.seen", served=served),
        remedy=phrase("check.model_mismatch.do", model=asked.name, served=served),
    )


def _slow_model(asked: _AskedModel) -> FindingDraft | None:
    if asked.answer.ms <= _SLOW_MS:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="slow_model",
        title=phrase("check.slow_model", model=asked.name, uses=asked.uses),
        evidence=phrase("check.slow_model.seen", time=format_duration(asked.answer.ms / 1000)),
        remedy=phrase("check.slow_model.do"),
    )


_NOT_GOOD: Rule[_AskedModel] = first_of(_alias_unknown, _alias_fails, _model_not_said, _model_mismatch, _slow_model)
