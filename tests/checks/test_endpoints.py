"""The endpoints are asked each once, and other addresses where nothing is."""

import pytest

from probe.model.check_report import Severity
from tests.checks.front import Reply, Rules, front
from tests.checks.replies import error
from tests.checks.support import Checker


@pytest.mark.parametrize("refusal", [400, 401, 403])
def test_no_other_address_is_named_where_all_answer_alike(checker: Checker, refusal: int) -> None:
    missing = error(404, "not found")
    with front(Rules(says={"stream": missing, "whole": missing}, elsewhere=refusal)) as upstream:
        checked = checker(upstream.url + "/x")
        assert checked.codes(Severity.WRONG) <= {"bad_request", "auth", "forbidden"}
        again = checker(upstream.url)
    assert (again.code, again.codes(Severity.WRONG)) == (3, {"chat_only"})


def test_the_address_below_the_root_is_found(checker: Checker) -> None:
    with front(Rules(base="/api/anthropic")) as upstream:
        checked = checker(upstream.url + "/api/paas/v4")
    assert checked.finding("base_url").remedy == f"Set base_url to {upstream.url}/api/anthropic"


def test_a_path_that_is_missing_with_http_200_is_missing(checker: Checker) -> None:
    lost = Reply(b'{"code":500,"msg":"404 NOT_FOUND","success":false}')
    with front(Rules(base="/anthropic", lost=lost)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("base_url").remedy == f"Set base_url to {upstream.url}/anthropic"
