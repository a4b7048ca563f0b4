"""Findings on the way to an upstream: name, connection, proxy, TLS. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from probe.checks.finding_rules import Rule, apply_rules, first_of
from probe.model.base_models import utc_text
from probe.model.check_report import NO_HTTP1, Area, Category, CheckFinding, Severity, TlsFacts, Way, WayStep
from probe.units import format_duration

_EXPIRES_SOON = timedelta(days=14)
_SLOW_MS = 2000.0
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED = 9, 10, 18
_UNKNOWN_AUTHORITY = {19, 20, 21}
_WRONG_HOST = {62, 64}
"""OpenSSL's X509_V_ERR_…"""
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
_OLD_TLS = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"}
HTTP2_CODE = "http2_only"
HTTP2_REMEDY = (
    "Claude Code speaks HTTP/1.1. The upstream's operator has to switch it on at that port, or put a gateway in front."
)
_finding = partial(CheckFinding, area=Area.WAY)


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


def judge_way(way: Way, base_url: str, now: datetime) -> Iterator[CheckFinding]:
    """Yield the findings of the way to `base_url`."""
    return apply_rules(_RULES, _Journey(way, base_url, now))


def unusable_proxy(problem: str) -> CheckFinding:
    """Return the finding of a proxy that probe cannot go through; `problem` names its variable."""
    return _finding(
        severity=Severity.WRONG,
        code="proxy_unusable",
        title="probe cannot go through the proxy that is set, so nothing of the upstream was asked",
        evidence=problem,
        remedy="Set an http:// proxy in that variable, or name the upstream's host in NO_PROXY.",
    )


def _way(journey: _Journey) -> CheckFinding:
    way = journey.way
    steps = ", ".join(f"{step.stage} {format_duration(step.ms / 1000)}" for step in way.steps)
    protocol = f", {way.tls.protocol}" if way.tls and way.tls.protocol else ""
    how = f"by the proxy {way.proxy}" if way.proxy else "directly"
    return _finding(
        severity=Severity.GOOD,
        code="way",
        title=f"{way.host}:{way.port} is reached {how}",
        evidence=steps + protocol,
    )


def _proxy_used(journey: _Journey) -> CheckFinding | None:
    way = journey.way
    if not way.proxy:
        return None
    return _finding(
        severity=Severity.NOTE,
        code="proxy_used",
        title="a proxy is in the way",
        evidence=f"{way.proxy}, which {way.proxy_variable} names; Claude Code goes through it too",
        remedy="If that is not meant, name the upstream's host in NO_PROXY.",
    )


def _slow_way(journey: _Journey) -> CheckFinding | None:
    slow = [step for step in journey.way.steps if step.category is Category.OK and step.ms > _SLOW_MS]
    if not slow:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="slow_way",
        title="it takes long to get there",
        evidence=", ".join(f"{step.stage} {format_duration(step.ms / 1000)}" for step in slow),
        remedy="Look at the resolver (dns), at the network or the proxy (tcp), at the server's load (tls).",
    )


def _tls_unverified(journey: _Journey) -> CheckFinding | None:
    if journey.agreed_tls is None or journey.agreed_tls.verified:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="tls_unverified",
        title="certificates are not verified",
        evidence="NODE_TLS_REJECT_UNAUTHORIZED=0",
        remedy="Unset it, and name the authority's file in NODE_EXTRA_CA_CERTS instead: "
        "as it is, anybody on the way can read the token.",
    )


def _tls_expires_soon(journey: _Journey) -> CheckFinding | None:
    ends = journey.agreed_tls.not_after if journey.agreed_tls else None
    if ends is None or ends - journey.now >= _EXPIRES_SOON:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="tls_expires_soon",
        title="the certificate is about to expire",
        evidence=f"valid until {utc_text(ends)}",
        remedy="The upstream's operator has to renew it.",
    )


def _tls_failed(journey: _Journey) -> CheckFinding | None:
    failed, tls = journey.way.failed, journey.refused_tls
    if failed is None or tls is None:
        return None
    code, title, remedy = _tls_by_reason(journey, failed, tls) or _tls_by_certificate(journey.way, tls)
    evidence = f"{failed.category.value}: {failed.detail}"
    return _finding(severity=Severity.WRONG, code=code, title=title, evidence=evidence, remedy=remedy)


