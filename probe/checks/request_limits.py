"""Recognise limits on what a request may hold: its size, its context, the length of its answer. Pure."""

import re
from collections.abc import Iterator

from probe.checks.failure import Advice, Failure
from probe.checks.gateways import AWS, gateway_of, gateway_words
from probe.model.outcome import Outcome
from probe.texts.phrase import Phrase, items, phrase, sentences

_BODY = re.compile(
    r"(?:request )?(?:entity|body|payload) (?:is )?too large|request[ _]too[ _](?:large|long)|too large body"
    r"|payloadtoolarge|content length exceeded|请求体(?:过大|太大|超)",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"prompt is too long|maximum context length|context_length_exceeded|exceeds? (?:the )?(?:model'?s )?context"
    r"|context (?:window|length|limit)[^.]{0,40}(?:exceed|reached)|model_context_window_exceeded|input is too long"
    r"|input token count[^.]{0,40}exceeds|上下文.{0,12}(?:超|过长|限制)|(?:输入|提示).{0,8}(?:过长|超长|超出|超过)",
    re.IGNORECASE,
)
_OUTPUT = re.compile(
    r"max_(?:completion_|output_)?tokens.{0,160}(?:exceed|>|<=|maximum|at most|less than|too (?:large|high)|range"
    r"|between|supports|超过|超出|不能大于|范围)"
    r"|(?:exceed|maximum|too (?:large|high)|range of).{0,80}max_(?:completion_|output_)?tokens",
    re.IGNORECASE | re.DOTALL,
)
_SPENT = re.compile(r"exceeded the \d+ output token maximum", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.-])\d{3,7}(?![\w-])")
_WHO = {
    "nginx": "check.body_limit.nginx",
    "Cloudflare": "check.body_limit.cloudflare",
    AWS: "check.body_limit.aws",
    "CloudFront": "check.body_limit.cloudfront",
    "Envoy": "check.body_limit.envoy",
    "IIS": "check.body_limit.iis",
    "Apache": "check.body_limit.apache",
    "Caddy": "check.body_limit.caddy",
    "Kong": "check.body_limit.kong",
}
"""By gateway: the text about its limit."""
_EXPRESS = re.compile(r"PayloadTooLargeError|request entity too large")
"""The words of body-parser of Express."""


def body_limit(failure: Failure) -> Advice | None:
    """Return advice on a body that is larger than somebody on the way takes."""
    if failure.status != 413 and not (_says(_BODY, failure) and failure.outcome is Outcome.BAD_REQUEST):
        return None
    name = gateway_of(failure.server, failure.words)
    return Advice(
        "body_limit",
        phrase("check.body_limit", name=gateway_words(name) or phrase("check.body_limit.somewhere")),
        phrase("check.body_limit.do", setting=phrase(_body_setting(name, failure))),
        items(_body_evidence(failure)),
    )


def _body_setting(name: str | None, failure: Failure) -> str:
    """Return the text about the setting that limits bodies; `name` is the gateway's."""
    setting = _WHO.get((name or "").partition(" (")[0])
    if setting is not None:
        return setting
    return "check.body_limit.express" if _EXPRESS.search(failure.words) else "check.body_limit.gateway"


def _body_evidence(failure: Failure) -> Iterator[Phrase]:
    sizes = [attempt.request_bytes for attempt in failure.attempts if not attempt.good]
    refused = [size for size in sizes if size]
    if refused:
        yield phrase("check.body_limit.refused", n=f"{min(refused):,}")
    if failure.passed_bytes:
        yield phrase("check.body_limit.passed", n=f"{failure.passed_bytes:,}")
    if failure.server:
        yield phrase("check.server", server=failure.server)


def context_too_long(failure: Failure) -> Advice | None:
    """Return advice on a prompt that is longer than the model's context."""
    if failure.cause != "model_context_window_exceeded" and not _says(_CONTEXT, failure):
        return None
    both = phrase("check.context_window.max_tokens") if "max_tokens" in failure.words else ""
    remedy = sentences([phrase("check.context_window.do"), both])
    return Advice("context_window", phrase("check.context_window"), remedy)


def output_limit(failure: Failure) -> Advice | None:
    """Return advice on a limit on `max_tokens`, or on an answer that ended at it without any text."""
    spent = failure.cause == "max_tokens" or _SPENT.search(failure.words)
    if spent:
        return Advice("max_tokens_spent", phrase("check.max_tokens_spent"), phrase("check.max_tokens_spent.do"))
    if not _says(_OUTPUT, failure):
        return None
    numbers = {int(digits) for digits in _NUMBER.findall(failure.words)} - {400, 422}
    if not numbers:
        return Advice("max_tokens_limit", phrase("check.max_tokens_limit"), phrase("check.max_tokens_limit.do"))
    most = min(numbers)
    return Advice(
        "max_tokens_limit",
        phrase("check.max_tokens_limit.most", most=most),
        phrase("check.max_tokens_limit.most.do", most=most),
    )


def _says(words: re.Pattern[str], failure: Failure) -> bool:
    return failure.status != 429 and bool(words.search(failure.words))
