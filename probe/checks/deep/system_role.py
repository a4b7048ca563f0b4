"""Case `system_role`: messages of the role `system` are taken, or refused in words that Claude Code knows."""

import re

from probe.checks.deep.deep_case import CaseFinding, DeepCase, failed, passed
from probe.checks.deep.plain_requests import exactly, require_usual_service
from probe.checks.deep.target_access import TargetAccess
from probe.model.check_report import Severity
from probe.texts.phrase import phrase

_ENTITLED = frozenset({401, 402, 403, 429})
"""Refusals of the one who sends the request."""
_KNOWN_WORDS = (
    re.compile(r"Unexpected role.*input message role", re.DOTALL),
    re.compile(r"unknown variant .{0,3}system\b.{0,3}, expected", re.IGNORECASE),
    re.compile(r"Input should be \W{1,3}(?:user|assistant)\b.{0,3} or \W{1,3}(?:user|assistant)\b", re.IGNORECASE),
    re.compile(r"(?=.*not supported)(?=.*role .{0,2}system)", re.IGNORECASE | re.DOTALL),
    re.compile(r"role .{0,2}system.{0,2} must (?:precede an|follow a)", re.IGNORECASE),
    re.compile(r"use the top-level .{0,2}system.{0,2} parameter for the initial system prompt", re.IGNORECASE),
    re.compile(r"text-only role .{0,2}system.{0,2} messages require", re.IGNORECASE),
)
"""The words upon which 2.1.329 sends such messages as the user's instead."""


def _examine(access: TargetAccess) -> CaseFinding:
    """Send a conversation that ends in a message of the role `system`, as Claude Code does."""
    instructions = {"role": "system", "content": "# Environment\nPlatform: linux"}
    messages = [*exactly(access.nonce), instructions]
    reply = access.post(phrase("deep.system_role.request"), {"messages": messages, "stream": True})
    evidence = phrase("deep.system_role.seen", evidence=reply.evidence)
    if reply.served:
        return passed(phrase("deep.system_role.pass"))
    words = reply.result.body.decode("utf-8", "replace")
    if is_known_refusal(words):
        return passed(phrase("deep.system_role.falls_back"), evidence)
    if reply.status is None or reply.status in _ENTITLED:
        reply.required()
    require_usual_service(access)
    return failed(phrase("deep.system_role.refused", code=reply.code), evidence)


def is_known_refusal(words: str) -> bool:
    """Return True where a refusal makes Claude Code send such messages in another role."""
    plain = words.replace('\\"', '"')
    return any(known.search(plain) for known in _KNOWN_WORDS)


SYSTEM_ROLE = DeepCase(name="system_role", tokens=200, severity=Severity.WRONG, examine=_examine)
