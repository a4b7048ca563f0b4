"""The way to a target is part of what was measured: two proxies are two measurements, and both are named."""

import pytest

from tests.conftest import Probe
from tests.wire.answers import DELTA, START, STOP, STREAM
from tests.wire.support import RawServer, answering, ok

TOKEN = "sk-canary-0000000000000000"


def relaying() -> RawServer:
    """Return a proxy that knows the answer itself."""
    return answering(ok(START + DELTA + STOP, STREAM))


def run(probe: Probe, *words: str, proxy: str = "", code: int | None = None) -> str:
    ran = probe.run(
        *("--base-url", "http://relay.invalid", "--model", "real-one", "--driver", "messages"),
        *words,
        code=code,
        ANTHROPIC_AUTH_TOKEN=TOKEN,
        HTTP_PROXY=proxy,
    )
    return ran.err


@pytest.mark.slow
def test_runs_by_two_proxies_are_not_pooled_and_not_gone_on_with(probe: Probe) -> None:
    with relaying() as first_proxy, relaying() as second_proxy:
        run(probe, "-n", "1", proxy=first_proxy.base_url.replace("http://", "http://user:hunter2secret@"))
        (first,) = (probe.folder / "reports" / "runs").iterdir()
        run(probe, "-n", "1", proxy=second_proxy.base_url)
        ways = [f"proxy 127.0.0.1:{each.port}" for each in (first_proxy, second_proxy)]
        refused = run(probe, "--resume", first.name, "-n", "2", proxy=second_proxy.base_url, code=2)
    assert f"way: {ways[0]} then, {ways[1]} now" in refused
    assert "hunter2secret" not in "".join(path.read_text() for path in first.rglob("*.json*"))
    told = probe("report", *map(str, first.parent.iterdir()), "--format", "markdown").out
    assert "route (direct, or which proxy)" in told
    assert f"through the proxy 127.0.0.1:{first_proxy.port}" in told


def test_a_run_without_the_proxy_is_not_gone_on_with(probe: Probe) -> None:
    with relaying() as between:
        run(probe, "-n", "1", proxy=between.base_url)
        (first,) = (probe.folder / "reports" / "runs").iterdir()
        refused = run(probe, "--resume", first.name, "-n", "2", code=2)
        assert f"way: proxy 127.0.0.1:{between.port} then, direct now" in refused


def test_a_proxy_that_the_target_sets_wins(probe: Probe) -> None:
    with relaying() as between:
        (probe.folder / "probe.toml").write_text(
            "[targets.relay]\n"
            'base_url = "http://relay.invalid"\n'
            'model = "real-one"\n'
            f'env = {{ https_proxy = "{between.base_url}" }}\n'
        )
        words = ("--target", "relay", "--driver", "messages", "-n", "1")
        probe.run(*words, code=3, ANTHROPIC_AUTH_TOKEN=TOKEN, HTTPS_PROXY="http://127.0.0.1:9")
        assert {each.split()[1] for each in between.received} == {b"http://relay.invalid/v1/messages"}