def _tls_by_reason(journey: _Journey, failed: WayStep, tls: TlsFacts) -> tuple[str, str, str] | None:
    """Return code, title and remedy where the two sides agree on no protocol."""
    if tls.reason == NO_HTTP1:
        return HTTP2_CODE, f"{failed.where} speaks HTTP/2 only", HTTP2_REMEDY
    if tls.reason in _NO_TLS:
        remedy = f"Set base_url to http://{journey.base_url.partition('://')[2]}"
        return "tls_not_spoken", f"{failed.where} does not speak TLS", remedy
    if tls.reason in _OLD_TLS:
        remedy = "The upstream's operator has to switch TLS 1.2 or 1.3 on."
        return "tls_old", f"{failed.where} speaks no TLS of 1.2 or later", remedy
    return None


def _tls_by_certificate(way: Way, tls: TlsFacts) -> tuple[str, str, str]:
    """Return code, title and remedy where the certificate is refused, or nothing is known."""
    trust = "Set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the upstream's authority."
    if tls.verify_code == _EXPIRED:
        until = f" on {utc_text(tls.not_after)}" if tls.not_after else ""
        remedy = "The upstream's operator has to renew it; check that this machine's clock is right."
        return "tls_expired", f"the certificate has expired{until}", remedy
    if tls.verify_code == _NOT_YET_VALID:
        return "tls_not_yet_valid", "the certificate is not valid yet", "Check that this machine's clock is right."
    if tls.verify_code in _WRONG_HOST:
        return "tls_wrong_host", *_wrong_host(way, tls)
    if tls.verify_code == _SELF_SIGNED:
        return "tls_self_signed", "the certificate is self-signed", trust
    if tls.verify_code in _UNKNOWN_AUTHORITY:
        return "tls_unknown_authority", "the certificate is from an authority that is not trusted here", trust
    return "tls", "no TLS connection", "Check that the port is the one for https, and what stands in between."


def _wrong_host(way: Way, tls: TlsFacts) -> tuple[str, str]:
    """Return title and remedy where the certificate has other names."""
    title = f"the certificate is not for {way.host}"
    if not tls.names:
        return title, "Write base_url with the name that the certificate is for."
    return (
        f"{title}, but for {', '.join(tls.names)}",
        f"Write base_url with a name of the certificate: {tls.names[0]}",
    )


def _not_reached(journey: _Journey) -> CheckFinding | None:
    failed = journey.way.failed
    if failed is None:
        return None
    code, title, remedy = _why_not_reached(journey.way, failed)
    evidence = f"{failed.category.value} after {format_duration(failed.ms / 1000)}: {failed.detail}"
    return _finding(severity=Severity.WRONG, code=code, title=title, evidence=evidence, remedy=remedy)


def _why_not_reached(way: Way, failed: WayStep) -> tuple[str, str, str]:
    """Return code, title and remedy of a connection that was not made."""
    if failed.stage == "proxy" or (way.proxy and failed.stage in {"dns", "tcp"}):
        remedy = "Check HTTPS_PROXY and HTTP_PROXY, or name the upstream's host in NO_PROXY."
        return "proxy", "the proxy does not let us through", remedy
    match failed.category:
        case Category.DNS:
            remedy = "Check the host in base_url for a typing error, then the resolver and the VPN."
            return "dns", f"the name {way.host} does not resolve", remedy
        case Category.REFUSED:
            remedy = "Start the upstream, or correct host and port of base_url."
            return "connection_refused", f"nothing listens on {failed.where}", remedy
        case Category.TIMEOUT:
            remedy = "A firewall drops it, or the server is stuck: check port, firewall and VPN, or set HTTPS_PROXY."
            return "connect_timeout", f"{failed.where} never takes the connection", remedy
    return "connection_failed", f"no connection to {failed.where}", "Check host and port of base_url and the network."


_RULES: tuple[Rule[_Journey], ...] = (
    first_of(_tls_failed, _not_reached, _way),
    _proxy_used,
    _slow_way,
    _tls_unverified,
    _tls_expires_soon,
)
