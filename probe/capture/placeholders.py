"""Placeholders for what differs from call to call: put in when a request is captured, filled when it is sent again.

Those in texts are written `<probe:name>`, for clients say `<uuid>` or `<date>` in their own words. `<token>` stands in
headers only and is filled there only, so that no text can ask for the token.
"""

import json
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from pydantic import JsonValue

from probe.model.captured_requests import CapturedRequest, FilledRequest
from probe.model.choices import TokenHeader
from probe.redact import MARK

HIDDEN = MARK.decode()
"""Stands in a captured value that was secret."""
SANDBOX = "/tmp/probe-replay"  # noqa: S108 - a name for an upstream to read; nothing is there
_TOKEN = "<token>"  # noqa: S105 - a placeholder
_FIXED_HEADERS = {
    "authorization": f"Bearer {_TOKEN}",
    "x-api-key": _TOKEN,
    "host": "<host>",
    "content-length": "<length>",
}
_NOT_SENT = frozenset(
    "host content-length connection keep-alive te trailer transfer-encoding upgrade expect proxy-authorization "
    "proxy-connection".split()
)
"""Headers of one connection, which the sender sets itself."""

_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_ANY_UUID = re.compile(rf"(?<![0-9A-Fa-f-]){_UUID}(?![0-9A-Fa-f-])")
_DEVICE = re.compile(r"(?<![0-9A-Fa-f])[0-9a-f]{64}(?![0-9A-Fa-f])")
_SESSION = re.compile(rf'(?:_session_|"session_id": ?")({_UUID})')
_ACCOUNT = re.compile(rf'(?:_account_|"account_uuid": ?")({_UUID})')
_ID_KINDS = ("msg", "req", "toolu", "srvtoolu")
_OTHER_ID = re.compile(rf"\b({'|'.join(_ID_KINDS)})_[0-9A-Za-z]{{16,}}")
_SLOT = re.compile(r"<probe:([a-z]+(?:-[a-z]+)?)(?:-\d+)?>")


class Placeholders:
    """Put placeholders into the requests of one round, the same one for the same value throughout.

    `sandbox` is the directory in which the client ran, `days` the dates that may stand in its requests.
    """

    def __init__(self, sandbox: str, days: Iterable[date]) -> None:
        self._names: dict[str, str] = {}
        self._fixed: list[tuple[re.Pattern[str], str]] = []
        for text, name in ((sandbox, "sandbox"), (re.sub(r"[^0-9A-Za-z]", "-", sandbox), "sandbox-name")):
            if text:
                self._fixed.append((re.compile(re.escape(text)), _slot(name)))
        for day in sorted(set(days)):
            # Names of betas end in a date: what follows a hyphen is left alone.
            self._fixed.append((re.compile(rf"(?<![\w-]){day.isoformat()}(?![\w-])"), _slot("date")))
            self._fixed.append((re.compile(rf"\b{_month(day)}\b"), _slot("month")))

    def learn(self, headers: Iterable[tuple[str, str]], body: JsonValue) -> None:
        """Take note of the ids that have names: session, account."""
        for name, value in headers:
            if name.lower() == "x-claude-code-session-id" and _ANY_UUID.fullmatch(value):
                self._name(value, "session-id")
        metadata = body.get("metadata") if isinstance(body, dict) else None
        user_id = metadata.get("user_id") if isinstance(metadata, dict) else None
        if isinstance(user_id, str):
            for pattern, name in ((_SESSION, "session-id"), (_ACCOUNT, "account-id")):
                for match in pattern.finditer(user_id):
                    self._name(match[1], name)

    def header(self, name: str, value: str) -> str:
        """Return the header's value with placeholders."""
        return _FIXED_HEADERS.get(name.lower()) or self.text(value)

    def json(self, value: JsonValue) -> JsonValue:
        """Return the value with placeholders in all of its strings, keys aside."""
        return _mapped(value, self.text)

    def text(self, text: str) -> str:
        """Return the text with placeholders."""
        for pattern, name in self._fixed:
            text = pattern.sub(name, text)
        text = _DEVICE.sub(_slot("device-id"), text)
        text = _OTHER_ID.sub(lambda match: _slot(f"{match[1]}-id"), text)
        return _ANY_UUID.sub(lambda match: self._name(match[0], "uuid"), text)

    def _name(self, value: str, kind: str) -> str:
        """Return the placeholder of a value; the second value of a kind gets a number, and so on."""
        known = self._names.get(value)
        if known is None:
            count = sum(name.startswith(_slot(kind)[:-1]) for name in self._names.values()) + 1
            known = self._names[value] = _slot(f"{kind}-{count}" if count > 1 else kind)
        return known


def fill(
    request: CapturedRequest, *, token: str, model: str, today: date, auth: TokenHeader = TokenHeader.BEARER
) -> FilledRequest:
    """Return the request as it is sent again: with this token and model, today's date, and ids that are new each time.

    The token goes into the header that `auth` names, whichever the client used. Headers of a connection are left out,
    and those whose value was secret.
    """
    slots: dict[str, str] = {}

    def filled(text: str) -> str:
        return _SLOT.sub(lambda match: slots.setdefault(match[0], _value(match[1], today)) or match[0], text)

    sent = [(name, value) for name, value in request.headers if name.lower() not in _NOT_SENT and HIDDEN not in value]
    headers = dict(_with_token([(name, filled(value)) for name, value in sent], *auth.header(token)))
    body = None if request.text is None else filled(request.text).encode("utf-8", "replace")
    if request.body is not None:
        value = _mapped(request.body, filled)
        body = compact({**value, "model": model} if isinstance(value, dict) and "model" in value else value)
    return FilledRequest(request.method, filled(request.path), headers, body)


def _with_token(headers: Iterable[tuple[str, str]], name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the headers, with this one in the place of the first that carried the token, or else last."""
    put = False
    for present, text in headers:
        if present.lower() not in _FIXED_HEADERS or _TOKEN not in text:
            yield present, text
        elif not put:
            put = True
            yield present if present.lower() == name else name, value
    if not put:
        yield name, value


def compact(value: JsonValue) -> bytes:
    """JSON as the client writes it: no spaces, no escapes that are not needed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _slot(name: str) -> str:
    return f"<probe:{name}>"


def _value(name: str, today: date) -> str:
    """Return the value for a placeholder; empty for an unknown one."""
    fresh: Mapping[str, Callable[[], str]] = {
        "session-id": lambda: str(uuid.uuid4()),
        "account-id": lambda: str(uuid.uuid4()),
        "uuid": lambda: str(uuid.uuid4()),
        "device-id": lambda: secrets.token_hex(32),
        "date": today.isoformat,
        "month": lambda: _month(today),
        "sandbox": lambda: SANDBOX,
        "sandbox-name": lambda: SANDBOX.replace("/", "-"),
    }
    kind = name.removesuffix("-id")
    if kind in _ID_KINDS:
        return f"{kind}_{secrets.token_hex(12)}"
    return fresh[name]() if name in fresh else ""


_MONTHS = "January February March April May June July August September October November December".split()


def _month(day: date) -> str:
    """As the client writes it, whatever our own locale: `November 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _mapped(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    return value
