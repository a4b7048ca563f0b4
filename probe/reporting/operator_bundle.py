"""The bundle for a relay's operator: one zip with report, calls, exchanges, provenance and a message ready to send."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from probe.errors import StoreError, UsageError
from probe.model.call import Call
from probe.model.choices import Language
from probe.model.report_sections import Report
from probe.model.row import Row
from probe.model.run_manifest import Manifest
from probe.render.operator_message import operator_message
from probe.reporting.anonymise import Anonymiser
from probe.reporting.build_report import report_of
from probe.reporting.find_runs import Place, places, targets_of
from probe.reporting.load_runs import load_calls, load_rows
from probe.reporting.write_reports import rendered
from probe.store import read_exchanges, read_manifest
from probe.texts import Texts

MOST_EXCHANGES = 100
"""Calls of which exchanges are added: more of the same would help nobody."""

_PROVENANCE = frozenset({
    "run_id", "created_at", "probe_version", "driver", "scenario", "scenario_digest", "target", "vantage", "way",
    "client", "machine", "rounds", "workload", "output_format",
})  # fmt: skip
"""The fields of a manifest that are sent: no options, variables or command lines of this machine."""
_KEPT_BACK = {"target": {"env", "token_masked"}, "machine": {"id"}, "client": {"source"}}


def operator_bundle(place: Place, manifest: Manifest, anonymiser: Anonymiser, name: str) -> bytes:
    """Return the zip of a run's bundle; all is in a folder of this name. Raises UsageError and StoreError."""
    report = anonymiser.model(report_of([place.path], waterfalls=True))
    files = dict(_files(place, anonymiser.model(manifest), report, anonymiser, name))
    return _zipped({f"{name}/{file}": anonymiser.data(data) for file, data in files.items()}, manifest)


def measured_place(path: Path) -> Place:
    """Return the run in this directory, or the one target of a group. Raises UsageError for several targets.

    Different targets have different operators.
    """
    found = targets_of(places([path]))
    if len(found) != 1:
        arms = ", ".join(str(place.path) for place in found)
        raise UsageError("several targets were measured side by side", path=path, remedy=f"Name one: {arms}")
    return found[0]


def manifest_to_send(place: Place) -> Manifest:
    """Return the manifest of a run. Raises UsageError where it cannot be read."""
    manifest = read_manifest(place.path)
    if manifest is None:
        raise UsageError("has no manifest that can be read, so there is nothing to send", path=place.path)
    return manifest


def _files(
    place: Place, manifest: Manifest, report: Report, anonymiser: Anonymiser, name: str
) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents, all anonymised."""
    (section,) = report.sections
    calls = [anonymiser.model(call) for call in bad_calls(place)]
    yield "README.txt", _readme(manifest, len(calls)).encode()
    for language in Language:
        message = operator_message(section, f"{name}.zip", Texts(language))
        yield f"message.{language}.txt", message.encode()
        yield f"report.{language}.md", rendered(report, "markdown", language).encode()
        yield f"report.{language}.html", rendered(report, "html", language).encode()
    whole = manifest.model_dump(mode="json", exclude=_KEPT_BACK)
    provenance = {key: value for key, value in whole.items() if key in _PROVENANCE}
    yield "provenance.json", (json.dumps(provenance, indent=2, ensure_ascii=False) + "\n").encode()
    yield "calls.jsonl", "".join(call.model_dump_json() + "\n" for call in calls).encode()
    yield from _exchange_files(place, calls[:MOST_EXCHANGES], anonymiser)


def bad_calls(place: Place) -> Iterator[Call]:
    """Yield the whole records of the calls that failed or recovered, in order."""
    rows: Sequence[Row] = load_rows(place)[2]
    numbers = dict.fromkeys(row.round for row in rows if not row.clean)
    yield from (call for call in load_calls(place, numbers) if not call.clean)


def _exchange_files(place: Place, calls: Sequence[Call], anonymiser: Anonymiser) -> Iterator[tuple[str, bytes]]:
    for call in calls:
        try:
            exchanges = read_exchanges(place.path, call)
        except StoreError:  # damaged; the report counts it
            continue
        if exchanges:
            lines = "".join(anonymiser.model(exchange).model_dump_json() + "\n" for exchange in exchanges)
            yield f"exchanges/r{call.round:04d}-{call.label}.jsonl", lines.encode()


def _readme(manifest: Manifest, n: int) -> str:
    """Return README.txt, in both languages."""
    keys = ("message", "report", "calls", "exchanges", "provenance")
    parts = []
    for language in Language:
        texts = Texts(language)
        lines = [f"- {texts(f'bundle.{key}', n=n, most=MOST_EXCHANGES)}" for key in keys]
        parts += [texts("bundle.title", base_url=manifest.target.base_url), "\n".join(lines), texts("bundle.left_out")]
    return "\n\n".join(parts) + "\n"


def _zipped(files: dict[str, bytes], manifest: Manifest) -> bytes:
    """Return a zip whose bytes depend on its contents alone: entries are sorted, and have the time of the run."""
    buffer = io.BytesIO()
    made = manifest.created_at
    time = (max(made.year, 1980), made.month, made.day, made.hour, made.minute, made.second)
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, time)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
