"""Choose the runs that `probe rm` removes by their age or their number."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from probe.store import RUNS, is_recording, read_group, read_manifest, read_recorded_manifest, stored_runs


def old_runs(out: Path, older_than: timedelta | None, keep: int | None) -> list[Path]:
    """Return the runs below `out` that are older than this and not among the newest `keep`, the oldest first."""
    runs = stored_runs(out / RUNS)
    rest = runs[: max(0, len(runs) - keep)] if keep is not None else runs
    if older_than is None:
        return rest
    limit = datetime.now(UTC) - older_than
    return [path for path in rest if _begun(path) < limit]


def _begun(path: Path) -> datetime:
    """Return when a run was begun; of one whose manifest cannot be read, when its directory was last changed."""
    source = read_recorded_manifest(path) if is_recording(path) else read_group(path) or read_manifest(path)
    return source.created_at if source else datetime.fromtimestamp(path.stat().st_mtime, UTC)
