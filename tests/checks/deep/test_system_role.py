"""Refusals of messages of the role system, which the client knows or does not."""

import pytest

from probe.checks.deep.system_role import is_known_refusal
from probe.model.deep_report import CaseResult
from tests.checks.deep.support import assert_found
from tests.conftest import Probe


@pytest.mark.parametrize(
    "words",
    [
        'messages: Unexpected role "system". The API accepts `system`, not "system" as an input message role.',
        "messages[1].role: unknown variant `system`, expected `user` or `assistant` at line 1",
        "messages.1.role: Input should be 'user' or 'assistant'",
        '{"error": {"message": "messages.1.role: Input should be \\"user\\" or \\"assistant\\""}}',
        "The role system is not supported by this model",
    ],
)
def test_refusals_of_system_messages_that_the_client_knows(words: str) -> None:
    assert is_known_refusal(words)


@pytest.mark.parametrize(
    "words",
    ["Bad request", "messages[1].role: Invalid option: expected one of user|assistant", "Unexpected role system"],
)
def test_refusals_of_system_messages_that_it_does_not_know(words: str) -> None:
    assert not is_known_refusal(words)


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["refuse_system_role(message='Bad request')"], "refused with HTTP 400, in words"),
        (CaseResult.FAIL, ["refuse_system_role(message='Bad request', code=422)"], "refused with HTTP 422"),
        (CaseResult.FAIL, ["refuse_system_role(message='oops', code=500)"], "refused with HTTP 500"),
        (CaseResult.PASS, ["refuse_system_role"], "in words upon which Claude Code sends it as the user's"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "system_role", result, faults, said)
