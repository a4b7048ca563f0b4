"""The places of the shipped scenarios. Imports nothing heavy: completion needs them."""

from pathlib import Path

SCENARIO_SUFFIXES = (".yaml", ".yml", ".toml")


def shipped_scenarios() -> dict[str, Path]:
    """Return name -> file of the shipped scenarios: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    folder = next((place for place in (package / "_scenarios", package.parent / "scenarios") if place.is_dir()), None)
    files = sorted(folder.iterdir()) if folder else []
    return {file.stem: file for file in files if file.suffix in SCENARIO_SUFFIXES}
