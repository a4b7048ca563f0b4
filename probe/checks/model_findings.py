"""Findings on the models of a target: whether each serves, as itself, and in time. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from probe.checks.advice import advice
from probe.checks.api_result import EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.endpoint_answers import no_such_model
from probe.checks.evidence import failure_of
from probe.checks.finding_rules import Rule, first_of
from probe.checks.offer_findings import model_remedy
from probe.model.check_report import Area, CheckFinding, ModelAnswer, Severity
from probe.model.model_name import same_model
from probe.units import format_duration

_SLOW_MS = 10_000.0
_finding = partial(CheckFinding, area=Area.MODELS)


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
    def uses(self) -> str:
        """The uses of that name, for people."""
        return ", ".join(self.answer.uses)


def judge_models(
    answers: Sequence[tuple[ModelAnswer, EndpointResult]], listed: Sequence[str] | None, context: CheckContext
) -> Iterator[CheckFinding]:
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


def _models(good: Sequence[_AskedModel]) -> CheckFinding:
    times = [f"{asked.name} in {format_duration(asked.answer.ms / 1000)} ({asked.uses})" for asked in good]
    title = "the model serves as itself" if len(good) == 1 else "the models serve as themselves"
    return _finding(severity=Severity.GOOD, code="models", title=title, evidence="; ".join(times))


def _alias_unknown(asked: _AskedModel) -> CheckFinding | None:
    if asked.result.ok or not no_such_model(asked.result.answer, asked.name):
        return None
    return _finding(
        severity=Severity.WRONG,
        code="alias_unknown",
        title=f"{asked.name} ({asked.uses}): the upstream does not serve it",
        evidence=asked.result.answer.evidence,
        remedy=model_remedy(asked.name, asked.listed),
    )


def _alias_fails(asked: _AskedModel) -> CheckFinding | None:
    if asked.result.ok:
        return None
    found = advice(failure_of([asked.result], asked.token))
    return _finding(
        severity=Severity.WRONG,
        code="alias_fails",
        title=f"{asked.name} ({asked.uses}): {found.title}",
        evidence=asked.result.answer.evidence,
        remedy=found.remedy,
    )


def _model_not_said(asked: _AskedModel) -> CheckFinding | None:
    if asked.answer.served is not None:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="model_not_said",
        title=f"the answer does not say which model served ({asked.uses})",
        evidence=f"{asked.name} was asked for; no `model` in the answer",
        remedy="Nobody can tell whether it is the model that was asked for: the upstream's operator has to "
        "hand `model` on in message_start.",
    )


def _model_mismatch(asked: _AskedModel) -> CheckFinding | None:
    served = asked.answer.served
    if served is None or same_model(asked.name, served):
        return None
    return _finding(
        severity=Severity.WARNING,
        code="model_mismatch",
        title=f"{asked.name} was asked for, and {served} says that it served ({asked.uses})",
        evidence=f"model in the answer: {served}",
        remedy=f"Ask the operator which model stands behind {asked.name}; if {served} is meant, name that.",
    )


def _slow_model(asked: _AskedModel) -> CheckFinding | None:
    if asked.answer.ms <= _SLOW_MS:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="slow_model",
        title=f"{asked.name} is slow ({asked.uses})",
        evidence=f"a tiny answer took {format_duration(asked.answer.ms / 1000)}",
        remedy="Name a faster model for background work (haiku, small_fast), or measure it with `probe run`.",
    )


_NOT_GOOD: Rule[_AskedModel] = first_of(_alias_unknown, _alias_fails, _model_not_said, _model_mismatch, _slow_model)
