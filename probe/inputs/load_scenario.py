"""Scenario files: YAML or TOML, shipped ones by name, others by path."""

from pathlib import Path

from pydantic import ValidationError

from probe.errors import UsageError
from probe.inputs.scenario_places import SCENARIO_SUFFIXES, shipped_scenarios
from probe.inputs.source_lines import read_text, usage_error
from probe.inputs.toml import parse_toml
from probe.inputs.yaml import parse_yaml
from probe.model.scenario import Scenario
from probe.suggest import did_you_mean


def find_scenario(name: str) -> Path:
    """Return the file of a scenario given by name or by path. Raises UsageError."""
    shipped = shipped_scenarios()
    if name in shipped:
        return shipped[name]
    path = Path(name)
    if path.is_file():
        return path
    raise UsageError(
        "no such scenario: neither the name of a shipped one nor a file",
        key=name,
        remedy=f"{did_you_mean(name, [*shipped, *_files_beside(path)])}Shipped: {', '.join(shipped) or 'none'}",
    )


def _files_beside(path: Path) -> list[str]:
    """Return the files that may hold a scenario in the directory of this path, as they would be named."""
    try:
        return [str(file) for file in sorted(path.parent.iterdir()) if file.suffix in SCENARIO_SUFFIXES]
    except OSError:
        return []


def load_scenario(name: str) -> Scenario:
    """Load a scenario by name or path. Raises UsageError with file, line, key and what is allowed."""
    path = find_scenario(name)
    text = read_text(path)
    content, line_of = parse_toml(text, path) if path.suffix == ".toml" else parse_yaml(text, path)
    if not isinstance(content, dict):
        raise UsageError(
            "holds no keys; a scenario has at least `name` and `steps`",
            path=path,
            remedy="See `probe scenarios show cold-start`.",
        )
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise usage_error(error, Scenario, path, line_of) from None
