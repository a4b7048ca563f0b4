"""A recording of a person's own work: where it went and how it was made, without secrets."""

from typing import Literal

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Lenient, Utc
from probe.model.run_manifest import ClientInfo, MachineInfo


class RecordedManifest(Lenient):
    """The provenance of a recording, which is never pooled with scripted runs."""

    schema_version: int = SCHEMA_VERSION
    kind: Literal["recorded"] = "recorded"
    run_id: str
    created_at: Utc
    probe_version: str
    name: str | None = Field(None, description="the user's own name for it")
    target: str | None = Field(None, description="the name of the target, where one was named")
    base_url: str = Field(description="of the upstream, without user and password")
    way: str | None = Field(None, description="`direct`, or the proxy's host and port")
    command: tuple[str, ...] = Field((), description="the command line, redacted; empty where none was started")
    listen: str | None = Field(None, description="host and port, where it listened for programs started elsewhere")
    client: ClientInfo | None = Field(None, description="the client, where it is known before it asks")
    machine: MachineInfo
    keeps_bodies: bool = False
