"""Asks each model that the target's aliases name for one tiny answer, and judges what came."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from probe.checks.advice import advice
from probe.checks.api_client import ApiClient, EndpointResult
from probe.checks.endpoints import no_such_model
from probe.checks.offer_findings import model_remedy
from probe.checks.outcome_findings import CheckContext, trouble_of
from probe.model.check import Area, CheckFinding, ModelAnswer, Severity
from probe.model.model_name import same_model
from probe.model.target import Target
from probe.units import format_duration

_ALIASES = {
    "opus": "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "sonnet": "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "haiku": "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "small-fast": "ANTHROPIC_SMALL_FAST_MODEL",
}
_WINDOW = re.compile(r"\[1m\]$", re.IGNORECASE)
"""What the client takes off a name: it asks for a longer context by a header."""
_SLOW_MS = 10_000.0
_finding = partial(CheckFinding, area=Area.MODELS)


def main_model(target: Target) -> str:
    """The name that the client asks for where a target names its model: `sonnet` stands for what it is set to."""
    name = _WINDOW.sub("", target.model)
    variable = _ALIASES.get(name.lower())
    return _set_to(target, variable) if variable else name


def models_of(target: Target) -> dict[str, tuple[str, ...]]:
    """The model names of a target and what each is used for; the main model first."""
    uses: dict[str, list[str]] = {main_model(target): ["model"]}
    for alias, variable in _ALIASES.items():
        uses.setdefault(_set_to(target, variable), []).append(alias)
    return {name: tuple(each) for name, each in uses.items()}


def _set_to(target: Target, variable: str) -> str:
    """The model that a variable of the client's stands for."""
    return _WINDOW.sub("", (target.model_environment() | target.env)[variable])


def ask_models(
    asker: ApiClient, target: Target, uses: Mapping[str, tuple[str, ...]], first: EndpointResult
) -> Iterator[tuple[ModelAnswer, EndpointResult]]:
    """What each model came to; `first` was the call of the main one, which is not made again."""
    for name, aliases in uses.items():
        tried = first
        if name != main_model(target):
            made = asker.messages(f"model {name}", target.base_url, target.auth, name, stream=True)
            if made is None:
                return
            tried = made
        seen = tried.sent.exchange
        answer = ModelAnswer(
            uses=aliases,
            requested=name,
            served=seen.model_served if seen else None,
            outcome=tried.sent.outcome,
            cause=tried.sent.cause,
            ms=round(tried.sent.wall_ms, 3),
            ttft_ms=seen.ttft_ms if seen else None,
        )
        yield answer, tried


def judge_models(
    answers: Sequence[tuple[ModelAnswer, EndpointResult]], listed: Sequence[str] | None, asked: CheckContext
) -> Iterator[CheckFinding]:
    """The findings of the models; the main one's failures stand among those of the endpoints already."""
    good = []
    for answer, tried in answers:
        uses = ", ".join(answer.uses)
        if not tried.ok:
            if answer.requested != asked.model:
                yield _failure(answer, tried, listed, asked)
        elif answer.served is None:
            yield _finding(
                severity=Severity.WARNING,
                code="model_not_said",
                title=f"the answer does not say which model served ({uses})",
                evidence=f"{answer.requested} was asked for; no `model` in the answer",
                remedy="Nobody can tell whether it is the model that was asked for: the upstream's operator has to "
                "hand `model` on in message_start.",
            )
        elif not same_model(answer.requested, answer.served):
            yield _finding(
                severity=Severity.WARNING,
                code="model_mismatch",
                title=f"{answer.requested} was asked for, and {answer.served} says that it served ({uses})",
                evidence=f"model in the answer: {answer.served}",
                remedy=f"Ask the operator which model stands behind {answer.requested}; if {answer.served} is meant, "
                "name that.",
            )
        elif answer.ms > _SLOW_MS:
            yield _finding(
                severity=Severity.WARNING,
                code="slow_model",
                title=f"{answer.requested} is slow ({uses})",
                evidence=f"a tiny answer took {format_duration(answer.ms / 1000)}",
                remedy="Name a faster model for background work (haiku, small_fast), or measure it with `probe run`.",
            )
        else:
            good.append(f"{answer.requested} in {format_duration(answer.ms / 1000)} ({uses})")
    if good:
        title = "the model serves as itself" if len(good) == 1 else "the models serve as themselves"
        yield _finding(severity=Severity.GOOD, code="models", title=title, evidence="; ".join(good))


def _failure(
    answer: ModelAnswer, tried: EndpointResult, listed: Sequence[str] | None, asked: CheckContext
) -> CheckFinding:
    uses = ", ".join(answer.uses)
    found = advice(trouble_of([tried], asked.token))
    title, remedy = found.title, found.remedy
    if no_such_model(tried.sent, answer.requested):
        title, remedy = "the upstream does not serve it", model_remedy(answer.requested, listed)
        code = "alias_unknown"
    else:
        code = "alias_fails"
    return _finding(
        severity=Severity.WRONG,
        code=code,
        title=f"{answer.requested} ({uses}): {title}",
        evidence=tried.sent.evidence,
        remedy=remedy,
    )
