"""Record what goes to an upstream, until killed: `record.py BASE_URL DIRECTORY`. Prints the recorder's base URL."""

import sys
import threading
from pathlib import Path

from probe.redact import Redactor
from probe.store import RecordedWriter
from probe.wire import RECORDING_LIMITS, Recorder
from tests.reporting.recordings import recorded_manifest

base_url, folder = sys.argv[1], Path(sys.argv[2])
writer = RecordedWriter.create(folder, recorded_manifest())
with (
    Recorder(redactor=Redactor(), limits=RECORDING_LIMITS) as recorder,
    recorder.open_recording(base_url, [writer]) as tap,
):
    print(tap.base_url, flush=True)
    threading.Event().wait()
