"""A `probe.toml`: what is wrong with it is told with its place, and no token is shown."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from tests.inputs.support import CANARY, config


def refusal(tmp_path: Path, text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        config(tmp_path, text)
    return caught.value


@pytest.mark.parametrize("key", ["token", "api_key", "auth_token", "Token", "secret", "password"])
def test_a_token_in_the_file_is_refused_without_showing_it(tmp_path: Path, key: str) -> None:
    error = refusal(tmp_path, f'[targets.a]\nbase_url = "http://a"\nmodel = "m"\n{key} = "{CANARY}"\n')
    assert (error.line, error.key) == (4, f"targets.a.{key}")
    assert "a token does not belong into this file" in str(error)
    assert "token_env" in str(error)
    assert CANARY not in repr(error) + str(error)


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ('[targets.a]\nbase_url = "http://a"\nmodl = "m"\n', 3, "targets.a.modl", "Did you mean model?"),
        ('[targets.a]\nbase_url = "http://a"\nmodel = "m"\nurl = "x"\n', 4, "targets.a.url", "base_url, model, token_"),
        ('[targets.a]\nbase_url = "a.example"\nmodel = "m"\n', 2, "targets.a.base_url", "no http:// or https://"),
        ('[targets.a]\nbase_url = "http://a?k=1"\nmodel = "m"\n', 2, "targets.a.base_url", "has no '?'"),
        ('[targets.a]\nbase_url = "http://a:0"\nmodel = "m"\n', 2, "targets.a.base_url", "has no port that there is"),
        ('[targets.a]\nbase_url = "http://[::1"\nmodel = "m"\n', 2, "targets.a.base_url", "Invalid IPv6"),
        ('[targets.a]\nbase_url = "http://a"\nmodel = "m"\nenv.X = "\\u0000"\n', 4, "targets.a.env.X", "NUL character"),
        ('[targets.a]\nbase_url = "http://a"\nmodel = 4\n', 3, "targets.a.model", "must be text"),
        ('[targets.a.aliases]\nsonet = "x"\n', 2, "targets.a.aliases.sonet", "Did you mean sonnet?"),
        ('[targets.a]\nbase_url="http://a"\nmodel="m"\n[targets.a.aliases]\nsonet="x"\n', 5, "targets.a.aliases.sonet",
         "Allowed here: opus, sonnet, haiku, small_fast"),
        ('[targets."A B"]\nbase_url = "http://a"\nmodel = "m"\n', 1, None, "is no name"),
        ('\n[targets.control]\nbase_url = "http://a"\nmodel = "m"\n', 2, "targets.control", "what --control adds"),
        ('[targets.embedded]\nbase_url = "http://a"\nmodel = "m"\n', 1, "targets.embedded", "another name"),
        (f'[targets.a]\nbase_url = "http://a"\nmodel = "m"\nx = {"9" * 5000}\n', 4, None, "holds a number of 5,000"),
        ('[targets.a]\nbase_url = "http://a"\nmodle = 5\ntoken_env = "A B"\n', 3, "targets.a.modle",
         "aliases, env, fail_on\nAlso: line 4: targets.a.token_env: is no name of a variable"),
        ('[targets.a]\nbase_url = "http://a"\nurl = "m"\n', 1, "targets.a.model",
         "is missing\nAlso: line 3: targets.a.url: unknown key (Allowed here: base_url"),
        ('[targets.a]\nbase_url = "http://a:99999"\nmodel = "m"\n', 2, "targets.a.base_url", "port"),
        ('[targets.a]\nbase_url = "http://a:0"\nmodel = "m"\n', 2, "targets.a.base_url", "port"),
        ('[targets.a]\nbase_url = "http://a:x"\nmodel = "m"\n', 2, "targets.a.base_url", "port"),
        ("defaulttarget = 'a'\n", 1, "defaulttarget", "Allowed here: default_target, targets"),
        ("targets = 3\n", 1, "targets", "must be a table"),
        ("[targets.a\n", 1, None, "is not TOML"),
    ],
)  # fmt: skip
def test_errors_in_the_file(tmp_path: Path, text: str, line: int | None, key: str | None, says: str) -> None:
    error = refusal(tmp_path, text)
    assert error.path == tmp_path / "probe.toml"
    assert error.line == line
    assert key is None or error.key == key
    assert says in str(error)
