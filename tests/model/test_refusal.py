"""The meaning of an error's text, whatever its status."""

import pytest

from probe.model.outcome import Outcome
from probe.model.refusal import USAGE_LIMIT, model_is_denied, model_is_unknown, outcome_of_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your credit balance is too low", (Outcome.BILLING, None)),
        ("用户余额不足", (Outcome.BILLING, None)),
        ("Usage limit reached for 5 hour.", (Outcome.RATE_LIMITED, USAGE_LIMIT)),
        ("model_not_found: glm-9", (Outcome.MODEL_NOT_FOUND, None)),
        ("insufficient balance for the model, which does not exist", (Outcome.BILLING, None)),
        ("the load balancer has no server", None),
        ("", None),
    ],
)
def test_money_comes_before_limits_and_these_before_models(text: str, found: tuple[Outcome, str | None] | None) -> None:
    assert outcome_of_words(text, 400) == found


@pytest.mark.parametrize(
    ("status", "text", "model", "unknown"),
    [
        (404, "model: glm-9", "glm-9", True),
        (400, "glm-9 is nothing that we have", "glm-9", True),
        (403, "glm-9 is nothing that we have", "glm-9", False),
        (404, "no route POST /v1/messages for glm-9", "glm-9", False),
        (404, "not here", None, False),
        (404, "not here", "", False),
        (503, "no available channel for glm-9", None, True),
        (400, "模型 glm-9 不存在", None, True),
        (400, "The model `x` does not exist", None, True),
        (400, "Unknown\nmodel", None, True),
        (400, "max_tokens is too large for model x, which is not supported", "x", False),
        (400, "unexpected value for the anthropic-beta header, model x unsupported", "x", False),
        (429, "model x is not available", "x", False),
        (401, "model x is not available", "x", False),
        (500, "model x is not available", "x", False),
        (200, "model x is not available", "x", False),
        (None, "model x is not available", "x", False),
    ],
)
def test_a_model_that_there_is_not_is_told_by_status_and_words(
    status: int | None, text: str, model: str | None, unknown: bool
) -> None:
    assert model_is_unknown(status, text, model) is unknown


@pytest.mark.parametrize(
    ("status", "text", "denied"),
    [
        (403, "key_model_access_denied", True),
        (401, "You do not have access to this model", True),
        (403, "该令牌无权访问模型 x", True),
        (403, "Forbidden", False),
        (404, "key_model_access_denied", False),
        (None, "key_model_access_denied", False),
    ],
)
def test_a_model_that_the_token_may_not_use_is_told_by_status_and_words(
    status: int | None, text: str, denied: bool
) -> None:
    assert model_is_denied(status, text) is denied
