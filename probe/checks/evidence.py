"""Say what requests came to, as evidence of findings. Pure."""

import re
from collections.abc import Sequence

from probe.checks.api_result import EndpointResult
from probe.checks.endpoint_answers import all_words
from probe.checks.failure import Failure
from probe.checks.gateways import is_page
from probe.model.check_report import Attempt
from probe.texts.phrase import Phrases, Words, phrase, remarks
from probe.web_page import words_of

_CHANGING = re.compile(", request id|, try again|, given up")
"""The beginning of that part of an evidence that differs each time."""


def code_of(result: EndpointResult) -> Words:
    """Return the result of a request in a word or two: `HTTP 404`, `ETIMEDOUT`."""
    status = result.probe.status
    if status == 200 and not result.ok:
        return phrase("check.code.unread", what=phrase(f"outcome.{result.probe.outcome.value}"))
    return f"HTTP {status}" if status else result.probe.category.value


def evidence_of(results: Sequence[EndpointResult]) -> Phrases:
    """Return the evidence of all requests; texts that differ in their request id alone are given once."""
    evidence: dict[str, Words] = {}
    for result in results:
        page = _words_of_page(result)
        said = result.answer.evidence or code_of(result)
        words = phrase("check.page_reads", evidence=said, words=page) if page else said
        plain = result.answer.english_evidence or said
        evidence.setdefault(_CHANGING.split(f"{plain}; {page}", maxsplit=1)[0], words)
    return remarks(evidence.values())


def failure_of(failed: Sequence[EndpointResult], token: str) -> Failure:
    """Return the failure of plain requests that failed alike; `token` is where the token comes from."""
    first = failed[0].answer
    exchanges = [result.answer.exchange for result in failed]
    return Failure(
        first.outcome,
        first.cause,
        " ".join(dict.fromkeys(all_words(result.answer) for result in failed)),
        token,
        [Attempt.of(exchange) for exchange in exchanges if exchange is not None],
        challenged=any(result.answer.challenged for result in failed),
    )


def _words_of_page(result: EndpointResult) -> str:
    """Return the words of a web page; empty where none came, or where the evidence holds them."""
    if not is_page(result.answer.body):
        return ""
    words = words_of(result.answer.body)
    return "" if words in result.answer.english_evidence else words
