"""Captured requests of a client, with placeholders for values that differ from call to call."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field, JsonValue

from probe.model.base_models import SCHEMA_VERSION, Lenient
from probe.model.choices import Workload
from probe.model.request_kind import RequestKind


class CapturedRequest(Lenient):
    """One request. `path` is relative to the base URL; headers stand in the order in which they were sent.

    `body` is the parsed JSON, or else `text` what it reads as. `body_bytes` counts it with its placeholders.
    """

    call: str
    kind: RequestKind
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = Field(repr=False)
    body: JsonValue = Field(None, repr=False)
    text: str | None = Field(None, repr=False)
    body_bytes: int = 0

    @property
    def label(self) -> str:
        return f"{self.call} {self.kind}"


class Capture(Lenient):
    """The requests of one client. Two captures of the same version and settings are equal."""

    schema_version: int = SCHEMA_VERSION
    file: Literal["capture"] = "capture"
    client_version: str | None = None
    workload: Workload = Workload.FULL
    model: str
    environment: dict[str, str] = Field(default_factory=dict, description="what --env added, as it may be shown")
    expects: str | None = Field(None, description="the answer that the main request asks for")
    requests: tuple[CapturedRequest, ...]

    @property
    def main(self) -> CapturedRequest | None:
        """The first request for an answer."""
        return next((each for each in self.requests if each.kind is RequestKind.MAIN), None)

    def digest(self) -> str:
        """Twelve hex digits that differ when the main request does."""
        text = self.main.model_dump_json() if self.main else ""
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class FilledRequest:
    """A captured request with all placeholders filled, ready to be sent."""

    method: str
    path: str
    headers: dict[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


class Sized(Lenient):
    """A part of a request: how many bytes of JSON it is, and a digest that tells it from another of that size."""

    name: str
    size: int
    digest: str = Field(repr=False)
    note: str = ""


class RequestSummary(Lenient):
    """A request in figures. `settings` are the keys of the body that are no parts of their own, as compact JSON."""

    call: str
    kind: RequestKind
    method: str
    path: str
    body_bytes: int
    headers: dict[str, str]
    betas: tuple[str, ...] = ()
    user_id_form: Literal["old", "json", "other"] | None = None
    user_id: str | None = None
    tools: tuple[Sized, ...] = ()
    system: tuple[Sized, ...] = ()
    messages: tuple[Sized, ...] = ()
    cache_control: tuple[str, ...] = ()
    settings: dict[str, str] = Field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.call} {self.kind}"


class RequestDifference(Lenient):
    """A difference in one part; a side is None where that has no such part."""

    part: str
    name: str
    before: str | None = None
    after: str | None = None


class RequestDiff(Lenient):
    """The differences of two corresponding requests; `only_in` names the capture that alone has this one."""

    request: str
    only_in: Literal["a", "b"] | None = None
    differences: tuple[RequestDifference, ...] = ()


class CaptureDiff(Lenient):
    """The differences of two captures: in how they were made, and request by request."""

    client_versions: tuple[str | None, str | None]
    making: tuple[RequestDifference, ...] = ()
    requests: tuple[RequestDiff, ...] = ()

    @property
    def equal(self) -> bool:
        return not self.making and not self.requests
