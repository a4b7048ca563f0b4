"""The cases that plain HTTP makes: the embedded upstream passes, its faults fail, and the rest cannot be told."""

import pytest

from probe.checks.deep.all_cases import CASES
from probe.model.deep_report import CaseResult
from tests.checks.deep.support import made_case
from tests.conftest import Probe

PLAIN = [case.name for case in CASES if not case.needs_client]

FAILURES = [
    # thinking
    ("thinking", ["thinking_signature(is=lost)"], "refuses its own thinking"),
    ("thinking", ["thinking_signature(is=changed)"], "Invalid `signature`"),
    ("thinking", ["refuse_field(name=thinking)"], "a request with thinking is refused"),
    # errors
    ("errors", ["error_shape(as=openai)"], "in the shape of OpenAI"),
    ("errors", ["error_shape(as=detail)"], "in no known shape"),
    ("errors", ["error_shape(as=text)"], "it is no JSON"),
    ("errors", ["error_shape(as=html)"], "it is a web page"),
    ("errors", ["error_shape(as=words)"], "do not say what is wrong"),
    ("errors", ["error_shape(as=500)"], "HTTP 500, upon which Claude Code asks again"),
    ("errors", ["error_shape(as=200)"], "it comes with HTTP 200"),
    ("errors", ["error_shape(as=no_id)"], "it has no request id"),
    # too_long
    ("too_long", ["error_shape(as=words)"], "do not tell Claude Code that the prompt is too long"),
    ("too_long", ["error_shape(as=500)"], "HTTP 500 and not 400"),
    ("too_long", ["short_context(tokens=1000)"], "tokens only: the rest was cut off"),
    # usage
    ("usage", ["no_usage"], "without tools: answers do not say their input tokens"),
    ("usage", ["no_usage(form=zero)"], "with tools: answers do not say"),
    ("usage", ["usage_factor(factor=0, in=stream)"], "streams do not say"),
    ("usage", ["usage_factor(factor=0, in=whole)"], "answers that are not streamed do not say"),
    ("usage", ["usage_factor(factor=1.2, in=stream)"], "input tokens, the same without a stream"),
    ("usage", ["count_factor(factor=0.8)"], "count_tokens"),
    ("usage", ["hidden_prompt(tokens=1500)"], "somebody adds a prompt of their own"),
    # system_role
    ("system_role", ["refuse_system_role(message='Bad request')"], "refused with HTTP 400, in words"),
    ("system_role", ["refuse_system_role(message='Bad request', code=422)"], "refused with HTTP 422"),
    ("system_role", ["refuse_system_role(message='oops', code=500)"], "refused with HTTP 500"),
    # structured
    ("structured", ["drop_field(name=output_config, requests=all)"], "what comes is no JSON"),
    ("structured", ["wrong_text(text='{\"name\": 1}', requests=all)"], "does not follow the schema"),
    ("structured", ["refuse_field(name=output_config, code=503, requests=all)"], "HTTP 503, and a usual"),
    (
        "structured",
        ["refuse_field(name=output_config, requests=all)", "status(code=403, after_calls=1)"],
        "and the usual request after it too: HTTP 403",
    ),
    # image
    ("image", ["drop_pictures"], "the digits in the picture are not read"),
    ("image", ["drop_pictures(in=tool_result)"], "but not in one from a tool"),
    ("image", ["refuse_field(name=messages.content.source)"], "a request with a picture is refused"),
    ("image", ["refuse_field(name=messages.content.content.source)"], "in the result of a tool is refused"),
    # firewall
    ("firewall", ["firewall"], "a script in HTML is blocked: HTTP 403"),
    ("firewall", ["firewall(text='union select')"], "SQL is blocked"),
    ("firewall", ["firewall(text='/etc/passwd')"], "shell commands are blocked"),
    ("firewall", ["body_limit"], "a body of 4 MB is refused: HTTP 413"),
    ("firewall", ["body_limit(body=json)"], "a body of 4 MB is refused: HTTP 413"),
    # limits
    ("limits", ["drop_field(name=max_tokens)"], "max_tokens is not kept"),
    ("limits", ["drop_field(name=stop_sequences)"], "stop_sequences are not kept"),
    ("limits", ["stop_reason(name=end_turn, chars=20)"], "that max_tokens ended has the stop_reason end_turn"),
    # model
    ("model", ["wrong_model"], "was asked for, and probe-other-model answers"),
    # long_context
    ("long_context", ["short_context(tokens=20000)"], "in a prompt of about 32,000 tokens it is not found"),
    ("long_context", ["short_context(tokens=80000)"], "in a prompt of about 100,000 tokens it is not found"),
    ("long_context", ["body_limit(bytes=200000)"], "a prompt of about 100,000 tokens is refused: HTTP 413"),
]  # fmt: skip

