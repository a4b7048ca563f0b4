"""Small requests to an upstream: within their limits, and without secrets."""

from contextlib import ExitStack

import pytest

from tests.checks.front import Reply, Rules, front
from tests.checks.support import SLACK_MS, TOKEN, Checker


def test_no_token_comes_out_that_an_upstream_says_back(checker: Checker) -> None:
    with front(Rules(spills=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("auth")
    assert "[redacted]" in checked.out
    assert TOKEN[-8:] not in checked.out + checked.err


def test_the_whole_check_ends_at_its_limit(checker: Checker) -> None:
    with ExitStack() as stack:
        upstream = stack.enter_context(front(faults=["hang"]))
        checker.folder.joinpath("probe.toml").write_text(
            f'[targets.slow]\nbase_url = "{upstream.url}"\nmodel = "a"\n'
            'aliases = { opus = "b-opus", sonnet = "c", haiku = "d" }\n'
        )
        checked = checker(target="slow", timeout_s=0.2)
    assert checked.report.took_ms < 0.2 * 3 * 1000 + SLACK_MS


@pytest.mark.parametrize("form", ["\\u%04x", "&#%d;", "&#x%x;"])
def test_no_escaped_token_comes_out_of_a_body(checker: Checker, form: str) -> None:
    text = "".join(form % ord(letter) for letter in TOKEN).encode()
    body = b"<html><title>key %s</title></html>" if form.startswith("&") else b'{"error":{"type":"t","message":"%s"}}'
    reply = Reply(body % text, 403)
    with front(Rules(says={"stream": reply, "whole": reply})) as upstream:
        checked = checker(upstream.url)
    assert "[redacted]" in checked.report.endpoints[0].body
    assert text.decode() not in checked.out
