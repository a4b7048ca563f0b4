"""A check put together: what it costs, what it asks, where it ends."""

from contextlib import ExitStack

import pytest

from probe.model.check_report import Severity
from tests.checks.front import front
from tests.checks.support import SLACK_MS, Checker


def test_a_healthy_upstream_gets_a_clean_bill(checker: Checker) -> None:
    checked = checker()
    assert checked.code == 0
    assert checked.codes(*Severity) - checked.codes(Severity.GOOD) == set()
    assert {"way", "messages", "auth", "model_listed", "chat", "streams", "models"} <= checked.codes(Severity.GOOD)
    assert "embedded upstream" in checked.err
    assert checked.report.embedded


def test_a_real_target_gets_one_too(checker: Checker) -> None:
    with front() as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, set())
    assert not checked.report.embedded


def test_what_it_costs_is_said_and_kept(checker: Checker) -> None:
    with front() as upstream:
        checked = checker(upstream.url)
    asked = [path for method, path in upstream.requests if method == "POST" and not path.endswith("count_tokens")]
    assert "At most 8 tiny calls" in checked.err
    assert checked.report.plain_calls == len(asked) == 5


def test_what_hangs_twice_is_not_asked_for_anything_else(checker: Checker) -> None:
    checked = checker(faults=["hang"], timeout_s=0.5)
    assert checked.report.plain_calls == 2
    assert "chat completions, count_tokens, models" in checked.finding("out_of_time").title


def test_faults_are_for_the_embedded_upstream(checker: Checker) -> None:
    from probe.errors import UsageError

    with front() as upstream, pytest.raises(UsageError, match="only the embedded upstream"):
        checker(upstream.url, faults=["hang"])


def test_the_whole_check_ends_at_its_limit(checker: Checker) -> None:
    with ExitStack() as stack:
        upstream = stack.enter_context(front(faults=["hang"]))
        checker.folder.joinpath("probe.toml").write_text(
            f'[targets.slow]\nbase_url = "{upstream.url}"\nmodel = "a"\n'
            'aliases = { opus = "b-opus", sonnet = "c", haiku = "d" }\n'
        )
        checked = checker(target="slow", timeout_s=0.2)
    assert checked.report.took_ms < 0.2 * 3 * 1000 + SLACK_MS
