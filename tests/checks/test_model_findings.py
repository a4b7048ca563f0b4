"""Findings on the models of a target."""

from probe.model.check_report import Severity
from tests.checks.front import MODEL, Rules, front
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
