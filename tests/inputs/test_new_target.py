"""A target that a person describes: what is wrong with an answer, and the table that is made of the answers."""

import tomllib

import pytest

from probe.inputs.new_target import AnswerCheck, NewTarget
from probe.model.choices import TokenHeader
from probe.texts import Texts

SECRET = "sk-a-secret-of-nobody-0123456789"
CHECK = AnswerCheck(Texts(), {"MY_TOKEN": SECRET, "lower": "x"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("MY_TOKEN", None),
        ("NOT_YET_SET", None),
        ("lower", None),
        ("pass show glm", None),
        ("/usr/bin/token", None),
        (SECRET, "token itself"),
        (f"echo {SECRET}", "token itself"),
        ("not_set", ""),
        ("sk-0123456789", ""),
    ],
)
def test_the_place_of_a_token_is_a_variable_or_a_command_and_not_the_token(text: str, says: str | None) -> None:
    told = CHECK.token(text)
    assert (told is None) is (says is None)
    assert SECRET not in (told or "")


def test_an_address_and_a_model_are_checked_as_in_a_file() -> None:
    assert CHECK.base_url("https://relay.example") is None
    assert "no http:// or https:// address" in (CHECK.base_url("relay.example") or "")
    assert CHECK.model("glm-4.7") is None
    assert CHECK.model("") is not None
    for told in (CHECK.model(SECRET), CHECK.base_url(f"http://{SECRET}")):
        assert told is not None
        assert SECRET not in told


@pytest.mark.parametrize(
    ("name", "ok"), [("glm", True), ("taken", False), ("embedded", False), ("A B", False), ("", False), ("4", False)]
)
def test_a_name_is_free_and_none_of_probe_s_own(name: str, ok: bool) -> None:
    assert (CHECK.name(name, ["taken"]) is None) is ok


@pytest.mark.parametrize(
    ("token", "auth", "keys"),
    [
        ("GLM_TOKEN", TokenHeader.BEARER, {"token_env": "GLM_TOKEN"}),
        ("pass show 'a b'", TokenHeader.X_API_KEY, {"token_command": "pass show 'a b'", "auth": "x-api-key"}),
    ],
)
def test_the_table_is_toml_with_the_answers(token: str, auth: TokenHeader, keys: dict[str, str]) -> None:
    target = NewTarget("glm", "https://relay.example", "glm-4.7", token, auth)
    table = tomllib.loads(str(target.table(Texts())))["targets"]["glm"]
    assert table == {"base_url": "https://relay.example", "model": "glm-4.7", **keys}
    assert target.token_env == keys.get("token_env")
