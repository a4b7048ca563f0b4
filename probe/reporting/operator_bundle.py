"""The bundle for a relay's operator: one zip with report, calls, exchanges, provenance and a message ready to send."""

import io
import json
import shlex
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from probe.errors import StoreError, UsageError
from probe.model.base_models import moment_after, utc_text
from probe.model.call import Call
from probe.model.choices import Language
from probe.model.exchange import Exchange
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
from probe.texts.phrase import Phrase, items, phrase

MOST_EXCHANGES = 100
"""Calls of which exchanges are added: more of the same would help nobody."""

_PROVENANCE = frozenset({
    "run_id", "created_at", "probe_version", "driver", "scenario", "scenario_digest", "target", "vantage", "way",
    "client", "machine", "rounds", "workload", "output_format",
})  # fmt: skip
"""The fields of a manifest that are sent: no options, variables or command lines of this machine."""
_KEPT_BACK = {"target": {"env", "token_masked"}, "machine": {"id"}, "client": {"source"}}


def operator_bundle(found: Sequence[Place], anonymiser: Anonymiser, name: str) -> bytes:
    """Return the zip of the bundle of these runs; all is in a folder of this name. Raises UsageError and StoreError.

    Of several runs each has a folder of its own in it, beside the report that compares them.
    """
    manifests = [manifest_to_send(place) for place in found]
    files: dict[str, bytes] = {}
    for place, manifest in zip(found, manifests, strict=True):
        folder = f"{place.path.name}/" if len(found) > 1 else ""
        of_run = _files(place, anonymiser.model(manifest), anonymiser, name)
        files |= {f"{folder}{file}": data for file, data in of_run}
    if len(found) > 1:
        files["README.txt"] = _group_readme(manifests[0], [place.path.name for place in found])
        files |= _report_files(anonymiser.model(report_of([place.path for place in found], waterfalls=True)))
    return _zipped({f"{name}/{file}": anonymiser.data(data) for file, data in files.items()}, manifests[0])


def places_of_operator(path: Path) -> list[Place]:
    """Return the run in this directory, or those of a group. Raises UsageError where they are of several operators.

    Targets with different base URLs have different operators.
    """
    found = targets_of(places([path]))
    if len({manifest_to_send(place).target.base_url for place in found}) > 1:
        commands = "\n".join(f"  probe bundle {shlex.quote(str(place.path))}" for place in found)
        raise UsageError(
            "targets with different base URLs were measured side by side, and each has an operator of its own",
            path=path,
            remedy=f"Make a bundle for each:\n{commands}",
        )
    return found


def manifest_to_send(place: Place) -> Manifest:
    """Return the manifest of a run. Raises UsageError where it cannot be read."""
    manifest = read_manifest(place.path)
    if manifest is None:
        raise UsageError("has no manifest that can be read, so there is nothing to send", path=place.path)
    return manifest


def _files(place: Place, manifest: Manifest, anonymiser: Anonymiser, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of a run's files, all anonymised."""
    report = anonymiser.model(report_of([place.path], waterfalls=True))
    (section,) = report.sections
    calls = [anonymiser.model(call) for call in bad_calls(place)]
    yield "README.txt", _readme(manifest, len(calls))
    for language in Language:
        message = operator_message(section, f"{name}.zip", Texts(language))
        yield f"message.{language}.txt", message.encode()
    yield from _report_files(report).items()
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
            lines = (_exchange_line(call, anonymiser.model(exchange)) for exchange in exchanges)
            yield f"exchanges/r{call.round:04d}-{call.label}.jsonl", "".join(lines).encode()


def _exchange_line(call: Call, exchange: Exchange) -> str:
    """Return an exchange as JSON, with its time in UTC in front: its others count from the call's beginning."""
    begun_at = moment_after(call.started_at, exchange.begun_at_ms or 0.0)
    fields = {"begun_at": utc_text(begun_at) if begun_at else None, **exchange.model_dump(mode="json")}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _report_files(report: Report) -> dict[str, bytes]:
    return {
        f"report.{language}.{suffix}": rendered(report, form, language).encode()
        for language in Language
        for suffix, form in (("md", "markdown"), ("html", "html"))
    }


def _readme(manifest: Manifest, n: int) -> bytes:
    """Return README.txt, in both languages."""
    keys = ("message", "report", "calls", "exchanges", "provenance")
    return _told(manifest, *(phrase(f"bundle.{key}", n=n, most=MOST_EXCHANGES) for key in keys))


def _group_readme(manifest: Manifest, folders: Sequence[str]) -> bytes:
    """Return README.txt of several runs, in both languages."""
    return _told(manifest, phrase("bundle.report"), phrase("bundle.folders", folders=items(folders)))


def _told(manifest: Manifest, *files: Phrase) -> bytes:
    parts = []
    for language in Language:
        texts = Texts(language)
        lines = [f"- {texts.words(file)}" for file in files]
        parts += [texts("bundle.title", base_url=manifest.target.base_url), "\n".join(lines), texts("bundle.left_out")]
    return ("\n\n".join(parts) + "\n").encode()


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
