"""A target that is asked before a run: what would fail every call, and who has to act."""

from typing import Any

import pytest

from probe.checkup.asked_target import AskedTarget, PreflightFailed, party_of_finding
from probe.errors import ExitCode
from probe.model.check_report import Area, CheckFinding, Severity
from probe.model.fault_party import FaultParty, party_of
from probe.model.outcome import Outcome
from probe.model.preflight import Preflight


def finding(code: str, **changes: Any) -> CheckFinding:
    fields = {"area": Area.ENDPOINTS, "severity": Severity.WRONG, "code": code, "title": f"the title of {code}"}
    return CheckFinding.model_validate(fields | changes)


def asked(*codes: str, name: str = "relay", **changes: Any) -> AskedTarget:
    return AskedTarget(name, Preflight(took_ms=5.0), tuple(finding(code, **changes) for code in codes), None)


@pytest.mark.parametrize(
    "code",
    [
        "dns",
        "connection_refused",
        "proxy",
        "tls_expired",
        "tls_unknown_authority",
        "base_url",
        "auth_header",
        "chat_only",
        "billing",
        "usage_limit",
        "auth",
        "model_unknown",
        "client_auth",
        "client_billing",
    ],
)
def test_what_would_fail_every_call_is_sure(code: str) -> None:
    target = asked(code, "rate_limited")
    assert [found.code for found in target.sure] == [code]


@pytest.mark.parametrize(
    "code",
    [
        "rate_limited",
        "overloaded",
        "server_error",
        "bad_gateway",
        "no_first_byte",
        "slow_stream",
        "wrong_answer",
        "tls",
    ],
)
def test_what_may_pass_by_itself_is_not(code: str) -> None:
    assert asked(code, f"client_{code}").sure == ()


@pytest.mark.parametrize(
    ("code", "party"),
    [
        ("base_url", FaultParty.SETUP),
        ("auth_header", FaultParty.SETUP),
        ("proxy", FaultParty.SETUP),
        ("model_unknown", FaultParty.SETUP),
        ("client_model_unknown", FaultParty.SETUP),
        ("usage_limit", FaultParty.ACCOUNT),
        ("model_denied", FaultParty.ACCOUNT),
        ("guarded", FaultParty.RELAY),
        ("tls_expired", FaultParty.RELAY),
        ("tls_unknown_authority", FaultParty.UNCLEAR),
    ],
)
def test_who_has_to_act_on_a_finding(code: str, party: FaultParty) -> None:
    assert party_of_finding(finding(code)) is party


def test_who_has_to_act_on_an_outcome_is_who_the_report_would_name() -> None:
    for outcome in (Outcome.AUTH, Outcome.BILLING, Outcome.DNS, Outcome.FORBIDDEN):
        for code in (outcome.value, f"client_{outcome.value}"):
            assert party_of_finding(finding(code)) is party_of(outcome, None, passes=False)


def test_the_error_names_the_first_target_and_what_is_surely_wrong_with_it() -> None:
    first = AskedTarget(
        "fra", Preflight(took_ms=5.0), (finding("overloaded"), finding("auth", remedy="Renew the token.")), None
    )
    error = PreflightFailed([first, asked("dns", name="ber")])
    assert str(error).startswith("fra: the title of auth")
    assert error.remedy == "Renew the token."
    assert error.exit_code == ExitCode.FAILED
    assert [target.name for target in error.targets] == ["fra", "ber"]
