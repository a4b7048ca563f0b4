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


def test_at_most_so_many_are_named_and_each_once() -> None:
    listed = ["glm-4.5", "glm-4.6", "glm-4.8", "glm-4.9", "glm-4.5"]
    found = similar_models("glm-4.7", listed)
    assert len(found) == len(set(found)) == 3
    assert len(similar_models("glm-4.7", listed, most=1)) == 1
    assert similar_models("glm-4.7", []) == []


def test_the_shortest_of_those_that_are_spelled_alike_is_the_likeliest() -> None:
    assert similar_models("Kimi-K2", ["moonshotai/kimi-k2", "kimi-k2"])[:2] == ["kimi-k2", "moonshotai/kimi-k2"]
