"""Recognise a client that asked another upstream than the one it was given."""

from probe.diagnose.wire import ending_of, leads_away, main_exchanges
from probe.diagnose.words import Verdict
from probe.model.client import ClientOutput, ClientResult
from probe.model.exchange import succeeded
from probe.model.observation import Observation
from probe.model.outcome import Outcome

_HOW = (
    "a wrapper script, an alias or a managed settings file may set ANTHROPIC_BASE_URL, a proxy or another provider "
    "(CLAUDE_CODE_USE_BEDROCK, CLAUDE_CODE_USE_VERTEX)"
)


def bypassed(seen: Observation) -> Verdict | None:
    """Return the verdict on a client that reports an upstream's answer or error which the recorder has not passed on.

    None where there was no recorder, or nothing shows that the client spoke with any other upstream.
    """
    if seen.exchanges is None:
        return None
    attempts = main_exchanges(seen.exchanges)
    if any(succeeded(attempt.status) for attempt in attempts):
        return None
    if attempts and (not _is_success(seen.words.result) or any(map(leads_away, attempts))):
        return None
    if not attempts and not _spoke_with_upstream(seen.words):
        return None
    came = "no request for an answer came to the address that the client was given"
    if attempts:
        endings = ", ".join(map(ending_of, attempts))
        came = f"the client has an answer, and none came from the address that it was given ({endings})"
    return Outcome.RECORDER_BYPASSED, None, f"{came}: {_HOW}"


def _spoke_with_upstream(words: ClientOutput) -> bool:
    if words.attempts_started or words.retries:
        return True
    return words.result is not None and _is_of_upstream(words.result)


def _is_of_upstream(result: ClientResult) -> bool:
    """Tell a result that an upstream had a part in from what the client says without asking one."""
    if _is_success(result):
        return True
    return result.api_error_status is not None or "API Error" in (result.text or "")


def _is_success(result: ClientResult | None) -> bool:
    return result is not None and not result.is_error and result.subtype in {None, "success"}
