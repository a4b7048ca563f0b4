"""Settings of other programs, whatever they hold: targets, reasons, or an error, and never a token."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.errors import ProbeError
from probe.inputs.import_targets import import_targets
from probe.inputs.target_sources import SOURCES
from probe.texts import Texts
from tests.cli.foreign_settings import CANARY, TOKEN

NAMES = st.sampled_from(
    "env model apiKeyHelper ANTHROPIC_BASE_URL ANTHROPIC_AUTH_TOKEN ANTHROPIC_API_KEY ANTHROPIC_MODEL "
    "ANTHROPIC_DEFAULT_OPUS_MODEL ANTHROPIC_CUSTOM_HEADERS CLAUDE_CODE_USE_VERTEX API_TIMEOUT_MS claude providers "
    "settingsConfig meta apiFormat isFullUrl name id APIKEY PORT HOST Providers Router default background gateway host "
    "port api_base_url baseUrl api_key models transformer use type capabilities credentials enabled".split()
)
ADDRESSES = (
    "https://a.example/v1/messages",
    "http://[::1",
    "http://a:99999",
    f"https://u:{TOKEN}@a",
    f"http://{TOKEN}",
)
WORDS = ("", "m", "opus", "sonnet[1m]", "anthropic_messages", "Anthropic", "\ud800", "\0", "0", "a,b", "$KEY")
TEXTS = st.sampled_from((*ADDRESSES, *WORDS, TOKEN, f"x: {TOKEN}"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=25,
)
SETTINGS = st.dictionaries(NAMES, VALUES, max_size=8)
ENV = st.dictionaries(NAMES, TEXTS, max_size=8)
PROVIDER = st.dictionaries(NAMES, VALUES, max_size=8) | st.fixed_dictionaries(
    {"name": TEXTS, "api_base_url": TEXTS},
    optional={"api_key": TEXTS, "models": st.lists(TEXTS), "type": TEXTS, "enabled": VALUES, "capabilities": VALUES},
)
SHAPES: dict[str, st.SearchStrategy[Any]] = {
    "claude": SETTINGS | st.fixed_dictionaries({"env": ENV}),
    "cc-switch": st.fixed_dictionaries(
        {"claude": st.fixed_dictionaries({"providers": st.dictionaries(st.text(), PROVIDER | VALUES, max_size=4)})}
    )
    | ENV.map(lambda env: {"providers": {"a": {"settingsConfig": {"env": env}}}}),
    "ccr": st.fixed_dictionaries({"Providers": st.lists(PROVIDER, max_size=3), "APIKEY": TEXTS, "Router": SETTINGS}),
}  # fmt: skip


@pytest.mark.parametrize("source", SHAPES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_any_settings_are_read_without_a_defect_and_without_a_token(
    tmp_path: Path, source: str, data: st.DataObject
) -> None:
    content = data.draw(SHAPES[source])
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(content))
    try:
        imported = import_targets(SOURCES[source], [path], "fallback", Texts())
    except ProbeError as error:
        shown = str(error)
    else:
        shown = "\n".join([*map(str, imported.tables), *map(repr, imported.skipped)])
    assert CANARY not in shown
