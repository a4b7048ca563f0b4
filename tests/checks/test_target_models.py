"""Models that the names and aliases of a target stand for."""

import pytest

from probe.model.check_report import Severity
from tests.checks.front import Rules, front
from tests.checks.support import Checker


@pytest.mark.parametrize(("model", "sonnet"), [("glm-5[1m]", ""), ("sonnet[1m]", "glm-5"), ("sonnet", "glm-5[1M]")])
def test_the_model_is_asked_for_as_the_client_does(checker: Checker, model: str, sonnet: str) -> None:
    env = [f"ANTHROPIC_DEFAULT_SONNET_MODEL={sonnet}"] if sonnet else []
    kinds = ["OPUS", "HAIKU"] if sonnet else []
    env += [f"ANTHROPIC_DEFAULT_{kind}_MODEL=glm-5" for kind in kinds]
    env += ["ANTHROPIC_SMALL_FAST_MODEL=glm-5"] if kinds else []
    with front(Rules(models=("glm-5",))) as upstream:
        checked = checker(upstream.url, model=model, env=env)
    assert (checked.code, checked.codes(Severity.WRONG)) == (0, set())
    assert [each.requested for each in checked.report.models] == ["glm-5"]
