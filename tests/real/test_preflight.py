"""The preflight before runs of the real client: plain HTTP asks, and the client confirms what it is refused."""

from pathlib import Path

import pytest

from tests.checks.front import MODEL, Rules, front
from tests.conftest import Probe, calls

pytestmark = pytest.mark.real
TOKEN = "sk-made-up-0000"


@pytest.fixture
def probe(real_client: str, tmp_path: Path) -> Probe:
    return Probe(tmp_path, {"PROBE_CLIENT": real_client})


def words(base_url: str, *more: str) -> tuple[str, ...]:
    return ("--base-url", base_url, "--model", MODEL, "--token-env", "T", "--no-report", "--no-prime", *more)


def test_a_wrong_token_ends_thirty_rounds_before_the_first(probe: Probe) -> None:
    with front(Rules(auth=())) as upstream:
        ran = probe.run(*words(upstream.url, "-n", "30"), code=3, T=TOKEN)
    assert "the token is refused" in " ".join(ran.err.split())
    assert "expired" in ran.err
    assert not (probe.folder / "reports").exists()


@pytest.mark.slow
def test_an_upstream_that_admits_claude_code_only_is_measured(probe: Probe) -> None:
    with front(Rules(claude_only=True)) as upstream:
        ran = probe.run(*words(upstream.url, "-n", "1"), code=0, T=TOKEN)
    assert "warning" not in ran.err
    assert [call["diagnosis"]["outcome"] for call in calls(probe.runs()[0])] == ["ok", "ok"]
