"""Findings on what an upstream offers beside its answers."""

import re

import pytest

from probe.model.check_report import Severity
from tests.checks.front import MODEL, Reply, Rules, front
from tests.checks.replies import error
from tests.checks.support import Checker


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("claude-opus-4.6", "claude-opus-4-6-20260205"),
        ("glm-4.7", "glm-4-7"),
        ("GLM-4.7", "glm-4.7"),
        ("kimi-k2", "moonshotai/kimi-k2"),
    ],
)
def test_a_model_that_is_spelled_otherwise(checker: Checker, asked: str, there: str) -> None:
    with front(Rules(models=("gpt-5", there, "deepseek-v3"))) as upstream:
        checked = checker(upstream.url, model=asked)
        finding = checked.finding("model_unknown")
        named = re.search(r"Set model to (\S+)", finding.remedy or "")
        assert named, finding.remedy
        assert (checked.code, named[1]) == (3, there)
        again = checker(upstream.url, model=named[1])
    assert (again.code, again.complaints) == (0, set())


def test_a_model_that_is_served_but_not_listed_is_a_note(checker: Checker) -> None:
    with front(Rules(models=("gpt-5",), unlisted=True)) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("model_not_listed").severity is Severity.NOTE
    assert (checked.code, checked.complaints) == (0, set())


def test_messages_only_is_fine(checker: Checker) -> None:
    with front(Rules(ends=("/v1/messages",))) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, set())
    assert {"chat_absent", "models_absent", "count_tokens_absent"} == checked.codes(Severity.NOTE)


SIDES = [
    ("/v1/messages/count_tokens", Reply(b"<html>hello</html>"), "count_tokens_absent", "no input_tokens"),
    ("/v1/messages/count_tokens", error(200, "no"), "count_tokens_absent", "no input_tokens"),
    (
        "/v1/messages/count_tokens",
        Reply(b"", 200, [("content-length", "-5")]),
        "count_tokens_absent",
        "HTTP 200",
    ),
    ("/v1/models", error(404, "no"), "models_absent", "HTTP 404"),
    ("/v1/models", error(401, "no"), "models_fail", "HTTP 401"),
    ("/v1/models", Reply(b'{"models": [{"name": "m"}]}'), "models_unreadable", "HTTP 200"),
]


@pytest.mark.parametrize(("path", "reply", "code", "evidence"), SIDES)
def test_what_the_client_does_without_is_a_note(
    checker: Checker, path: str, reply: Reply, code: str, evidence: str
) -> None:
    with front(Rules(says={path: reply})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints, checked.codes(Severity.NOTE)) == (0, set(), {code})
    assert evidence in checked.finding(code).evidence


def test_half_a_letter_in_a_list_of_models_is_no_defect(checker: Checker) -> None:
    listed = Reply(b'{"data":[{"id":"%s"},{"id":"x\\ud800y"}]}' % MODEL.encode())
    with front(Rules(says={"/v1/models": listed})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.report.listed_models) == (0, (MODEL, "x�y"))
