"""The targets of a check, resolved from what the user gave: address, token and model of each."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from probe.drivers.context import MADE_UP_TOKEN
from probe.errors import UsageError
from probe.inputs.find_config import Configuration, find_config
from probe.inputs.load_target import EMBEDDED_MODEL, embedded_target, parse_env, read_token, resolve_targets
from probe.model.run_manifest import Options
from probe.model.target import Target
from probe.session.resolve_spec import parse_faults, read_options
from probe.upstream import EmbeddedUpstream
from probe.upstream.embedded import DEFAULT_MODELS

CLIENT_RETRIES = 2


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """A target of a check, with its token. `named`: the user named it."""

    options: Options
    target: Target
    embedded: bool
    named: bool
    token: SecretStr
    environment: Mapping[str, str] = field(repr=False)
    config_file: Path | None = None


def resolve_subjects(
    stack: ExitStack,
    given: Mapping[str, object],
    env: Sequence[str],
    faults: Sequence[str],
    environment: Mapping[str, str],
    labels: Sequence[str],
) -> tuple[CheckSubject, ...]:
    """Resolve the targets and their tokens; an embedded upstream lives as long as `stack`. Raises UsageError.

    `given` holds options under the names of Options; `labels` are the steps that a fault may be scheduled by.
    """
    variables = parse_env(list(env))
    options = read_options({**given, "client_retries": CLIENT_RETRIES})
    config = find_config(options.config, Path.cwd(), environment)
    targets = resolve_targets(options, variables, config, environment)
    if faults and None not in targets:
        named = next(target.name for target in targets if target)
        raise UsageError(
            f"only the embedded upstream can be told to misbehave, and the target is {named!r}",
            key="--fault",
            remedy="Add --target embedded.",
        )
    return tuple(
        _embedded(stack, options, variables, faults, environment, labels)
        if target is None
        else _subject(target, options, config, environment)
        for target in targets
    )


def _subject(target: Target, options: Options, config: Configuration, environment: Mapping[str, str]) -> CheckSubject:
    file = config.file_of(target.name)
    token = read_token(target, environment)
    return CheckSubject(options, target, False, bool(options.targets), token, environment, file.path if file else None)


def _embedded(
    stack: ExitStack,
    options: Options,
    variables: Mapping[str, str],
    faults: Sequence[str],
    environment: Mapping[str, str],
    labels: Sequence[str],
) -> CheckSubject:
    """Start the embedded upstream, and return it as a target."""
    scheduled = parse_faults(faults, labels)
    model = options.model or EMBEDDED_MODEL
    upstream = stack.enter_context(EmbeddedUpstream(scheduled, models=(model, *DEFAULT_MODELS)))
    target = embedded_target(upstream.base_url, model, variables)
    return CheckSubject(options, target, True, bool(options.targets), SecretStr(MADE_UP_TOKEN), environment)
