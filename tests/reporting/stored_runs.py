"""Runs that are written by hand where `probe` looks for them."""

from pathlib import Path

from tests.builders import manifest, target_info
from tests.conftest import Probe
from tests.truth import DataSet, Run, good, refused


def write_runs(probe: Probe, data: DataSet) -> list[str]:
    """Write the runs where `probe` looks for them, and return their ids."""
    return [run.write(probe.folder / "reports" / "runs").name for run in data.runs]


COLD, WARM = "20261121T084100Z-cold-start-relay", "20261122T020000Z-keep-warm-relay"


LATEST = "20261123T020000Z-keep-warm-kimi"


def write_three(folder: Path) -> Path:
    """Write three runs, the latest of which had failures only, and return this directory."""
    for name, target in ((COLD, "relay"), (WARM, "relay"), (LATEST, "kimi")):
        calls = (refused(1, 1), refused(1, 2)) if target == "kimi" else (good(1, 1), good(1, 2))
        Run(manifest(run_id=name, target=target_info(name=target)), (calls,)).write(folder)
    return folder
