"""The text form of faults."""

import contextlib
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import UsageError
from probe.upstream import FAULTS, Schedule, ScheduledFault, describe_params, describe_schedule, parse_fault
from probe.upstream.params import Boolean, Choice, Duration, Integer, JsonObject, Number, ParamType, Text, params_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def values(of: ParamType) -> st.SearchStrategy[Any]:
    match of:
        case Duration():
            return st.floats(0, 1.7e6) | st.integers(0, 10**6).map(lambda ms: ms / 1000)
        case Integer(minimum, maximum):
            return st.integers(minimum, maximum)
        case Number(maximum):
            return st.floats(0, maximum)
        case Boolean():
            return st.booleans()
        case Choice(options):
            return st.sampled_from(options)
        case JsonObject():
            return st.dictionaries(st.text(), JSON, max_size=3)
        case Text():
            return st.text()
    raise AssertionError(of)


def instances(cls: type[Any]) -> st.SearchStrategy[Any]:
    required = {one.field_name: values(one.type) for one in params_of(cls).values() if one.required}
    optional = {one.field_name: values(one.type) for one in params_of(cls).values() if not one.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: cls(**fields))


FAULT = st.sampled_from(list(FAULTS.values())).flatmap(instances)


@given(st.builds(ScheduledFault, FAULT, instances(Schedule)))
def test_a_spec_parses_back_to_an_equal_fault(scheduled: ScheduledFault) -> None:
    assert parse_fault(str(scheduled)) == scheduled


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("hang(on=call3)", "hang: on: there is no step 'call3'\nsteps: call1, call2"),
        ("status(code=529, on=zzz)", "status: on: there is no step 'zzz'\nsteps: call1, call2"),
        ("hang(on=" + "x" * 100_000 + ")", "there is no step 'xxx"),
        ("hang(after_idle=99999999999999h)", "hang: after_idle: '99999999999999h' is longer than 20 days"),
        ("hang(after_idle=1e308s)", "'1e308s' is not a duration"),
        (f"hang(after_idle={'9' * 100_000}s)", "999... is not a duration"),
        (f"status(code={'9' * 5000})", "999... is not an integer"),
        (f"hang(every={'9' * 4000})x", "does not end in"),
        (f"hang(probability={'9' * 5000})", "probability: inf is not between 0 and 1"),
        ("hang(probability=nan)", "probability: nan is not between 0 and 1"),
        ('tool_use(input={"a":' * 9000 + ")", "is missing in"),
        ("tool_use(input=" + '{"a":' * 90_000 + "1" + "}" * 90_000 + ")", "is not JSON: nested too deeply"),
        ('tool_use(input={"a": NaN})', "NaN is no number of JSON"),
        ('tool_use(input={"a": 1e999})', "too large for any program"),
        ("x" * 100_000, "xxx... is no fault"),
        ("hang(" + "'" * 100_000 + ")", "is not key=value"),
    ],
)
def test_errors_are_short_and_come_at_once(written: str, says: str) -> None:
    began = time.process_time()
    with pytest.raises(UsageError) as caught:
        parse_fault(written, ["call1", "call2"])
    assert says in str(caught.value)
    assert len(str(caught.value)) < 1200
    assert time.process_time() - began < 2


def test_a_fault_on_a_step_that_there_is_is_taken() -> None:
    assert parse_fault("hang(on=call2)", ["call1", "call2"]).schedule.on == "call2"
    assert parse_fault("hang(on=call3)").schedule.on == "call3"


@given(st.text())
def test_any_text_is_a_fault_or_a_usage_error(text: str) -> None:
    for spec in (text, f"wrong_text({text})", f"tool_use(input={text})", f"status(code={text})"):
        with contextlib.suppress(UsageError):
            parse_fault(spec)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("hang", "hang"),
        (" hang( ) ", "hang"),
        ("cold_start( delay = 8s , on=call1 )", "cold_start(delay=8s, on=call1)"),
        ("slow_drip(gap=0.25s)", "slow_drip(gap=250ms)"),
        ("hang(request=first)", "hang(request=1)"),
        ("status(code=529, body=json)", "status(code=529)"),
        ("wrong_text(text=don't do that)", 'wrong_text(text="don\'t do that")'),
        ("wrong_text(text='a, (b')", 'wrong_text(text="a, (b")'),
        ('tool_use(input={"a": [1, "}"]}, name=X)', 'tool_use(name=X, input={"a": [1, "}"]})'),
        ("truncate(clean=FALSE)", "truncate(clean=false)"),
    ],
)
def test_the_canonical_form(written: str, canonical: str) -> None:
    assert str(parse_fault(written)) == canonical


@pytest.mark.parametrize(
    ("written", "message", "remedy"),
    [
        ("", "a fault is missing", "faults: cold_start, hang"),
        ("hagn", "'hagn' is no fault; did you mean hang?", "faults: cold_start, hang"),
        ("status(529)", "status: '529' is not key=value", "did you mean code=529?"),
        ("status(cod=529)", "status has no key 'cod'; did you mean code?", "keys of status: code=<integer, 400-599>"),
        ("hang(onn=call1)", "hang has no key 'onn'; did you mean on?", "keys of hang: none of its own"),
        ("status", "status needs code", "code=<integer, 400-599> (required)"),
        ("status(code=abc)", "status: code: 'abc' is not an integer", "write code=<integer, 400-599>"),
        ("status(code=200)", "status: code: 200 is out of range", "write code=<integer, 400-599>"),
        ("hang(probability=2)", "hang: probability: 2.0 is not between 0 and 1", "write probability=<number, 0-1>"),
        ("hang(probability=often)", "hang: probability: 'often' is not a number", "write probability=<number, 0-1>"),
        ("stall(after=1, after=2)", "stall: after is given twice", None),
        ("slow_drip(gap=fast)", "slow_drip: gap: 'fast' is not a duration", "write gap=<duration> (1s)"),
        ("reset(when=never)", "reset: when: 'never' is none of before, headers, mid", "write when=before|headers|mid"),
        ("truncate(clean=maybe)", "truncate: clean: 'maybe' is neither true nor false", None),
        ("tool_use(input={1})", "tool_use: input: '{1}' is not JSON", None),
        ("tool_use(input=[1])", "tool_use: input: '[1]' is not a JSON object", None),
        ("hang(on=call1", "'hang(on=call1' does not end in ')'", "write name(key=value, key=value)"),
        ('wrong_text(text="abc)', 'wrong_text: " is missing', None),
        ("tool_use(input={)", "tool_use: } is missing", None),
        (r'wrong_text(text="a\x")', "is not a quoted string: Invalid \\escape", None),
    ],
)
def test_errors_say_what_is_wrong_and_what_is_allowed(written: str, message: str, remedy: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        parse_fault(written)
    assert message in caught.value.message
    assert (remedy or "") in (caught.value.remedy or "")


def test_help_lists_the_parameters() -> None:
    assert describe_params(FAULTS["slow_drip"]) == ["gap=<duration> (1s)"]
    assert describe_schedule()[:2] == ["on=<step>", "request=<integer, 1 or more>|first"]
