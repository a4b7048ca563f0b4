"""Names of models that are one, and those that are not."""

import pytest

from probe.model.model_name import normalised, same_model


@pytest.mark.parametrize(
    ("asked", "served", "same"),
    [
        ("glm-4.7", "glm-4.7", True),
        ("GLM-4.7", "glm-4.7 ", True),
        ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929", True),
        ("claude-3-5-haiku", "claude-3-5-haiku-latest", True),
        ("claude-sonnet-4-5[1m]", "claude-sonnet-4-5-20250929", True),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5", False),
        ("claude-sonnet-4", "claude-sonnet-4-5", False),
        ("glm-4.7", "glm-4.7-air", False),
        ("glm-4.7", "glm-417", False),
        ("glm-4.7", "glm-4.7-19991231", False),
        ("glm-4.7", "", False),
        ("a.b", "axb-20250101", False),
        ("glm-4.7", "zai/glm-4.7", True),
        ("glm-4.7", "Z-AI/GLM_4.7", True),
        ("zai/glm-4.7", "glm-4.7", True),
        ("claude-sonnet-4-5", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", True),
        ("claude-sonnet-4-5", "claude-sonnet-4-5@20250929", True),
        ("claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4.5-20250929", True),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20251001", False),
        ("claude-sonnet-4-5-latest", "claude-sonnet-4-5-20251001", True),
        ("glm-4.7", "zai/glm-4.6", False),
        ("", "", False),
    ],
)
def test_same_model(asked: str, served: str, same: bool) -> None:
    assert same_model(asked, served) is same


def test_a_normalised_name_keeps_what_tells_models_apart() -> None:
    assert normalised("Z-AI/GLM-4.7") == "glm-4-7"
    assert normalised("us.anthropic.claude-opus-4-5-v1:0") == "claude-opus-4-5"
    assert normalised("glm-4.7-air") == "glm-4-7-air"
