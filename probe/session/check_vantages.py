"""Refuse what cannot be had where rounds are made at several places."""

import re
from collections.abc import Sequence

from probe.errors import UsageError
from probe.model.run_manifest import Options
from probe.model.run_spec import LOCAL, ArmSpec

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


def check_vantage_name(name: str) -> None:
    """Raise UsageError for what is no name of a vantage."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a vantage",
            key="--vantage",
            remedy="Use a to z, 0 to 9 and -, a letter first, at most 32.",
        )


def check_fleet(options: Options) -> None:
    """Raise UsageError for names that are none, and where either the fleet or its vantages are missing."""
    for name in options.vantages:
        check_vantage_name(name)
    if len(set(options.vantages)) < len(options.vantages):
        raise UsageError("the same vantage is named twice", key="--vantage", remedy="Name each vantage once.")
    elsewhere = [name for name in options.vantages if name != LOCAL]
    if elsewhere and not options.fleet:
        raise UsageError(
            f"the vantage {elsewhere[0]!r} is elsewhere, and no fleet is named",
            key="--vantage",
            remedy="Add --fleet tls://HOST:8786, the address of its scheduler; `local` alone needs none.",
        )
    if options.fleet and not options.vantages:
        raise UsageError(
            "a fleet is named, and no vantage of it",
            key="--fleet",
            remedy="Add --vantage NAME; `probe fleet status` lists them.",
        )
    if elsewhere:
        _check_options(options)


def check_vantages(options: Options, arms: Sequence[ArmSpec], *, keep_sandbox: bool) -> None:
    """Raise UsageError for targets that a vantage cannot know, and for what would have to travel and must not."""
    elsewhere = [arm for arm in arms if arm.is_elsewhere]
    if elsewhere and keep_sandbox:
        raise _refusal("--keep-sandbox", "sandboxes at a vantage are removed there")
    for arm in elsewhere:
        given = set(arm.secret_env) & set(options.env_names)
        if given:
            raise UsageError(
                f"the value of {', '.join(sorted(given))} may be secret, and secrets do not travel to a vantage",
                key="--env",
                remedy="Put it into the env of the target in the vantage's probe.toml, or into its environment.",
            )
        if not arm.embedded and arm.table is None:
            raise UsageError(
                f"a vantage takes tokens and addresses from its own probe.toml, and {arm.target.name!r} is in no file",
                key="--base-url",
                remedy="Write a [targets.NAME] table here and at each vantage, and name it: --target NAME.",
            )


def _check_options(options: Options) -> None:
    refused = {
        "--prepare": (options.prepare, "a command before a round cannot be told apart from rounds at other places"),
        "--client": (options.client, "each vantage finds its own client: PROBE_CLIENT, PATH, SDK"),
        "--gap-upto": (options.gap_upto_s, "rounds at other places keep the upstream warm"),
        "--token-env": (options.token_env, "each vantage takes its tokens as its own probe.toml says"),
        "--dangerously-skip-permissions": (
            options.dangerously_skip_permissions,
            "an upstream would run commands on the machines of others",
        ),
    }
    for option, (value, why) in refused.items():
        if value:
            raise _refusal(option, why)


def _refusal(option: str, why: str) -> UsageError:
    return UsageError(f"{why}", key=f"{option} with --vantage", remedy="Use one of the two.")
