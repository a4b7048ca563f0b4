"""The case `fields`: the part of the client's own request that is refused, and the setting that leaves it out."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import SecretStr

from probe.checks.deep.case_ends import ClientUnusable, NotServed
from probe.checks.deep.client_reply import ClientReply
from probe.checks.deep.deep_case import CaseFinding
from probe.checks.deep.refused_fields import FIELDS
from probe.checks.deep.request_parts import OwnRequest, parts_of, without
from probe.checks.deep.target_access import TargetAccess
from probe.checks.time_budget import TimeBudget
from probe.checkup.http_sender import sender
from probe.drivers.plain_http import PlainHttp
from probe.drivers.process import Cancel
from probe.model.choices import TokenHeader
from probe.model.deep_report import CaseResult
from probe.redact import Redactor
from probe.texts import Texts
from probe.wire import Recorder
from tests.checks.deep.own_request import OWN
from tests.checks.deep.support import case_with_client
from tests.conftest import Probe
from tests.upstream.support import upstream

LEAVES_OUT = {
    "MAX_THINKING_TOKENS": ["thinking", "thinking.display", "context_management"],
    "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS": [
        "advanced-tool-use-2025-11-20",
        "tools.defer_loading",
        "thinking.display",
    ],
    "CLAUDE_CODE_EFFORT_LEVEL": ["output_config"],
}


@dataclass
class FakeClient:
    """A client that leaves parts of its request out as LEAVES_OUT says."""

    asked: list[Mapping[str, str]] = field(default_factory=list)

    def call(self, prompt: str, timeout_s: float, earlier_id: str | None) -> ClientReply:
        raise ClientUnusable("not here", None)

    def own_request(self, variables: Mapping[str, str]) -> OwnRequest:
        self.asked.append(variables)
        names = [name for variable in variables for name in LEAVES_OUT.get(variable, [])]
        return without(OWN, [part for part in parts_of(OWN) if part.name in names])


@contextmanager
def access_to(*faults: str) -> Iterator[TargetAccess]:
    redactor = Redactor()
    with upstream(*faults) as up, Recorder(redactor=redactor) as recorder, Cancel() as cancel:
        plain = PlainHttp(recorder.open_call, redactor, cancel)
        budget = TimeBudget(20, 60, cancel)
        access = TargetAccess(up.base_url, TokenHeader.BEARER, "m", sender(plain), budget, SecretStr("t"), {})
        access.client = FakeClient()
        yield access


def examined(*faults: str) -> tuple[CaseFinding, TargetAccess]:
    with access_to(*faults) as access:
        return FIELDS.examine(access), access


def test_what_is_taken_passes_with_one_request() -> None:
    finding, access = examined()
    assert finding.result is CaseResult.PASS
    assert len(access.requests) == 1
    assert "3 betas" in Texts().words(finding.evidence)


@pytest.mark.parametrize(
    ("faults", "culprits", "settings", "requests"),
    [
        (["refuse_field(name=thinking)"], ["the field thinking"], ["MAX_THINKING_TOKENS=0"], 2),
        (["refuse_beta(name=claude-code)"], ["the beta claude-code-20250219"], [], 2),
        (["refuse_field(name=output_config)"], ["the field output_config"], ["CLAUDE_CODE_EFFORT_LEVEL=unset"], 2),
        (
            ["refuse_field(name=tools.defer_loading)"],
            ["the field tools.defer_loading"],
            ["CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1"],
            2,
        ),
        (["refuse_field(name=context_management, code=500)"], ["the field context_management"], ["MAX_THINKING"], 3),
        (["refuse_field(name=context_management, named=false)"], ["the field context_management"], [], 11),
        (["refuse_beta(name=effort, named=false)"], ["the beta effort-2025-11-24"], [], 3),
        (
            ["refuse_beta(name=advanced)", "refuse_field(name=output_config)"],
            ["the beta advanced-tool-use-2025-11-20", "the field output_config"],
            ["CLAUDE_CODE_EFFORT_LEVEL=unset, CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1"],
            3,
        ),
        (
            ["refuse_beta(name=effort, named=false)", "refuse_beta(name=advanced, named=false)"],
            ["served without all of these", "effort-2025-11-24", "claude-code-20250219"],
            [],
            None,
        ),
        (["refuse_system_role(message='no role: system')"], ["the field messages.role"], [], 2),
        (["refuse_system_role", "refuse_field(name=thinking)"], ["the field thinking"], ["MAX_THINKING_TOKENS=0"], 3),
    ],
)
def test_the_culprit_and_the_setting_are_named(
    faults: list[str], culprits: list[str], settings: list[str], requests: int | None
) -> None:
    finding, access = examined(*faults)
    summary, remedy = Texts().words(finding.summary), Texts().words(finding.remedy or "")
    assert finding.result is CaseResult.FAIL
    assert all(culprit in summary for culprit in culprits), summary
    assert all(setting in remedy for setting in settings), remedy
    assert requests in (None, len(access.requests))


def test_what_the_client_leaves_out_by_itself_passes() -> None:
    finding, access = examined("refuse_system_role")
    assert finding.result is CaseResult.PASS
    assert "sends them as the user's" in Texts().words(finding.summary)
    assert len(access.requests) == 2


def test_no_setting_is_named_where_none_helps() -> None:
    finding, _ = examined("refuse_beta(name=claude-code)")
    assert "None of the settings" in Texts().words(finding.remedy or "")


def test_a_request_that_is_refused_whatever_is_left_out() -> None:
    finding, _ = examined("refuse_field(name=system)")
    assert finding.result is CaseResult.FAIL
    assert "also without its betas and fields" in Texts().words(finding.summary)


@pytest.mark.parametrize("status", ["401", "403", "429", "529"])
def test_a_refusal_of_the_sender_cannot_be_told(status: str) -> None:
    with pytest.raises(NotServed):
        examined(f"status(code={status})")


def test_an_end_of_another_kind_within_the_search_cannot_be_told() -> None:
    with pytest.raises(NotServed):
        examined("refuse_field(name=output_config, named=false)", "status(code=429, after_calls=3)")


def test_the_body_goes_out_as_the_client_wrote_it() -> None:
    sent: list[Any] = []
    with access_to() as access:
        original = access._send
        access._send = lambda request, seconds: sent.append(request) or original(request, seconds)  # type: ignore[func-returns-value]
        FIELDS.examine(access)
    (request,) = sent
    assert json.loads(request.body) == OWN.body
    assert request.path == OWN.path
    assert request.headers["anthropic-beta"] == OWN.headers["anthropic-beta"]


@pytest.mark.real
def test_the_real_client_shows_which_setting_helps(real_probe: Probe) -> None:
    case = case_with_client(real_probe, "fields", "--fault", "refuse_field(name=system.cache_control)", code=3)
    assert case.result is CaseResult.FAIL
    assert "the field cache_control" in case.summary
    assert "Set DISABLE_PROMPT_CACHING=1 in" in str(case.remedy)
    assert [request.status for request in case.requests] == [400, 200]


def test_without_a_client_it_cannot_be_told(probe: Probe) -> None:
    case = case_with_client(probe, "fields", PROBE_CLIENT="/no/such/client")
    assert case.result is CaseResult.CANNOT_TELL
    assert case.remedy
    assert not case.requests
