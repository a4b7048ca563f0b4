"""Vantages: names, a fleet for those elsewhere, and what does not travel to them."""

from typing import Any

import pytest

from probe.errors import UsageError
from probe.model.choices import UpstreamKind
from probe.model.run_manifest import Options
from probe.model.run_spec import ArmSpec
from probe.model.target import Target
from probe.session.check_vantages import check_fleet, check_vantage_name, check_vantages

FLEET = {"fleet": "tls://centre:8786", "vantages": ("fra",)}


@pytest.mark.parametrize("name", ["", "Fra", "4", "-a", "a b", "a_b", "a" * 33, "fra\n"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name of a vantage"):
        check_vantage_name(name)


def test_names_have_letters_digits_and_hyphens() -> None:
    for name in ("a", "fra-1", "a" * 32):
        check_vantage_name(name)


@pytest.mark.parametrize(
    ("options", "key", "says"),
    [
        ({**FLEET, "vantages": ("fra", "fra")}, "--vantage", "named twice"),
        ({**FLEET, "vantages": ("F",)}, "--vantage", "is no name"),
        ({"vantages": ("fra",)}, "--vantage", "is elsewhere, and no fleet is named"),
        ({"fleet": "tls://centre:8786"}, "--fleet", "no vantage of it"),
        ({**FLEET, "prepare": "x"}, "--prepare with --vantage", "cannot be told apart"),
        ({**FLEET, "client": "x"}, "--client with --vantage", "its own client"),
        ({**FLEET, "gap_upto_s": 5.0}, "--gap-upto with --vantage", "warm"),
        ({**FLEET, "token_env": "X"}, "--token-env with --vantage", "its own probe.toml"),
        (
            {**FLEET, "dangerously_skip_permissions": True},
            "--dangerously-skip-permissions with --vantage",
            "machines of others",
        ),
    ],
)
def test_a_fleet_and_its_vantages_belong_together_and_some_options_do_not_travel(
    options: dict[str, Any], key: str, says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        check_fleet(Options(**options))
    assert refused.value.key == key


@pytest.mark.parametrize(
    "options", [{}, {"vantages": ("local",)}, FLEET, {"vantages": ("local",), "prepare": "x", "client": "y"}]
)
def test_this_machine_alone_needs_no_fleet_and_keeps_its_options(options: dict[str, Any]) -> None:
    check_fleet(Options(**options))


def arm(vantage: str | None = "fra", **changes: Any) -> ArmSpec:
    kind = changes.pop("kind", UpstreamKind.REAL)
    target = Target(name="glm", kind=kind, base_url="http://a", model="m")
    return ArmSpec(target=target, vantage=vantage, **{"table": "glm", **changes})


@pytest.mark.parametrize(
    ("checked", "keep_sandbox", "key"),
    [
        (arm(), True, "--keep-sandbox with --vantage"),
        (arm(secret_env=("MY_KEY", "OTHER")), False, "--env"),
        (arm(table=None), False, "--base-url"),
    ],
)
def test_secrets_sandboxes_and_addresses_do_not_travel(checked: ArmSpec, keep_sandbox: bool, key: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_vantages(Options(env_names=("MY_KEY",)), [checked], keep_sandbox=keep_sandbox)
    assert refused.value.key == key


@pytest.mark.parametrize(
    "checked",
    [
        arm(),
        arm(secret_env=("OF_THE_TABLE",)),
        arm(table=None, kind=UpstreamKind.EMBEDDED),
        arm("local", secret_env=("MY_KEY",), table=None),
        arm(None, secret_env=("MY_KEY",), table=None),
    ],
)
def test_what_a_vantage_knows_itself_or_is_here_is_taken(checked: ArmSpec) -> None:
    check_vantages(Options(env_names=("MY_KEY",)), [checked], keep_sandbox=not checked.is_elsewhere)
