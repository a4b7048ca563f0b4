"""All faults of the embedded upstream.

To add one, write a class in the file for its kind: an `AnswerFault` with `rewrite`, a `WireFault` with `stage` and
`rewire`, a `ForwardFault`, a `RefusalFault` or a `CountFault`; its fields with `param` are what a spec can set. Then
put the class into `_CLASSES`.
"""

from probe.upstream.faults.body import BadJson, BadSse, ErrorEvent, NotStreamed, NoUsage, Truncate
from probe.upstream.faults.content import (
    EmptyText,
    Garbled,
    OnlyThinking,
    StopReason,
    ToolUse,
    WrongModel,
    WrongText,
)
from probe.upstream.faults.fault import Fault
from probe.upstream.faults.grammar import OrphanDelta, UnclosedBlock
from probe.upstream.faults.http import (
    BadGzip,
    Empty200,
    Html200,
    Redirect,
    Refusal200,
    ResetFault,
    ShortBody,
    Status,
    UnlabelledGzip,
)
from probe.upstream.faults.idle_connection import CloseIdle
from probe.upstream.faults.misreporting import CountFactor, ErrorShape, ThinkingSignature, UsageFactor
from probe.upstream.faults.prompt_caching import NoCache
from probe.upstream.faults.refusing import BodyLimit, Firewall, RefuseBeta, RefuseField, RefuseSystemRole
from probe.upstream.faults.relaying import DropField, DropPictures, DropThinking, HiddenPrompt, ShortContext
from probe.upstream.faults.timing import BodyNeverEnds, ColdStart, FakeStream, HangFault, PingOnly, SlowDrip, Stall
from probe.upstream.faults.tool_faults import ToolArguments, ToolCalls, ToolPieces

_CLASSES: tuple[type[Fault], ...] = (
    ColdStart,
    HangFault,
    Stall,
    PingOnly,
    Status,
    ResetFault,
    Truncate,
    ErrorEvent,
    BadJson,
    BadSse,
    BadGzip,
    Html200,
    Refusal200,
    Empty200,
    FakeStream,
    SlowDrip,
    NotStreamed,
    NoUsage,
    WrongModel,
    WrongText,
    EmptyText,
    StopReason,
    OnlyThinking,
    Garbled,
    UnclosedBlock,
    OrphanDelta,
    ShortBody,
    BodyNeverEnds,
    UnlabelledGzip,
    ToolUse,
    Redirect,
    CloseIdle,
    NoCache,
    DropField,
    DropPictures,
    DropThinking,
    HiddenPrompt,
    ShortContext,
    RefuseField,
    RefuseBeta,
    RefuseSystemRole,
    Firewall,
    BodyLimit,
    ErrorShape,
    UsageFactor,
    CountFactor,
    ThinkingSignature,
    ToolArguments,
    ToolCalls,
    ToolPieces,
)
FAULTS: dict[str, type[Fault]] = {cls.name: cls for cls in _CLASSES}
