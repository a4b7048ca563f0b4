"""Spans in both forms of OTLP, whatever was stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.otlp.attempt_span import TracedAttempt
from probe.otlp.conventions import SCHEMA_URL
from probe.otlp.json_lines import json_line
from probe.otlp.otlp_protobuf import refusal_message, rejected_spans
from probe.otlp.run_spans import run_resource
from probe.otlp.trace_span import Attributes, SpanBatch
from tests.builders import manifest
from tests.otlp.receiver import partial
from tests.otlp.traced import attempt, decoded, exchange, spans, traced_call

ANY_JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)


@given(
    st.dictionaries(
        st.sampled_from(sorted(Exchange.model_fields.keys() - {"kind", "end", "failure", "usage", "tools_requested"})),
        ANY_JSON,
        max_size=8,
    ),
    st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3),
)
def test_whatever_an_upstream_sent_both_forms_say_the_same(fields: dict[str, Any], headers: dict[str, str]) -> None:
    try:
        hostile = exchange(**fields, **({} if "correlation" in fields else {"correlation": headers}))
    except ValueError:
        return
    trace = spans(traced_call([TracedAttempt(hostile, 1, hostile.error_type or "good", None)]))
    by_protobuf, by_json = decoded(SpanBatch(run_resource("r", manifest()), trace))
    assert by_protobuf == by_json


def test_a_megabyte_of_control_characters_becomes_a_short_line() -> None:
    flood = "\x1b[31m\u202e\0" * 200_000
    hostile = attempt(ending=flood, outcome=Outcome.API_ERROR, error_type=flood, correlation={"request-id": flood})
    batch = SpanBatch(run_resource(flood, None), spans(traced_call([hostile], cause=flood, outcome=Outcome.API_ERROR)))
    line = json_line(batch)
    assert len(line) < 50_000
    assert b"\x1b" not in line
    by_protobuf, by_json = decoded(batch)
    assert by_protobuf == by_json


def test_a_failed_span_has_a_status_and_another_has_none() -> None:
    good, bad = traced_call([attempt()]), traced_call([attempt(2, "529", Outcome.OVERLOADED)])
    for call, code in ((good, 0), (bad, 2)):
        by_protobuf, by_json = decoded(SpanBatch({}, spans(call)))
        for form in (by_protobuf, by_json):
            *_, tried = form.resource_spans[0].scope_spans[0].spans
            assert (tried.status.code, tried.status.message) == (code, "529" if code else "")


def test_each_kind_of_value_keeps_its_kind_and_a_truth_is_no_number() -> None:
    values: Attributes = {"yes": True, "n": 7, "x": 0.5, "text": "t", "texts": ("a", "b")}
    for form in decoded(SpanBatch(values, [])):
        told = {each.key: each.value for each in form.resource_spans[0].resource.attributes}
        kinds = {name: value.WhichOneof("value") for name, value in told.items()}
        assert list(kinds.values()) == ["bool_value", "int_value", "double_value", "string_value", "array_value"]
        assert [each.string_value for each in told["texts"].array_value.values] == ["a", "b"]


def test_both_name_the_conventions_that_they_follow() -> None:
    for form in decoded(SpanBatch({}, [])):
        (resource,) = form.resource_spans
        assert resource.schema_url == resource.scope_spans[0].schema_url == SCHEMA_URL
        assert resource.scope_spans[0].scope.name == "probe"


def test_a_collector_says_how_many_spans_it_did_not_take() -> None:
    _, _, body = partial(5, "too old")
    assert rejected_spans(body) == (5, "too old")
    assert rejected_spans(b"") == (0, "")
    with pytest.raises(ValueError, match="no answer of a collector"):
        rejected_spans(b"<html>")


def test_the_message_of_a_refusal_is_read_where_there_is_one() -> None:
    assert refusal_message(b"\x08\x03\x12\x07no such") == "no such"
    assert refusal_message(b"") == ""
    assert refusal_message(b"<html>") == ""
