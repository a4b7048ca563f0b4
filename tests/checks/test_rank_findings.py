"""Findings stand in the order of causes, and none is left that another one contradicts."""

import ast
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.checks import rank_findings as ranking
from probe.checks.rank_findings import CAUSES, EXCLUDES, rank_findings, rank_of
from probe.model.check_report import Area, CheckFinding, Severity
from probe.model.outcome import Outcome, WaitCause

CODES = sorted(
    {*EXCLUDES, *(code for codes in EXCLUDES.values() for code in codes)}
    | {"tls", "tls_expired", "dns", "billing", "bad_gateway", "no_first_byte", "out_of_time", "messages", "way", "auth"}
    | {"client_served", "count_tokens_absent", "chat_absent", "client_timed_out", "long_gap", "client"}
)
NOTHING_TO_DO = {"count_tokens_absent", "models_fail", "models_absent", "chat_fails", "chat_absent"}


def finding(code: str, severity: Severity = Severity.WRONG, area: Area = Area.ENDPOINTS) -> CheckFinding:
    return CheckFinding(area=area, severity=severity, code=code, title=code)


FINDINGS = st.lists(
    st.builds(finding, st.sampled_from(CODES), st.sampled_from(Severity), st.sampled_from(Area)), max_size=12
)


@given(FINDINGS)
def test_no_finding_is_left_that_another_contradicts(found: list[CheckFinding]) -> None:
    codes = {each.code for each in rank_findings(found)}
    for code in codes:
        assert not EXCLUDES.get(code, frozenset()) & codes


@given(FINDINGS)
@example([finding("chat_absent")])
def test_something_always_says_what_is_wrong(found: list[CheckFinding]) -> None:
    before = {each.severity for each in found}
    kept = rank_findings(found)
    assert (Severity.WRONG in {each.severity for each in kept}) >= (before == {Severity.WRONG})
    assert {each.code for each in kept} <= {each.code for each in found}


@given(FINDINGS)
def test_the_worst_stand_first_and_causes_above_what_follows_from_them(found: list[CheckFinding]) -> None:
    places = [(list(Severity).index(each.severity), rank_of(each.code)) for each in rank_findings(found)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("cause", "consequence"),
    [
        ("tls_expired", "client_connection_reset"),
        ("dns", "client_timed_out"),
        ("client_auth", "cooldown"),
        ("auth", "no_first_byte"),
        ("billing", "client_rate_limited"),
        ("client_body_limit", "wrong_answer"),
        ("client_betas_refused", "client_bad_request"),
        ("gateway_timeout", "out_of_time"),
        ("guarded", "forbidden"),
        ("base_url", "auth"),
    ],
)
def test_a_cause_stands_above_its_consequence_wherever_it_was_seen(cause: str, consequence: str) -> None:
    first, second = rank_findings([finding(consequence, area=Area.HERE), finding(cause, area=Area.CLIENT)])
    assert (first.code, second.code) == (cause, consequence)


def test_nothing_to_do_is_not_said_where_nothing_is_served() -> None:
    notes = [finding(code, Severity.NOTE) for code in NOTHING_TO_DO]
    assert {each.code for each in rank_findings([finding("auth"), *notes])} == {"auth"}
    served = finding("client_served", Severity.GOOD, Area.CLIENT)
    assert {each.code for each in rank_findings([finding("bad_request"), served, *notes])} | {
        "chat_absent"
    } >= NOTHING_TO_DO


def test_a_client_whose_stream_is_fake_is_not_told_that_it_streams() -> None:
    found = rank_findings([finding("streams", Severity.GOOD, Area.STREAMING), finding("client_fake_stream")])
    assert [each.code for each in found] == ["client_fake_stream"]


def words_of_other_modules() -> set[object]:
    """Return the constants in the modules beside that of the order."""
    place = Path(ranking.__file__)
    others = [file for file in place.parent.glob("*.py") if file != place]
    nodes = [node for file in others for node in ast.walk(ast.parse(file.read_text()))]
    return {node.value for node in nodes if isinstance(node, ast.Constant)}


def test_the_order_names_no_code_that_no_finding_has() -> None:
    codes = frozenset.union(*CAUSES, *EXCLUDES.values(), EXCLUDES)
    plain = {code.removeprefix("client_") for code in codes}
    assert plain <= words_of_other_modules() | {*Outcome, *WaitCause}
