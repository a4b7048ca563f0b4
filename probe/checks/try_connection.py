"""Connect to an upstream as the client would, and say what came of each step, and of the certificate."""

import asyncio
import os
import ssl
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from probe.checks.time_budget import TimeBudget
from probe.connection.connect import connect
from probe.connection.connect_error import ConnectError, ConnectStage, TunnelRefusedError, refuses_http1
from probe.connection.route import UpstreamRoute
from probe.connection.trace import ConnectStep, ConnectTrace
from probe.model.check_report import NO_HTTP1, Category, TlsFacts, Way, WayStep
from probe.model.exchange import ConnectFailure
from probe.sanitise import printable
from probe.texts import Texts
from probe.texts.phrase import Words, phrase

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME: lets an expired certificate be read."""
_CATEGORIES = {
    ConnectFailure.DNS: Category.DNS,
    ConnectFailure.REFUSED: Category.REFUSED,
    ConnectFailure.TIMEOUT: Category.TIMEOUT,
    ConnectFailure.TLS: Category.SSL,
    ConnectFailure.RESET: Category.RESET,
    ConnectFailure.PROXY: Category.PROXY,
    ConnectFailure.OTHER: Category.OTHER,
}
_TIMED_OUT = {
    ConnectStage.DNS: "check.step.no_dns_answer",
    ConnectStage.TCP: "check.step.no_answer",
    ConnectStage.PROXY: "check.step.proxy_timed_out",
    ConnectStage.TLS: "check.step.no_handshake",
}
_OTHERWISE = {
    ConnectStage.PROXY: "check.step.proxy_silent",
    ConnectStage.TLS: "check.step.closed",
}
_CLOSE_S = 0.001
_Result = TypeVar("_Result")


def try_connection(route: UpstreamRoute, budget: TimeBudget, texts: Texts) -> Way:
    """Connect once, and say in these texts what came of it. Each step ends within its share of the budget."""
    trace = ConnectTrace()
    tls = run_in_thread(_tls_facts(route, budget, trace))
    return Way(
        host=route.host,
        port=route.port,
        proxy=route.proxy.place if route.proxy else None,
        proxy_variable=route.proxy.variable if route.proxy else None,
        steps=tuple(_way_step(step, texts) for step in trace.steps),
        tls=tls,
    )


def run_in_thread(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine to its end in a loop of its own, even where the caller's thread has a running loop."""
    result: Future[_Result] = Future()

    async def quietly() -> _Result:
        # asyncio would log what a hostile upstream makes of it.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        try:
            return await work
        finally:
            # Transports close their sockets some passes after they were told to.
            await asyncio.sleep(_CLOSE_S)

    def run() -> None:
        try:
            result.set_result(asyncio.run(quietly()))
        except BaseException as error:  # noqa: BLE001 - it is raised in the caller's thread
            result.set_exception(error)

    threading.Thread(target=run, name="probe-connect", daemon=True).start()
    return result.result()


async def _tls_facts(route: UpstreamRoute, budget: TimeBudget, trace: ConnectTrace) -> TlsFacts | None:
    """Connect, and return what is known of TLS; None where it did not come to a handshake."""
    try:
        transport = await connect(route, asyncio.Protocol, lambda: budget.next_s, trace)
    except ConnectError as error:
        if error.stage is not ConnectStage.TLS:
            return None
        return await _failed_handshake(route, budget, error)
    facts = None if route.tls is None else _agreed(transport, verified=route.tls.verify_mode is ssl.CERT_REQUIRED)
    transport.abort()
    return facts


async def _failed_handshake(route: UpstreamRoute, budget: TimeBudget, error: ConnectError) -> TlsFacts:
    match error.__cause__:
        case ssl.SSLCertVerificationError(verify_code=code):
            facts = await _refused_certificate(route, budget)
            return facts.model_copy(update={"verify_code": code})
        case ssl.SSLError() as refusal:
            return TlsFacts(verified=False, reason=NO_HTTP1 if refuses_http1(refusal) else refusal.reason)
        case _:
            return TlsFacts(verified=False)


async def _refused_certificate(route: UpstreamRoute, budget: TimeBudget) -> TlsFacts:
    """Read a certificate that was refused for its date or its names; one of an unknown issuer cannot be read."""
    facts = TlsFacts(verified=False)
    if route.proxy or route.tls is None:
        return facts
    with _without_dates_and_names(route.tls), suppress(ConnectError):
        transport = await connect(route, asyncio.Protocol, lambda: budget.next_s or 0.1, ConnectTrace())
        facts = _agreed(transport, verified=False)
        transport.abort()
    return facts


@contextmanager
def _without_dates_and_names(context: ssl.SSLContext) -> Iterator[None]:
    checks_names, flags = context.check_hostname, context.verify_flags
    context.check_hostname = False
    context.verify_flags = ssl.VerifyFlags(flags | _NO_CHECK_TIME)
    try:
        yield
    finally:
        context.check_hostname, context.verify_flags = checks_names, flags


def _agreed(transport: asyncio.Transport, *, verified: bool) -> TlsFacts:
    """Return what both sides agreed on, and what the certificate says; nothing of one that was not verified at all."""
    certificate: Any = transport.get_extra_info("peercert") or {}
    ends = certificate.get("notAfter")
    issuer = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    issuer_name = issuer.get("organizationName") or issuer.get("commonName")
    return TlsFacts(
        protocol=transport.get_extra_info("ssl_object").version(),
        issuer=printable(issuer_name, 60) if issuer_name else None,
        names=tuple(printable(name, 80) for _, name in certificate.get("subjectAltName", ()))[:10],
        not_after=datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None,
        verified=verified,
    )


def _way_step(step: ConnectStep, texts: Texts) -> WayStep:
    detail = step.detail if step.error is None else texts.words(_words(step.error, step.timeout_s))
    return WayStep(
        stage=step.stage.value,
        where=step.where,
        category=Category.OK if step.error is None else _category(step.error),
        ms=round(step.ms, 3),
        detail=printable(detail, 200),
    )


def _category(error: ConnectError) -> Category:
    return Category.SSL if error.stage is ConnectStage.TLS else _CATEGORIES[error.step_failure]


def _words(error: ConnectError, timeout_s: float) -> Words:
    """Return why a step failed, for people."""
    if error.timed_out:
        return phrase(_TIMED_OUT[error.stage], time=f"{timeout_s:.0f}")
    match error.__cause__:
        case TunnelRefusedError(status_line=""):
            return phrase("check.step.proxy_closed")
        case TunnelRefusedError(status_line=line):
            return phrase("check.step.proxy_refused", line=line)
        case ssl.SSLCertVerificationError():
            return error.reason
        case ssl.SSLError() as refusal:
            return refusal.reason or str(refusal)
        case OSError(errno=int(number)) if error.stage is ConnectStage.TCP:
            return os.strerror(number)  # asyncio's own words hold the address, too
        case _:
            key = _OTHERWISE.get(error.stage)
            return phrase(key, reason=error.reason) if key else error.reason
