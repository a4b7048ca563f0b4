"""Findings on the way to an upstream: name, connection, proxy, TLS. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from probe.checks.finding_rules import FindingDraft, Rule, apply_rules, first_of
from probe.model.base_models import utc_text
from probe.model.check_report import NO_HTTP1, Area, Category, Severity, TlsFacts, Way, WayStep
from probe.texts.phrase import Phrase, Words, clauses, items, phrase
from probe.units import format_duration

_EXPIRES_SOON = timedelta(days=14)
_SLOW_MS = 2000.0
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED = 9, 10, 18
_UNKNOWN_AUTHORITY = {19, 20, 21}
_WRONG_HOST = {62, 64}
"""OpenSSL's X509_V_ERR_…"""
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
_OLD_TLS = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"}
_UNREACHED = {
    Category.DNS: "dns",
    Category.REFUSED: "connection_refused",
    Category.TIMEOUT: "connect_timeout",
}
"""The codes of connections that were not made, by the class of the failure."""
HTTP2_CODE = "http2_only"
HTTP2_REMEDY = phrase("check.http2_only.do")
_Named = tuple[str, Phrase, Phrase]
"""Code, title and remedy of a finding."""
_finding = partial(FindingDraft, area=Area.WAY)


@dataclass(frozen=True, slots=True)
class _Journey:
    """The observed way to `base_url`, and the time by which certificates are judged."""

    way: Way
    base_url: str
    now: datetime

    @property
    def refused_tls(self) -> TlsFacts | None:
        """The facts of a handshake that failed; None where none did."""
        failed = self.way.failed
        if failed is None or failed.stage != "tls":
            return None
        return self.way.tls or TlsFacts(verified=False)

    @property
    def agreed_tls(self) -> TlsFacts | None:
        """The facts of the TLS connection over which the upstream is reached."""
        return self.way.tls if self.way.failed is None else None


def judge_way(way: Way, base_url: str, now: datetime) -> Iterator[FindingDraft]:
    """Yield the findings of the way to `base_url`."""
    return apply_rules(_RULES, _Journey(way, base_url, now))


def unusable_proxy(problem: Words) -> FindingDraft:
    """Return the finding of a proxy that probe cannot go through; `problem` names its variable."""
    return _finding(
        severity=Severity.WRONG,
        code="proxy_unusable",
        title=phrase("check.proxy_unusable"),
        evidence=problem,
        remedy=phrase("check.proxy_unusable.do"),
    )


def _way(journey: _Journey) -> FindingDraft:
    way = journey.way
    steps = [f"{step.stage} {format_duration(step.ms / 1000)}" for step in way.steps]
    protocol = (way.tls.protocol if way.tls else None) or ""
    key = "check.way.proxy" if way.proxy else "check.way.direct"
    title = phrase(key, place=f"{way.host}:{way.port}", proxy=way.proxy)
    return _finding(severity=Severity.GOOD, code="way", title=title, evidence=clauses([*steps, protocol]))


def _proxy_used(journey: _Journey) -> FindingDraft | None:
    way = journey.way
    if not way.proxy:
        return None
    return _finding(
        severity=Severity.NOTE,
        code="proxy_used",
        title=phrase("check.proxy_used"),
        evidence=phrase("check.proxy_used.seen", proxy=way.proxy, variable=way.proxy_variable),
        remedy=phrase("check.proxy_used.do"),
    )


def _slow_way(journey: _Journey) -> FindingDraft | None:
    slow = [step for step in journey.way.steps if step.category is Category.OK and step.ms > _SLOW_MS]
    if not slow:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="slow_way",
        title=phrase("check.slow_way"),
        evidence=clauses(f"{step.stage} {format_duration(step.ms / 1000)}" for step in slow),
        remedy=phrase("check.slow_way.do"),
    )


def _tls_unverified(journey: _Journey) -> FindingDraft | None:
    if journey.agreed_tls is None or journey.agreed_tls.verified:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="tls_unverified",
        title=phrase("check.tls_unverified"),
        evidence="NODE_TLS_REJECT_UNAUTHORIZED=0",
        remedy=phrase("check.tls_unverified.do"),
    )


