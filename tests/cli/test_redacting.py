"""The one rule for what must not be written."""

from pydantic import SecretStr

from probe.cli.redacting import redactor_for


def test_tokens_variables_and_proxies_of_all_targets_are_known() -> None:
    added = [{"MY_KEY": "key-of-one"}, {"ANTHROPIC_CUSTOM_HEADERS": "x-team: header-of-two"}]
    environment = {"HTTPS_PROXY": "http://user:pass-of-proxy@proxy:1"}
    redactor = redactor_for([SecretStr("token-of-one"), None, SecretStr("token-of-two")], added, environment)
    said = "token-of-one token-of-two key-of-one header-of-two pass-of-proxy"
    assert redactor.text(said) == " ".join(["[redacted]"] * 5)


def test_what_no_client_is_told_stays_readable() -> None:
    redactor = redactor_for([None], [], {"XAUTHORITY": "/home/me/.Xauthority", "SSH_AUTH_SOCK": "/tmp/agent"})
    assert redactor.text("/home/me/.Xauthority /tmp/agent") == "/home/me/.Xauthority /tmp/agent"
