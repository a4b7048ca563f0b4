"""Resume an interrupted run, with its own options; refuse where what is measured would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.errors import ResumeRefused, UsageError
from probe.inputs.load_target import NOT_SHOWN
from probe.model.run_manifest import Group, Manifest, Options
from probe.redact import MARK
from probe.session.resolve_spec import flag_of, read_options
from probe.store import StoredRun, read_group, read_run


@dataclass(frozen=True, slots=True)
class ResumedRun:
    """A run to go on with, as it was left: the stored runs by the names of their arms."""

    path: Path
    options: Options
    runs: dict[str, StoredRun]
    group: Group | None

    @property
    def first(self) -> Manifest:
        """The manifest of its first arm."""
        return manifest_of(next(iter(self.runs.values())))


def read_resumed(path: Path) -> ResumedRun:
    """Read the run or group in this directory. Raises ResumeRefused."""
    group = read_group(path)
    folders = [path / arm.directory for arm in group.arms] if group else [path]
    stored = [read_run(folder) for folder in folders]
    runs = {manifest_of(run).arm_name: run for run in stored}
    options = group.options if group else manifest_of(stored[0]).options
    return ResumedRun(path, options, runs, group)


def manifest_of(stored: StoredRun) -> Manifest:
    """Return the run's manifest. Raises ResumeRefused where it cannot be read."""
    if stored.manifest is None:
        raise ResumeRefused("its manifest cannot be read, so nobody knows what to go on with", path=stored.path)
    return stored.manifest


def resolve_options(
    given: Mapping[str, object], env: Mapping[str, str], resumed: ResumedRun | None
) -> tuple[Options, dict[str, str]]:
    """Return the options of a run and the variables of `--env`: those given now, else those of the resumed run.

    `given` has the names of `Options`. Raises UsageError for what was not stored whole and has to be given again.
    """
    options = dict(given)
    scenario = options.get("scenario")
    if isinstance(scenario, str) and Path(scenario).is_file():
        options["scenario"] = str(Path(scenario).absolute())
    variables = dict(env)
    if resumed is not None:
        options = _stored_options(resumed.options, options) | options
        variables = variables or _stored_variables(resumed.first)
    return read_options({**options, "env_names": tuple(variables)}), variables


def _stored_options(stored: Options, given: Mapping[str, object]) -> dict[str, object]:
    """Return the stored options but for those that are given anew. Raises UsageError for one that was redacted."""
    kept = {name: value for name, value in stored.model_dump().items() if name not in given}
    hidden = [flag_of(name) for name, value in kept.items() if _is_redacted(value)]
    if hidden:
        raise UsageError(
            "the run was made with a value that looked like a secret, so it was not stored whole",
            key=", ".join(hidden),
            remedy=f"Give {' and '.join(hidden)} again, as it was.",
        )
    return kept


def _stored_variables(manifest: Manifest) -> dict[str, str]:
    """Return the variables of `--env` with their values. Raises UsageError where a value was not stored."""
    kept = {name: manifest.target.env.get(name, "") for name in manifest.options.env_names}
    hidden = [name for name, value in kept.items() if value == NOT_SHOWN or _is_redacted(value)]
    if hidden:
        raise UsageError(
            f"the run was made with values that are not stored: {', '.join(hidden)}",
            key="--env",
            remedy="Give all --env options again: their values may be secret, so only their names were kept.",
        )
    return kept


def _is_redacted(value: object) -> bool:
    return MARK.decode() in str(value)
