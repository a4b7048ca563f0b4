"""What the way to an upstream says: pure judgement."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from probe.model.base import utc_text
from probe.model.check import NO_HTTP1, Area, Category, CheckFinding, Severity, TlsFacts, Way, WayStep
from probe.units import format_duration

_EXPIRES_SOON = timedelta(days=14)
_SLOW_MS = 2000.0
_CODES = {
    9: "tls_not_yet_valid",
    10: "tls_expired",
    18: "tls_self_signed",
    19: "tls_unknown_authority",
    20: "tls_unknown_authority",
    21: "tls_unknown_authority",
    62: "tls_wrong_host",
    64: "tls_wrong_host",
}
"""OpenSSL's X509_V_ERR_…"""
_NO_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
_OLD_TLS = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"}
HTTP2_CODE = "http2_only"
HTTP2_REMEDY = (
    "Claude Code speaks HTTP/1.1. The upstream's operator has to switch it on at that port, or put a gateway in front."
)
_finding = partial(CheckFinding, area=Area.WAY)


def judge_way(way: Way, base_url: str, now: datetime) -> Iterator[CheckFinding]:
    """The findings of a way."""
    failed = way.failed
    if failed is not None:
        yield _failure(way, failed, base_url)
    else:
        steps = ", ".join(f"{step.stage} {format_duration(step.ms / 1000)}" for step in way.steps)
        protocol = f", {way.tls.protocol}" if way.tls and way.tls.protocol else ""
        how = f"by the proxy {way.proxy}" if way.proxy else "directly"
        yield _finding(
            severity=Severity.GOOD,
            code="way",
            title=f"{way.host}:{way.port} is reached {how}",
            evidence=steps + protocol,
        )
    if way.proxy:
        yield _finding(
            severity=Severity.NOTE,
            code="proxy_used",
            title="a proxy is in the way",
            evidence=f"{way.proxy}, which {way.proxy_variable} names; Claude Code goes through it too",
            remedy="If that is not meant, name the upstream's host in NO_PROXY.",
        )
    slow = [step for step in way.steps if step.category is Category.OK and step.ms > _SLOW_MS]
    if slow:
        yield _finding(
            severity=Severity.WARNING,
            code="slow_way",
            title="it takes long to get there",
            evidence=", ".join(f"{step.stage} {format_duration(step.ms / 1000)}" for step in slow),
            remedy="Look at the resolver (dns), at the network or the proxy (tcp), at the server's load (tls).",
        )
    if failed is None and way.tls is not None:
        yield from _certificate(way.tls, now)


def unusable_proxy(problem: str) -> CheckFinding:
    """The finding of a proxy that probe cannot go through; `problem` names its variable."""
    return _finding(
        severity=Severity.WRONG,
        code="proxy_unusable",
        title="probe cannot go through the proxy that is set, so nothing of the upstream was asked",
        evidence=problem,
        remedy="Set an http:// proxy in that variable, or name the upstream's host in NO_PROXY.",
    )


def _certificate(tls: TlsFacts, now: datetime) -> Iterator[CheckFinding]:
    if not tls.verified:
        yield _finding(
            severity=Severity.WARNING,
            code="tls_unverified",
            title="certificates are not verified",
            evidence="NODE_TLS_REJECT_UNAUTHORIZED=0",
            remedy="Unset it, and name the authority's file in NODE_EXTRA_CA_CERTS instead: "
            "as it is, anybody on the way can read the token.",
        )
    if tls.not_after is not None and tls.not_after - now < _EXPIRES_SOON:
        yield _finding(
            severity=Severity.WARNING,
            code="tls_expires_soon",
            title="the certificate is about to expire",
            evidence=f"valid until {utc_text(tls.not_after)}",
            remedy="The upstream's operator has to renew it.",
        )


def _failure(way: Way, failed: WayStep, base_url: str) -> CheckFinding:
    if failed.stage == "tls":
        return _tls(way, failed, base_url)
    if failed.stage == "proxy" or (way.proxy and failed.stage in {"dns", "tcp"}):
        code, title = "proxy", "the proxy does not let us through"
        remedy = "Check HTTPS_PROXY and HTTP_PROXY, or name the upstream's host in NO_PROXY."
    elif failed.category is Category.DNS:
        code, title = "dns", f"the name {way.host} does not resolve"
        remedy = "Check the host in base_url for a typing error, then the resolver and the VPN."
    elif failed.category is Category.REFUSED:
        code, title = "connection_refused", f"nothing listens on {failed.where}"
        remedy = "Start the upstream, or correct host and port of base_url."
    elif failed.category is Category.TIMEOUT:
        code, title = "connect_timeout", f"{failed.where} never takes the connection"
        remedy = "A firewall drops it, or the server is stuck: check port, firewall and VPN, or set HTTPS_PROXY."
    else:
        code, title = "connection_failed", f"no connection to {failed.where}"
        remedy = "Check host and port of base_url and the network."
    evidence = f"{failed.category.value} after {format_duration(failed.ms / 1000)}: {failed.detail}"
    return _finding(severity=Severity.WRONG, code=code, title=title, evidence=evidence, remedy=remedy)


def _tls(way: Way, failed: WayStep, base_url: str) -> CheckFinding:
    tls = way.tls or TlsFacts(verified=False)
    evidence = f"{failed.category.value}: {failed.detail}"
    code = _CODES.get(tls.verify_code or 0, "tls")
    names = ", ".join(tls.names)
    if tls.reason == NO_HTTP1:
        code, title, remedy = HTTP2_CODE, f"{failed.where} speaks HTTP/2 only", HTTP2_REMEDY
    elif tls.reason in _NO_TLS:
        code, title = "tls_not_spoken", f"{failed.where} does not speak TLS"
        remedy = f"Set base_url to http://{base_url.partition('://')[2]}"
    elif tls.reason in _OLD_TLS:
        code, title = "tls_old", f"{failed.where} speaks no TLS of 1.2 or later"
        remedy = "The upstream's operator has to switch TLS 1.2 or 1.3 on."
    elif code == "tls_expired":
        until = f" on {utc_text(tls.not_after)}" if tls.not_after else ""
        title = f"the certificate has expired{until}"
        remedy = "The upstream's operator has to renew it; check that this machine's clock is right."
    elif code == "tls_not_yet_valid":
        title, remedy = "the certificate is not valid yet", "Check that this machine's clock is right."
    elif code == "tls_wrong_host":
        title = f"the certificate is not for {way.host}" + (f", but for {names}" if names else "")
        remedy = (
            f"Write base_url with a name of the certificate: {tls.names[0]}"
            if tls.names
            else "Write base_url with the name that the certificate is for."
        )
    elif code in {"tls_unknown_authority", "tls_self_signed"}:
        title = "the certificate is " + (
            "self-signed" if code == "tls_self_signed" else "from an authority that is not trusted here"
        )
        remedy = "Set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of the upstream's authority."
    else:
        title, remedy = "no TLS connection", "Check that the port is the one for https, and what stands in between."
    return _finding(severity=Severity.WRONG, code=code, title=title, evidence=evidence, remedy=remedy)
