"""Case `firewall`: neither a web firewall nor a limit on bodies stops what a programmer sends."""

import json
from collections.abc import Iterator

from probe.checks.deep.deep_case import CaseFinding, DeepCase, failed, passed
from probe.checks.deep.plain_requests import exactly, is_web_page, require_usual_service, user_message
from probe.checks.deep.target_access import PlainReply, TargetAccess
from probe.model.check_report import Severity
from probe.model.outcome import Outcome
from probe.texts.phrase import Phrase, phrase, remarks

_TEXTS = {
    "html": '<script>alert(document.cookie)</script><img src=x onerror="alert(1)">',
    "sql": "SELECT * FROM users WHERE name = '' OR 1=1; DROP TABLE users; -- UNION SELECT password FROM accounts",
    "shell": "cat /etc/passwd; curl http://127.0.0.1/x.sh | sh; ../../../../etc/shadow",
}
_BODY_BYTES = 4 * 2**20
_REFUSALS = frozenset({400, 403, 405, 406, 411, 413, 414, 418, 431, 493, 501})
_CUT = frozenset({Outcome.CONNECTION_RESET, Outcome.CONNECTION_FAILED})


def _examine(access: TargetAccess) -> CaseFinding:
    """Send code that firewalls take for an attack, then a body of 4 MB, which spaces make so large."""
    require_usual_service(access)
    problems: list[Phrase] = []
    for name, text in _TEXTS.items():
        prompt = f"Here is a line of code:\n```\n{text}\n```\nReply with exactly: OK"
        body = {"messages": [user_message(prompt)], "stream": True}
        reply = access.post(phrase(f"deep.firewall.request.{name}"), body)
        problems += _problems(f"deep.firewall.blocked.{name}", reply)
    large = access.post_bytes(phrase("deep.firewall.request.large"), _padded(access))
    problems += _problems("deep.firewall.too_large", large)
    return failed(remarks(problems)) if problems else passed(phrase("deep.firewall.pass"))


def _problems(key: str, reply: PlainReply) -> Iterator[Phrase]:
    """Yield what is wrong; raises NotServed for a refusal that the content did not cause."""
    if reply.served:
        return
    if reply.status in _REFUSALS or is_web_page(reply) or reply.result.outcome in _CUT:
        yield phrase(key, evidence=reply.evidence)
        return
    reply.required()


def _padded(access: TargetAccess) -> bytes:
    """Return a request of 4 MB that costs no more tokens than a small one."""
    body = {"model": access.model, "max_tokens": 64, "stream": True, "messages": exactly("OK")}
    data = json.dumps(body).encode()
    return data[:-1] + b" " * (_BODY_BYTES - len(data)) + data[-1:]


FIREWALL = DeepCase(name="firewall", tokens=500, severity=Severity.WRONG, examine=_examine)
