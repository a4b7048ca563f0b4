"""Models whose names are spelled like another."""

import pytest

from probe.checks.model_names import similar_models


@pytest.mark.parametrize(
    ("asked", "listed", "first"),
    [
        ("claude-opus-4.6", ["claude-opus-4-5-20251101", "claude-opus-4-6-20260205"], "claude-opus-4-6-20260205"),
        ("claude-sonnet-4-5", ["anthropic/claude-sonnet-4.5", "claude-sonnet-4"], "anthropic/claude-sonnet-4.5"),
        ("Kimi-K2", ["kimi-k2-0905", "kimi-k2"], "kimi-k2"),
        ("claude-opus-4-5", ["us.anthropic.claude-opus-4-5-v1:0"], "us.anthropic.claude-opus-4-5-v1:0"),
        ("deepsek-v3", ["deepseek-v3", "qwen3"], "deepseek-v3"),
    ],
)
def test_the_model_that_was_meant_comes_first(asked: str, listed: list[str], first: str) -> None:
    assert similar_models(asked, listed)[0] == first


def test_nothing_is_guessed_where_nothing_is_near() -> None:
    assert similar_models("glm-4.7", ["gpt-5", "claude-haiku-4-5"]) == []
    assert similar_models("glm-4.7", ["glm-4.7", "glm-4-7"]) == []
