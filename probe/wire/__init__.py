"""The recorder: it passes on the bytes of a call unchanged, and reads a copy of them."""

from probe.wire.call_tap import CallTap
from probe.wire.limits import RECORDING_LIMITS, WireLimits
from probe.wire.recorder import Recorder

__all__ = ["RECORDING_LIMITS", "CallTap", "Recorder", "WireLimits"]
