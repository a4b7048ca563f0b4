"""A recording's description, for tests."""

from datetime import UTC, datetime

from probe.model.recorded_manifest import RecordedManifest
from probe.model.run_manifest import MachineInfo

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MANIFEST = RecordedManifest(
    run_id="r",
    created_at=NOW,
    probe_version="1",
    base_url="https://x",
    machine=MachineInfo(id="a", system="s", python="3", cpus=1),
)
