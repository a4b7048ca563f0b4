"""Recordings as HAR files: a page a session, an entry an exchange."""

import json
from pathlib import Path

from tests.conftest import Probe
from tests.render.test_har import SCHEMA
from tests.reporting.recordings import Script, good, write_recording


def test_har_has_a_page_a_session_and_an_entry_an_exchange(recorded: Probe) -> None:
    recorded("export", "--format", "har", "--output", "session.har")
    log = json.loads((recorded.folder / "session.har").read_text())
    SCHEMA.validate(log)
    entries = {entry["_exchange"]["sequence"]: entry for entry in log["log"]["entries"]}
    assert len(entries) == 35
    assert [page["id"] for page in log["log"]["pages"]] == [entries[4]["pageref"]]
    assert (entries[5]["_probe"]["request"], entries[5]["_probe"]["attempt"]) == (4, 2)
    assert entries[5]["startedDateTime"] == "2026-11-21T07:30:10.901Z"
    assert entries[4]["response"]["status"] == 529


def test_bodies_that_were_kept_stand_in_the_archive(probe: Probe) -> None:
    script = Script()
    script.request(0, good())
    kept = [event.model_copy(update={"request": b'{"a": 1}', "response": b"data: {}"}) for event in script.events]
    path: Path = write_recording(probe.folder / "kept", kept, keeps_bodies=True)
    [entry] = probe("export", str(path), "--format", "har").json["log"]["entries"]
    assert entry["request"]["postData"]["text"] == '{"a": 1}'
    assert entry["response"]["content"]["text"] == "data: {}"
