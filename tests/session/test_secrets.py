"""The one rule for what must not be written."""

import pytest
from pydantic import SecretStr

from probe.redact import Redactor
from probe.session.secrets import redactor_for, without_secrets
from tests.builders import manifest, target_info


def test_tokens_variables_and_proxies_of_all_targets_are_known() -> None:
    added = [{"MY_KEY": "key-of-one"}, {"ANTHROPIC_CUSTOM_HEADERS": "x-team: header-of-two"}]
    environment = {"HTTPS_PROXY": "http://user:pass-of-proxy@proxy:1"}
    redactor = redactor_for([SecretStr("token-of-one"), None, SecretStr("token-of-two")], added, environment)
    said = "token-of-one token-of-two key-of-one header-of-two pass-of-proxy"
    assert redactor.text(said) == " ".join(["[redacted]"] * 5)


def test_what_no_client_is_told_stays_readable() -> None:
    redactor = redactor_for([None], [], {"XAUTHORITY": "/home/me/.Xauthority", "SSH_AUTH_SOCK": "/tmp/agent"})
    assert redactor.text("/home/me/.Xauthority /tmp/agent") == "/home/me/.Xauthority /tmp/agent"


@pytest.mark.parametrize("word", ["client", "target", "claude-print", "stream-json", "two-calls", "embedded", "run_id"])
def test_a_header_that_has_a_word_of_ours_for_its_value_spoils_nothing(word: str) -> None:
    before = manifest(target=target_info(model=f"model of {word}"))
    clean = without_secrets(before, Redactor([word]))
    assert clean.target.model == "model of [redacted]"
    assert type(clean).model_validate_json(clean.model_dump_json()) == clean
    assert (clean.scenario, clean.output_format) == (before.scenario, before.output_format)


def test_a_plain_word_in_a_header_is_no_secret_but_a_key_and_the_whole_line_are() -> None:
    added = {"ANTHROPIC_CUSTOM_HEADERS": "x-role: client\nx-key: 0123abcd\nauthorization: Basic dXNlcjpwYXNz"}
    redactor = redactor_for([], [added], {})
    assert redactor.text("the client has 0123abcd, dXNlcjpwYXNz") == "the client has [redacted], [redacted]"
    assert redactor.text(added["ANTHROPIC_CUSTOM_HEADERS"]).startswith("[redacted]")
