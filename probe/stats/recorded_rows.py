"""Recorded requests as rows, so that the statistics of calls serve for them."""

from collections.abc import Iterable

from probe.model.choices import Session
from probe.model.client import ModelUsage
from probe.model.recorded_request import RecordedRequest
from probe.model.row import DiagnosisPart, PhasesPart, Row, UsagePart, WirePart
from probe.model.wire import PHASES
from probe.stats.frame import Frame, FrameBuilder

REQUEST_LABEL = "request"


def request_frame(run_id: str, requests: Iterable[RecordedRequest]) -> Frame:
    """Return requests that count as columns; each is the only step of a round of its own."""
    return FrameBuilder.of_run(run_id, map(request_row, requests)).build()


def request_row(request: RecordedRequest) -> Row:
    """Return a request as a row; its number is the round's."""
    phases = {f"{name}_ms": getattr(request.phases, f"{name}_ms") for name in PHASES}
    return Row(
        round=request.number,
        step=0,
        label=REQUEST_LABEL,
        session_mode=Session.NEW,
        session_id=request.session_id,
        started_at=request.begun_at,
        wall_ms=request.wall_ms,
        timed_out=False,
        diagnosis=DiagnosisPart(
            outcome=request.outcome,
            cause=request.cause,
            flags=request.flags,
            evidence=request.evidence,
            evidence_phrase=request.evidence_phrase,
            retry_at=request.retry_at,
        ),
        idle_before_ms=request.idle_before_ms,
        model_requested=request.model_requested,
        wire=WirePart(
            attempts=request.attempts,
            ttft_ms=request.ttft_ms,
            models_served=request.models_served,
            endings=request.endings,
            correlation=request.request_ids,
            usage=_usage_part(request.usage),
        ),
        phases=PhasesPart(source=request.phases.source, **phases),
    )


def _usage_part(usage: ModelUsage | None) -> UsagePart | None:
    if usage is None:
        return None
    return UsagePart(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_creation_tokens=usage.cache_creation_tokens,
    )
