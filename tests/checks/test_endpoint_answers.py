"""Answers of an API tell of its path, of a model, of money."""

import pytest

from probe.checks.endpoint_answers import listed_models, no_such_model, no_such_path
from probe.model.outcome import Outcome
from tests.checks.results import said


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
