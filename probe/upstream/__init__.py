"""The embedded upstream: an Anthropic Messages API on loopback that goes wrong on demand.

A program that has faults of its own puts their classes into FAULTS by their names, before it measures.
"""

from probe.upstream.embedded import DEFAULT_MODELS, EmbeddedUpstream
from probe.upstream.faults import FAULTS
from probe.upstream.faults.fault import AnswerFault, Fault, WireFault
from probe.upstream.schedule import Schedule, ScheduledFault
from probe.upstream.served import Ended, ServedRequest
from probe.upstream.spec import describe_params, describe_schedule, parse_fault

__all__ = [
    "DEFAULT_MODELS",
    "FAULTS",
    "AnswerFault",
    "EmbeddedUpstream",
    "Ended",
    "Fault",
    "Schedule",
    "ScheduledFault",
    "ServedRequest",
    "WireFault",
    "describe_params",
    "describe_schedule",
    "parse_fault",
]
