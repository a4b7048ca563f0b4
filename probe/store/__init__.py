"""The run directory: what is kept of a run, so that nothing is lost and everything can be computed again.

<run>/manifest.json             where it came from
<run>/journal.jsonl             every event, a line each: the truth
<run>/rounds/0001/summary.json  a round as the original script wrote it, with our fields and its exchanges
<run>/rounds/0001/call1.stdout.txt, call1.stderr.txt, call1.exchanges.jsonl
                                of a call as it ends; when its round finishes, output stays for a call that went wrong
<run>/rounds/0001.1/            what an earlier, interrupted attempt at the round left behind
<run>/report.md, report.html
<run>/recording.json           of a recording: where it came from; its events are in exchanges-0001.jsonl and so on
<run>/headline.json            what `probe ls` shows of it; made anew when the run grows
"""

from probe.store.files import (
    GROUP,
    JOURNAL,
    MANIFEST,
    RECORDING,
    REPORT,
    REPORT_HTML,
    ROUNDS,
    RUNS,
    is_being_written,
    write_atomically,
    write_output,
)
from probe.store.group import create_group, read_group, write_group
from probe.store.reader import (
    iterate_rounds,
    latest_run,
    open_run,
    read_bodies,
    read_calls,
    read_exchanges,
    read_manifest,
    read_run,
    stored_runs,
)
from probe.store.recorded_reader import RecordedLog, is_recording, read_recorded_manifest, recorded_files
from probe.store.recorded_writer import RecordedWriter, RecordingLimits
from probe.store.removal import check_removable, remove_run, stored_bytes
from probe.store.round_order import rounds_in_order
from probe.store.rounds import StoredRun
from probe.store.run_paths import free_path
from probe.store.writer import RunWriter

__all__ = [
    "GROUP",
    "JOURNAL",
    "MANIFEST",
    "RECORDING",
    "REPORT",
    "REPORT_HTML",
    "ROUNDS",
    "RUNS",
    "RecordedLog",
    "RecordedWriter",
    "RecordingLimits",
    "RunWriter",
    "StoredRun",
    "check_removable",
    "create_group",
    "free_path",
    "is_being_written",
    "is_recording",
    "iterate_rounds",
    "latest_run",
    "open_run",
    "read_bodies",
    "read_calls",
    "read_exchanges",
    "read_group",
    "read_manifest",
    "read_recorded_manifest",
    "read_run",
    "recorded_files",
    "remove_run",
    "rounds_in_order",
    "stored_bytes",
    "stored_runs",
    "write_atomically",
    "write_group",
    "write_output",
]
