"""Recognise limits on what a request may hold: its size, its context, the length of its answer. Pure."""

import re
from collections.abc import Iterator

from probe.checks.failure import Advice, Failure
from probe.checks.gateways import gateway_of
from probe.model.outcome import Outcome

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
    r"|(?:exceed|maximum|too (?:large|high)).{0,80}max_(?:completion_|output_)?tokens",
    re.IGNORECASE | re.DOTALL,
)
_SPENT = re.compile(r"exceeded the \d+ output token maximum", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.-])\d{3,7}(?![\w-])")
_WHO = {
    "nginx": "client_max_body_size in nginx, 1m by default",
    "Cloudflare": "Cloudflare's limit, which depends on the plan",
    "an AWS load balancer": "the limits of the load balancer and of what it hands requests to (1 MB for a Lambda)",
    "CloudFront": "CloudFront's limit",
    "Envoy": "Envoy's buffer filter, max_request_bytes",
    "IIS": "maxAllowedContentLength in IIS",
    "Apache": "LimitRequestBody in Apache",
    "Caddy": "request_body max_size in Caddy",
    "Kong": "client_max_body_size in Kong",
}
_EXPRESS = re.compile(r"PayloadTooLargeError|request entity too large")
"""The words of body-parser of Express."""


def body_limit(failure: Failure) -> Advice | None:
    """Return advice on a body that is larger than somebody on the way takes."""
    if failure.status != 413 and not (_says(_BODY, failure) and failure.outcome is Outcome.BAD_REQUEST):
        return None
    name = gateway_of(failure.server, failure.words)
    return Advice(
        "body_limit",
        f"{name or 'something on the way'} takes no request as large as Claude Code's",
        f"Raise {_body_setting(name, failure)}: 32 MB is what Anthropic's API takes, "
        "and a long session needs many times what a first call does.",
        ", ".join(_body_evidence(failure)),
    )


def _body_setting(name: str | None, failure: Failure) -> str:
    """Return the setting that limits bodies; `name` is the gateway's."""
    setting = _WHO.get((name or "").partition(" (")[0])
    if setting is not None:
        return setting
    if _EXPRESS.search(failure.words):
        return "the limit of body-parser in a relay on Express, 100kb by default"
    return "the limit on the size of bodies in the gateway"


def _body_evidence(failure: Failure) -> Iterator[str]:
    sizes = [attempt.request_bytes for attempt in failure.attempts if not attempt.good]
    refused = [size for size in sizes if size]
    if refused:
        yield f"{min(refused):,} bytes were refused"
    if failure.passed_bytes:
        yield f"{failure.passed_bytes:,} bytes passed"
    if failure.server:
        yield f"server: {failure.server}"


def context_too_long(failure: Failure) -> Advice | None:
    """Return advice on a prompt that is longer than the model's context."""
    if failure.cause != "model_context_window_exceeded" and not _says(_CONTEXT, failure):
        return None
    both = ""
    if "max_tokens" in failure.words:
        both = " Claude Code's max_tokens counts too: CLAUDE_CODE_MAX_OUTPUT_TOKENS lowers it."
    return Advice(
        "context_window",
        "the model's context is too short for what is sent",
        f"Claude Code sends some 20,000 tokens before anybody has asked anything: name a model with a longer context, "
        f"or have the relay's limit raised.{both}",
    )


def output_limit(failure: Failure) -> Advice | None:
    """Return advice on a limit on `max_tokens`, or on an answer that ended at it without any text."""
    spent = failure.cause == "max_tokens" or _SPENT.search(failure.words)
    if spent:
        return Advice(
            "max_tokens_spent",
            "all tokens of the answer were spent before any text came, on thinking most likely",
            "Set MAX_THINKING_TOKENS lower (0 switches thinking off), or CLAUDE_CODE_MAX_OUTPUT_TOKENS higher, in the "
            "target's env or by --env.",
        )
    if not _says(_OUTPUT, failure):
        return None
    numbers = {int(digits) for digits in _NUMBER.findall(failure.words)} - {400, 422}
    most = min(numbers, default=None)
    return Advice(
        "max_tokens_limit",
        "the upstream allows a shorter answer than Claude Code asks for" + (f": {most} tokens" if most else ""),
        f"Set CLAUDE_CODE_MAX_OUTPUT_TOKENS={most or 'to the limit'} in the target's env or by --env.",
    )


def _says(words: re.Pattern[str], failure: Failure) -> bool:
    return failure.status != 429 and bool(words.search(failure.words))
