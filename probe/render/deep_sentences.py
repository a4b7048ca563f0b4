"""Sentences of a deep check's report that several formats share."""

from collections.abc import Iterator

from probe.model.deep_report import CaseReport, CaseResult, DeepReport, DeepTarget
from probe.render.numbers import count_text
from probe.texts import Texts
from probe.units import format_duration

PLAIN = "plain HTTP"
WORST_FIRST = (CaseResult.FAIL, CaseResult.CANNOT_TELL, CaseResult.PASS)


def conclusion(target: DeepTarget, texts: Texts) -> str:
    """Say which cases fail, which cannot be told and which pass."""
    if not target.cases:
        return texts("deep.none_made")
    names = {
        result: texts("join.items").join(case.name for case in target.cases if case.result is result)
        for result in WORST_FIRST
    }
    if names[CaseResult.PASS] and not (names[CaseResult.FAIL] or names[CaseResult.CANNOT_TELL]):
        return texts("deep.conclusion.passes", names=names[CaseResult.PASS])
    parts = [texts(f"deep.conclusion.{result.value}", names=listed) for result, listed in names.items() if listed]
    joined = texts("join.parts").join(parts)
    return texts("deep.conclusion", parts=joined[:1].upper() + joined[1:])


def took(report: DeepReport, texts: Texts) -> str:
    """Say how long all cases took, and how many tokens they used."""
    tokens = sum(case.tokens for target in report.targets for case in target.cases)
    return texts("deep.took", time=format_duration(report.took_ms / 1000), tokens=count_text(tokens))


def facts_of(target: DeepTarget, texts: Texts) -> str:
    """Return address, model and client of a target in one line."""
    version = target.client.version if target.client else None
    client = texts("deep.facts.client", version=version) if version else texts("deep.facts.no_client")
    return texts("deep.facts", url=target.base_url, model=target.model, client=client)


def way_of(by: str, texts: Texts) -> str:
    """Return the way in which a request was made; the name of a program is the same in all languages."""
    return texts("deep.by.plain") if by == PLAIN else by


def details_of(case: CaseReport) -> Iterator[tuple[str, str]]:
    """Yield the texts that stand below a case, each with the key of its name."""
    for key, text in (("seen", case.evidence), ("breaks", case.breaks), ("do", case.remedy)):
        if text:
            yield key, text


def worst_first(target: DeepTarget) -> list[CaseReport]:
    """Return the cases of a target, those that fail first."""
    return sorted(target.cases, key=lambda case: WORST_FIRST.index(case.result))
