"""Faults of upstreams that refuse a part of what Claude Code sends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probe.upstream.faults.fault import RefusalFault
from probe.upstream.params import Boolean, Choice, Integer, Text, param
from probe.upstream.request import MessagesRequest
from probe.upstream.script import ResponseHead, Script, Send, error_script

_OPAQUE = "Invalid request"
_ROLE_REFUSED = (
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an '
    "input message role."
)


@dataclass(frozen=True)
class RefuseField(RefusalFault):
    """Refuses requests with this field, such as context_management or tools.defer_loading; says which if `named`."""

    name = "refuse_field"
    field_name: str = param(Text(), key="name")
    named: bool = param(Boolean(), True)
    code: int = param(Integer(400, 599), 400)

    def refusal(self, request: MessagesRequest) -> Script | None:
        """Return an error where the field is there, at the top or along the names between dots, through lists."""
        if not _holds(request.body, self.field_name.split(".")):
            return None
        words = f"{self.field_name}: Extra inputs are not permitted" if self.named else _OPAQUE
        return error_script(self.code, words)


@dataclass(frozen=True)
class RefuseBeta(RefusalFault):
    """Refuses requests with this name in `anthropic-beta`; says which if `named`."""

    name = "refuse_beta"
    beta: str = param(Text(), key="name")
    named: bool = param(Boolean(), True)

    def refusal(self, request: MessagesRequest) -> Script | None:
        """Return an error where a beta begins with the name."""
        found = next((beta for beta in request.betas if beta.startswith(self.beta)), None)
        if found is None:
            return None
        named = f"Unexpected value(s) `{found}` for the `anthropic-beta` header."
        return error_script(400, named if self.named else "invalid beta flag")


@dataclass(frozen=True)
class RefuseSystemRole(RefusalFault):
    """Refuses messages of the role `system`, in the API's words or in others."""

    name = "refuse_system_role"
    message: str | None = param(Text(), None)
    code: int = param(Integer(400, 599), 400)

    def refusal(self, request: MessagesRequest) -> Script | None:
        """Return an error where a message has this role."""
        messages = request.body["messages"]
        refused = any(isinstance(message, Mapping) and message.get("role") == "system" for message in messages)
        return error_script(self.code, self.message or _ROLE_REFUSED) if refused and not request.chat else None


@dataclass(frozen=True)
class Firewall(RefusalFault):
    """A web firewall answers an HTML page with 403 to requests that hold this text."""

    name = "firewall"
    text: str = param(Text(), "<script")

    def refusal(self, request: MessagesRequest) -> Script | None:
        """Return a page where the text stands in the body."""
        found = self.text.lower() in json.dumps(request.body, ensure_ascii=False).lower()
        return _page(403, "403 Forbidden") if found else None


@dataclass(frozen=True)
class BodyLimit(RefusalFault):
    """Refuses bodies of more bytes with 413, as a proxy does: in HTML, or in the API's shape."""

    name = "body_limit"
    most: int = param(Integer(1), 2**20, key="bytes")
    body: str = param(Choice(("html", "json")), "html")

    def refusal(self, request: MessagesRequest) -> Script | None:
        """Return a refusal where the body is larger."""
        if request.body_bytes <= self.most:
            return None
        if self.body == "json":
            return error_script(413, "Request exceeds the maximum size")
        return _page(413, "413 Request Entity Too Large")


def _holds(value: Any, names: list[str]) -> bool:
    """Return True where there is something at the end of these names, in any item of the lists on the way."""
    if not names:
        return True
    if isinstance(value, list):
        return any(_holds(item, names) for item in value)
    return isinstance(value, Mapping) and names[0] in value and _holds(value[names[0]], names[1:])


def _page(code: int, title: str) -> Script:
    page = f"<html>\n<head><title>{title}</title></head>\n<body><center><h1>{title}</h1></center></body>\n</html>\n"
    return (ResponseHead(code, (("content-type", "text/html"),)), Send(page.encode()))