def _tls_expires_soon(journey: _Journey) -> FindingDraft | None:
    ends = journey.agreed_tls.not_after if journey.agreed_tls else None
    if ends is None or ends - journey.now >= _EXPIRES_SOON:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="tls_expires_soon",
        title=phrase("check.tls_expires_soon"),
        evidence=phrase("check.tls_expires_soon.seen", until=utc_text(ends)),
        remedy=phrase("check.tls_expires_soon.do"),
    )


def _tls_failed(journey: _Journey) -> FindingDraft | None:
    failed, tls = journey.way.failed, journey.refused_tls
    if failed is None or tls is None:
        return None
    code, title, remedy = _tls_by_reason(journey, failed, tls) or _tls_by_certificate(journey.way, tls)
    evidence = phrase("check.step_failed", category=failed.category.value, detail=failed.detail)
    return _finding(severity=Severity.WRONG, code=code, title=title, evidence=evidence, remedy=remedy)


def _tls_by_reason(journey: _Journey, failed: WayStep, tls: TlsFacts) -> _Named | None:
    """Return code, title and remedy where the two sides agree on no protocol."""
    if tls.reason == NO_HTTP1:
        return HTTP2_CODE, phrase("check.http2_only.where", where=failed.where), HTTP2_REMEDY
    if tls.reason in _NO_TLS:
        remedy = phrase("check.set_base_url", url=f"http://{journey.base_url.partition('://')[2]}")
        return "tls_not_spoken", phrase("check.tls_not_spoken", where=failed.where), remedy
    if tls.reason in _OLD_TLS:
        return "tls_old", phrase("check.tls_old", where=failed.where), phrase("check.tls_old.do")
    return None


def _tls_by_certificate(way: Way, tls: TlsFacts) -> _Named:
    """Return code, title and remedy where the certificate is refused, or nothing is known."""
    if tls.verify_code == _EXPIRED:
        on_date = phrase("check.tls_expired.on", until=utc_text(tls.not_after)) if tls.not_after else None
        return "tls_expired", on_date or phrase("check.tls_expired"), phrase("check.tls_expired.do")
    if tls.verify_code == _NOT_YET_VALID:
        return "tls_not_yet_valid", phrase("check.tls_not_yet_valid"), phrase("check.tls_not_yet_valid.do")
    if tls.verify_code in _WRONG_HOST:
        return "tls_wrong_host", *_wrong_host(way, tls)
    if tls.verify_code == _SELF_SIGNED:
        return "tls_self_signed", phrase("check.tls_self_signed"), phrase("check.tls.trust")
    if tls.verify_code in _UNKNOWN_AUTHORITY:
        return "tls_unknown_authority", phrase("check.tls_unknown_authority"), phrase("check.tls.trust")
    return "tls", phrase("check.tls"), phrase("check.tls.do")


def _wrong_host(way: Way, tls: TlsFacts) -> tuple[Phrase, Phrase]:
    """Return title and remedy where the certificate has other names."""
    if not tls.names:
        return phrase("check.tls_wrong_host", host=way.host), phrase("check.tls_wrong_host.do")
    return (
        phrase("check.tls_wrong_host.names", host=way.host, names=items(tls.names)),
        phrase("check.tls_wrong_host.names.do", name=tls.names[0]),
    )


def _not_reached(journey: _Journey) -> FindingDraft | None:
    failed = journey.way.failed
    if failed is None:
        return None
    code = _why_not_reached(journey.way, failed)
    time = format_duration(failed.ms / 1000)
    return _finding(
        severity=Severity.WRONG,
        code=code,
        title=phrase(f"check.{code}", host=journey.way.host, where=failed.where),
        evidence=phrase("check.step_failed.after", category=failed.category.value, time=time, detail=failed.detail),
        remedy=phrase(f"check.{code}.do"),
    )


def _why_not_reached(way: Way, failed: WayStep) -> str:
    """Return the code of a connection that was not made."""
    if failed.stage == "proxy" or (way.proxy and failed.stage in {"dns", "tcp"}):
        return "proxy"
    return _UNREACHED.get(failed.category, "connection_failed")


_RULES: tuple[Rule[_Journey], ...] = (
    first_of(_tls_failed, _not_reached, _way),
    _proxy_used,
    _slow_way,
    _tls_unverified,
    _tls_expires_soon,
)