PASSES = [
    (
        "structured",
        ["refuse_field(name=output_config, requests=all)"],
        "it is refused, and usual requests are served after it",
    ),
    ("system_role", ["refuse_system_role"], "in words upon which Claude Code sends it as the user's"),
]

UNTOLD = [
    ("thinking", ["drop_field(name=thinking)"], "holds no thinking"),
    ("thinking", ["drop_thinking"], "with a cut signature as well"),
    ("thinking", ["thinking_signature(is=lost)", "drop_thinking"], "comes without a signature, and is taken back"),
    ("errors", ["drop_field(name=max_tokens)"], "max_tokens 99,999,937 is served"),
    ("limits", ["wrong_text(text=Hello)"], "does not answer with the text"),
    ("image", ["wrong_text(text=Hello)"], "does not answer with the text"),
    ("errors", ["status(code=400)", "error_shape"], "the upstream did not answer: HTTP 400"),
    ("errors", ["truncate"], "did not answer"),
    ("too_long", ["status(code=400)"], "the upstream did not answer: HTTP 400"),
    ("too_long", ["short_context(tokens=190000)"], "tokens is served"),
    (
        "structured",
        ["refuse_field(name=output_config, requests=all)", "status(code=529, after_calls=1)"],
        "the upstream did not answer: HTTP 529",
    ),
    ("firewall", ["status(code=529, after_calls=1)"], "the upstream did not answer: HTTP 529"),
]


def words(faults: list[str]) -> list[str]:
    return [word for fault in faults for word in ("--fault", fault)]


@pytest.mark.parametrize("name", [name for name in PLAIN if name != "cache"])
def test_the_embedded_upstream_passes(probe: Probe, name: str) -> None:
    case = made_case(probe, name, code=0)
    assert case.result is CaseResult.PASS, case.summary
    assert (case.breaks, case.remedy) == (None, None)
    assert case.requests


@pytest.mark.parametrize(("name", "faults", "said"), PASSES, ids=[name for name, _, _ in PASSES])
def test_a_refusal_that_does_no_harm_passes(probe: Probe, name: str, faults: list[str], said: str) -> None:
    case = made_case(probe, name, *words(faults), code=0)
    assert case.result is CaseResult.PASS, case.summary
    assert said in case.summary
    assert case.breaks is None


@pytest.mark.parametrize(("name", "faults", "said"), FAILURES, ids=[f"{name}-{' '.join(f)}" for name, f, _ in FAILURES])
def test_a_fault_fails(probe: Probe, name: str, faults: list[str], said: str) -> None:
    case = made_case(probe, name, *words(faults))
    assert case.result is CaseResult.FAIL, case.summary
    assert said in case.summary
    assert case.breaks
    assert case.remedy


@pytest.mark.parametrize("name", PLAIN)
def test_an_overloaded_upstream_cannot_be_told(probe: Probe, name: str) -> None:
    case = made_case(probe, name, "--fault", "status(code=529, requests=all)", code=3)
    assert case.result is CaseResult.CANNOT_TELL
    assert "HTTP 529" in case.summary
    assert case.remedy


@pytest.mark.parametrize("name", PLAIN)
def test_a_token_that_is_refused_cannot_be_told(probe: Probe, name: str) -> None:
    case = made_case(probe, name, "--fault", "status(code=403, body=html, requests=all)", code=3)
    assert case.result is CaseResult.CANNOT_TELL


@pytest.mark.parametrize(("name", "faults", "said"), UNTOLD, ids=[f"{name}-{' '.join(f)}" for name, f, _ in UNTOLD])
def test_what_proves_nothing_cannot_be_told(probe: Probe, name: str, faults: list[str], said: str) -> None:
    case = made_case(probe, name, *words(faults), code=3)
    assert case.result is CaseResult.CANNOT_TELL, case.summary
    assert said in case.summary
    assert case.breaks is None
    assert case.remedy
