"""Answers of an API tell of its path, of a model, of money."""

import json
from dataclasses import replace

import pytest

from probe.checks.api_result import ApiResult
from probe.checks.endpoint_answers import (
    all_words,
    answer_text,
    counts_tokens,
    is_chat,
    json_of,
    knows_path,
    listed_models,
    no_such_model,
    no_such_path,
    wants_money,
)
from probe.model.outcome import Outcome
from tests.checks.results import GOOD, said, stream, stream_of


@pytest.mark.parametrize(
    ("status", "body", "model", "path"),
    [
        (404, b'{"error":{"type":"not_found_error","message":"model: glm-5"}}', True, False),
        (503, b'{"error":{"message":"No available channel for model glm-5 under group default"}}', True, False),
        (400, b'{"error":{"message":"Unknown model"}}', True, False),
        (404, b'{"error":{"message":"Invalid URL (POST /v1/v1/messages)"}}', False, True),
        (404, b"<html>model not found</html>", False, True),
        (405, b"", False, True),
        (401, b'{"error":{"message":"invalid token for model glm-5"}}', False, False),
        (529, b'{"error":{"message":"model glm-5 is not available, overloaded"}}', False, False),
    ],
)
def test_a_missing_model_is_told_from_a_missing_path(status: int, body: bytes, model: bool, path: bool) -> None:
    sent = said(status, body, Outcome.API_ERROR)
    assert (no_such_model(sent, "glm-5"), no_such_path(sent, "glm-5")) == (model, path)


def test_a_list_of_models_in_any_shape() -> None:
    assert listed_models(said(200, b'{"data":[{"id":"a"},"b",{"name":"c"},3]}')) == ("a", "b")
    assert listed_models(said(200, b'{"data":["cut \\ud83d"]}')) == ("cut \ufffd",)
    assert listed_models(said(200, b"<html>")) is None
    assert listed_models(said(404, b'{"data":[]}')) is None


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        (said(404, b""), True),
        (said(410, b"{}"), True),
        (said(501, b"no"), True),
        (said(403, b""), False),
        (replace(said(404, b""), challenged=True), False),
        (replace(said(200, b"<html>hello</html>", Outcome.MALFORMED_RESPONSE), cause="html"), True),
        (said(200, b'{"msg":"404 NOT_FOUND"}', Outcome.MALFORMED_RESPONSE), True),
        (said(200, b'{"msg":"404"}', Outcome.MALFORMED_RESPONSE), False),
        (said(200, b'{"msg":"404 NOT_FOUND"}'), False),
    ],
)
def test_nothing_is_at_an_address_by_its_status_or_by_words_of_a_success(sent: ApiResult, missing: bool) -> None:
    assert no_such_path(sent, "glm-5") is missing


@pytest.mark.parametrize(
    ("status", "body", "known"),
    [
        (401, b'{"error":{"message":"bad key"}}', True),
        (404, b'{"error":{"type":"not_found_error","message":"model: glm-5"}}', True),
        (404, b'{"error":{"message":"Not found: POST /x/v1/messages"}}', False),
        (500, b'{"error":{"message":"oops"}}', False),
        (401, b'{"message":"bad key"}', False),
        (401, b"error", False),
    ],
)
def test_a_refusal_in_the_form_of_the_api_shows_that_it_is_there(status: int, body: bytes, known: bool) -> None:
    assert knows_path(said(status, body, Outcome.AUTH), "glm-5") is known


def test_a_chat_completion_in_the_place_of_a_message_is_known_by_its_choices() -> None:
    whole, chunk = b'{"choices":[]}', b'data: {"choices":[]}\n\n'
    for body in (whole, chunk):
        assert is_chat(said(200, body, Outcome.MALFORMED_RESPONSE))
        assert not is_chat(said(200, body))
    assert not is_chat(said(200, b'{"choices":"none"}', Outcome.MALFORMED_RESPONSE))


@pytest.mark.parametrize(
    ("body", "counts"),
    [(b'{"input_tokens":9}', True), (b'{"input_tokens":"9"}', False), (b"[9]", False), (b"", False)],
)
def test_tokens_are_counted_where_a_number_comes(body: bytes, counts: bool) -> None:
    assert counts_tokens(said(200, body)) is counts
    assert not counts_tokens(said(400, body, Outcome.BAD_REQUEST))


def test_money_is_wanted_by_an_error_and_never_by_an_answer() -> None:
    words = '{"error":{"message":"余额不足"}}'.encode()
    assert wants_money(said(500, words, Outcome.SERVER_ERROR))
    assert not wants_money(said(200, words))
    assert not wants_money(said(500, b"oops", Outcome.SERVER_ERROR))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'{"content":[{"type":"text","text":" hi "},{"type":"text","text":"ho "}]}', "hi ho"),
        (b'{"content":[{"type":"tool_use"},7]}', ""),
        (b'{"content":[]}', ""),
        (b'{"content":"hi"}', None),
        (b'{"content":[{"text":"cut"}],"stop_reason":"max_tokens"}', None),
        (b"<html>", None),
        (b"[" * 100_000, None),
    ],
)
def test_the_text_of_a_whole_message(body: bytes, text: str | None) -> None:
    assert answer_text(stream(said(200, body), streamed=False)) == text


def test_the_text_of_a_streamed_message() -> None:
    body = stream_of(*GOOD)
    assert answer_text(said(200, body)) == "a"
    assert answer_text(stream(said(200, body), stop_reason="max_tokens")) is None


def test_no_more_of_a_list_of_models_is_kept_than_anybody_reads() -> None:
    names = [f"model-{number}" for number in range(1500)]
    found = listed_models(said(200, json.dumps({"data": [{"id": "x" * 500}, *names]}).encode()))
    assert found is not None
    assert (len(found), len(found[0])) == (1000, 200)


def test_all_words_are_those_of_a_page_or_of_an_error_without_escapes() -> None:
    said_in_json = replace(said(400, b'{"m":"\\u4f59\\u989d"}'), evidence="HTTP 400")
    assert all_words(said_in_json) == 'HTTP 400 {"m": "余额"}'
    assert "<title>Down</title>" in all_words(said(502, b"<html><title>Down</title></html>"))
    assert json_of(said(200, b"[1]")) == {}
