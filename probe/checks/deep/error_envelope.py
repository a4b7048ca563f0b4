"""Case `errors`: an error comes in the API's shape, in its own words, with an id."""

from typing import Any

from probe.checks.deep.deep_case import CaseFinding, DeepCase, cannot_tell, failed, passed
from probe.checks.deep.plain_requests import REFUSED, exactly, is_web_page, require_usual_service
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.texts.phrase import Phrase, phrase, remarks

_TOO_MANY = 99_999_937
"""More tokens than any model writes; a number that only this request holds."""


def _examine(access: TargetAccess) -> CaseFinding:
    """Send a request that no model serves, and look at the error."""
    body = {"messages": exactly("OK"), "max_tokens": _TOO_MANY, "stream": True}
    reply = access.post(phrase("deep.errors.request"), body)
    if reply.served:
        return cannot_tell(phrase("deep.errors.served", n=f"{_TOO_MANY:,}"), remedy=phrase("deep.errors.served.do"))
    require_usual_service(access)
    return judge_error(reply, access.requests[0].request_id)


def judge_error(reply: PlainReply, request_id: str | None) -> CaseFinding:
    """Judge an error of an upstream that serves sound requests."""
    problems = list(filter(None, (_status_problem(reply.status), _shape_problem(reply), _words_problem(reply))))
    if not request_id:
        problems.append(phrase("deep.errors.no_id"))
    evidence = phrase("deep.errors.seen", evidence=reply.evidence)
    return failed(remarks(problems), evidence) if problems else passed(phrase("deep.errors.pass"), evidence)


def _status_problem(status: int | None) -> Phrase | None:
    if status in REFUSED:
        return None
    if status is None:
        return phrase("deep.errors.no_status")
    if status < 400:
        return phrase("deep.errors.success", status=status)
    retried = status in {401, 408, 409, 429} or status >= 500
    return phrase("deep.errors.retried" if retried else "deep.errors.status", status=status)


def _shape_problem(reply: PlainReply) -> Phrase | None:
    error: Any = reply.json.get("error")
    if reply.json.get("type") == "error" and isinstance(error, dict) and error.get("type") and error.get("message"):
        return None
    if is_web_page(reply):
        return phrase("deep.errors.page")
    if isinstance(error, dict) and error.get("message"):
        return phrase("deep.errors.openai")
    return phrase("deep.errors.other_json" if reply.json else "deep.errors.text")


def _words_problem(reply: PlainReply) -> Phrase | None:
    """Return a remark where the words say neither the number nor the field that is wrong."""
    words = reply.result.body.decode("utf-8", "replace").lower()
    digits = words.replace(",", "").replace("_", "")
    return None if str(_TOO_MANY) in digits or "tokens" in words else phrase("deep.errors.words")


ERRORS = DeepCase(name="errors", tokens=100, severity=Severity.WARNING, examine=_examine)
