import pytest

from probe.inputs.claude_options import option_values, options_begin_at, with_values


@pytest.mark.parametrize(
    ("command", "place"),
    [
        (["claude", "-p", "hi"], 1),
        (["/usr/local/bin/claude"], 1),
        (["node", "/opt/node_modules/@anthropic-ai/claude-code/cli.js", "-p"], 2),
        (["node", "build/cli.js", "-p"], None),
        (["npm", "run", "claude"], None),
        (["claude-glm"], None),
        (["claude/"], 1),
    ],
)
def test_the_client_is_known_by_its_name(command: list[str], place: int | None) -> None:
    assert options_begin_at(command) == place


def test_values_of_an_option_are_found_in_both_forms_and_before_the_end_of_options() -> None:
    words = ["-p", "--settings", "a", "--settings=b", "--settings-else", "c", "--", "--settings", "d"]
    assert option_values(words, "--settings") == ["a", "b"]
    assert option_values(["--settings"], "--settings") == []


def test_each_value_is_changed_in_its_place_and_becomes_a_word_of_its_own() -> None:
    words = ["-p", "--settings=a", "hi", "--settings", "b", "--", "--settings=c"]
    changed = with_values(words, "--settings", str.upper)
    assert changed == ["-p", "--settings", "A", "hi", "--settings", "B", "--", "--settings=c"]


def test_an_absent_option_comes_first() -> None:
    assert with_values(["-p", "hi"], "--settings", lambda value: f"<{value}>") == ["--settings", "<>", "-p", "hi"]
