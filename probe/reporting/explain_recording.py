"""Choose the requests of a recording that `probe explain` tells of."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from probe.errors import UsageError
from probe.model.recorded_request import RecordedRequest
from probe.model.request_kind import RequestKind
from probe.model.told_recording import ToldRecording, ToldRequest
from probe.reporting.load_recording import load_recording
from probe.reporting.report_recording import exchanges_by_request
from probe.stats.recorded_rows import request_row

MOST_TOLD = 20


def told_recording(path: Path) -> ToldRecording:
    """Choose what to tell of a recording. Raises UsageError and StoreError."""
    requests = load_recording(path).requests
    incidents = [request for request in requests if _is_incident(request)]
    main = [request for request in requests if request.kind is RequestKind.MAIN]
    if not main:
        raise UsageError("no main request was recorded, so there is nothing to tell", path=path)
    chosen = incidents[:MOST_TOLD] or [max(main, key=lambda request: request.wall_ms)]
    exchanges = exchanges_by_request(path, chosen)
    fine = list(_fine_between(main, chosen))
    told = [
        ToldRequest(request, request_row(request), exchanges.get(request.number, ()), count)
        for request, count in zip(chosen, fine, strict=False)
    ]
    return ToldRecording(tuple(told), bool(incidents), max(len(incidents) - MOST_TOLD, 0), fine[-1])


def told_request(path: Path, number: int) -> ToldRequest:
    """Return the request that this exchange belongs to. Raises UsageError, which says which there are."""
    requests = load_recording(path).requests
    found = next((request for request in requests if number in request.sequences), None)
    if found is None:
        numbers = sorted(request.number for request in requests)
        known = f"Requests: {numbers[0]} to {numbers[-1]}; `probe report` lists them." if numbers else "It has none."
        raise UsageError(f"no request {number} in this recording", key="REQUEST", remedy=known)
    return ToldRequest(found, request_row(found), exchanges_by_request(path, [found])[found.number])


def _is_incident(request: RecordedRequest) -> bool:
    return request.failed or request.recovered or (request.kind is RequestKind.MAIN and request.stalled())


def _fine_between(main: Sequence[RecordedRequest], chosen: Sequence[RecordedRequest]) -> Iterator[int]:
    """Yield how many main requests that went well began before each of these, and after the last one."""
    fine = [request.begun_at for request in main if request.counts and not _is_incident(request)]
    counted = 0
    for request in chosen:
        before = sum(moment < request.begun_at for moment in fine)
        yield before - counted
        counted = before
    yield len(fine) - counted
