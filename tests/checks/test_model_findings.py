"""Findings on the models of a target."""

import pytest

from probe.checks.api_result import ApiResult, EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.model_findings import judge_models
from probe.model.check_report import CheckFinding, ModelAnswer, Severity
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from probe.texts import Texts
from probe.texts.phrase import phrase
from tests.checks.front import MODEL, Rules, front
from tests.checks.results import answered, in_english, said
from tests.checks.support import Checker


def test_an_alias_that_is_not_served(checker: Checker) -> None:
    with front(Rules(models=(MODEL, "glm-4-5-air"))) as upstream:
        config = checker.folder / "probe.toml"
        table = f'[targets.relay]\nbase_url = "{upstream.url}"\nmodel = "{MODEL}"\n'
        config.write_text(table + 'aliases = { haiku = "glm-4.5-air", opus = "claude-haiku-4" }\n')
        checked = checker(target="relay")
        haiku = [finding for finding in checked.findings("alias_unknown") if "haiku," in finding.title]
        assert haiku
        assert "glm-4-5-air" in str(haiku[0].remedy)
        assert checked.finding("alias_kind").severity is Severity.WARNING
        asked = [each.requested for each in checked.report.models]
        assert asked == [MODEL, "claude-haiku-4", "glm-4.5-air"], "one call for each name"
        config.write_text(table + 'aliases = { haiku = "glm-4-5-air" }\n')
        again = checker(target="relay")
    assert (again.code, again.complaints) == (0, set())
    assert {use for each in again.report.models for use in each.uses} == {
        "model", "opus", "sonnet", "haiku", "small-fast",
    }  # fmt: skip


CONTEXT = CheckContext("http://relay.example", "main", TokenHeader.BEARER, "TOKEN")


def asked(
    name: str = "haiku-1", sent: ApiResult | None = None, served: str | None = "haiku-1", ms: float = 500.0
) -> tuple[ModelAnswer, EndpointResult]:
    """Return the answer of a model, and the request to it."""
    result = answered(sent or said(200, b""))
    answer = ModelAnswer(uses=("haiku",), requested=name, served=served, outcome=result.answer.outcome, ms=ms)
    return answer, result


def findings(*models: tuple[ModelAnswer, EndpointResult], listed: tuple[str, ...] | None = None) -> list[CheckFinding]:
    return in_english(*judge_models(models, listed, CONTEXT))


@pytest.mark.parametrize(
    ("model", "code", "severity"),
    [
        (asked(), "models", Severity.GOOD),
        (asked(served="Haiku-1"), "models", Severity.GOOD),
        (asked(served=None), "model_not_said", Severity.WARNING),
        (asked(served="gpt-5"), "model_mismatch", Severity.WARNING),
        (asked(ms=10_000.0), "models", Severity.GOOD),
        (asked(ms=10_001.0), "slow_model", Severity.WARNING),
        (asked(sent=said(500, b"oops", Outcome.SERVER_ERROR)), "alias_fails", Severity.WRONG),
        (
            asked(sent=said(404, b'{"error":{"message":"model: haiku-1"}}', Outcome.MODEL_NOT_FOUND)),
            "alias_unknown",
            Severity.WRONG,
        ),
    ],
)
def test_each_model_has_one_finding(model: tuple[ModelAnswer, EndpointResult], code: str, severity: Severity) -> None:
    (finding,) = findings(model)
    assert (finding.code, finding.severity) == (code, severity)
    assert "haiku" in finding.title + finding.evidence


def test_models_that_are_good_share_a_finding_with_their_times() -> None:
    good = findings(asked("main", served="main", ms=1500.0), asked(ms=500.0), asked("x", served="other"))
    assert [finding.code for finding in good] == ["model_mismatch", "models"]
    assert "main" in good[1].evidence
    assert "1.50 s" in good[1].evidence
    assert "500 ms" in good[1].evidence or "0.50 s" in good[1].evidence


def test_one_good_model_is_not_told_as_several() -> None:
    (single,) = findings(asked())
    (both,) = findings(asked(), asked("main", served="main"))
    assert single.title == Texts().words(phrase("check.models.one"))
    assert both.title == Texts().words(phrase("check.models.many"))


def test_a_failure_of_the_main_model_is_none_of_the_models() -> None:
    assert findings(asked("main", said(500, b"", Outcome.SERVER_ERROR))) == []
    assert findings() == []


def test_an_unknown_alias_is_told_with_the_name_that_was_meant() -> None:
    unknown = asked("haiku-1", said(404, b'{"error":{"message":"model: haiku-1"}}', Outcome.MODEL_NOT_FOUND))
    (finding,) = findings(unknown, listed=("gpt-5", "claude-haiku-1"))
    assert "claude-haiku-1" in str(finding.remedy)
