"""The recorder: what a call does on the wire, seen without being touched."""

from probe.wire.limits import WireLimits
from probe.wire.recorder import CallTap, Recorder

__all__ = ["CallTap", "Recorder", "WireLimits"]
