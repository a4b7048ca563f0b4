"""Remarks of a report that are put into words, in the reader's language, by a renderer."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import Frozen


class NoteCode(StrEnum):
    """The kind of a remark. The comment lists the values that come with it."""

    # about the data
    ORIGINAL_SCRIPT = "original_script"  # -
    NO_MANIFEST = "no_manifest"  # -
    INCOMPLETE = "incomplete"  # finished, planned, reason (an EndReason, or `cut_off`), perhaps why
    UNREADABLE = "unreadable"  # what, count
    MACHINE_SHARED = "machine_shared"  # concurrency, cpus
    MACHINE_BUSY = "machine_busy"  # busy, n, load, cpus
    QUOTA_ENDED = "quota_ended"  # round, since (text: a time in UTC), count, n
    RETRY_AT = "retry_at"  # when (text: a time in UTC), wait_ms
    # seen in the series of calls
    OUTLIERS = "outliers"  # label, count, rounds (text: the first ten)
    TWO_CLUSTERS = "two_clusters"  # label, low_ms, high_ms (medians of both), high_share
    DRIFT = "drift"  # label, direction (`slower` | `faster`), tau, p
    AUTOCORRELATION = "autocorrelation"  # label, r, p: slow calls in a row
    ALTERNATION = "alternation"  # label, r, p: slow and fast calls by turns
    BURSTS = "bursts"  # label, failed, n, p
    EVERY_NTH = "every_nth"  # period, failed, n, others_failed: failures follow the number of the request
    CACHE_NOT_READ = "cache_not_read"  # label, count, n: calls that repeat a prompt and read none of it from the cache
    CACHED_ANSWERS = "cached_answers"  # count, n (calls)
    LIVING_PROCESS = "living_process"  # label, count, n: calls on a connection of the call before, of those recorded
    EXTRA_CALLS = "extra_calls"  # count, label: calls beside the script, to tell order from coldness
    # what the data cannot tell
    FEW_PAIRS = "few_pairs"  # n
    NO_FAILURES_SEEN = "no_failures_seen"  # n, high_share (the 95 % bound)
    USAGE_UNKNOWN = "usage_unknown"  # count, n: answered calls of whose tokens nobody said anything
    NOT_RECORDED = "not_recorded"  # count: calls without a record of the wire
    CAUSE_UNKNOWN = "cause_unknown"  # count: failed calls whose cause is not known
    PREFLIGHT = "preflight"  # idle_ms: from the preflight to the first call
    LITTLE_IDLE = "little_idle"  # idle_ms: the median idle time before first calls
    NO_CONTROL = "no_control"  # -
    PASSING_OUTAGE = "passing_outage"  # gap (text): an outage that passes would look the same
    MARGIN_HIDES = "margin_hides"  # count, n, low_ms, high_ms, margin (text): a smaller margin would make it COLD
    TIMEOUT_HIDES = "timeout_hides"  # count, timeout_ms: calls cut off there might have come, or not
    CUT_OFF = "cut_off"  # count: the same of calls whose timeout is not known
    EMBEDDED = "embedded"  # -
    ORDER_NOT_TOLD = "order_not_told"  # -
    FROM_THE_REQUEST = "from_the_request"  # -: second calls go on in the client process of the first
    OTHER_EXPECTED = "other_expected"  # label, outcome: the second call is expected to be refused
    # comparing and pooling
    MACHINE_DIFFERS = "machine_differs"  # base, candidate
    CLIENT_DIFFERS = "client_differs"  # base, candidate
    SCENARIO_DIFFERS = "scenario_differs"  # base, candidate
    SETTING_DIFFERS = "setting_differs"  # name, base, candidate
    COMPARED_WITH_FIRST = "compared_with_first"  # n (targets), base (the first)
    DRIVER_DIFFERS = "driver_differs"  # base, candidate; one of them is plain HTTP
    CLIENT_DRIVER_DIFFERS = "client_driver_differs"  # base, candidate; both run the client
    NO_COMMON_STEP = "no_common_step"  # base, candidate (text: their steps)
    NOT_POOLED = "not_pooled"  # run, other, names (text: which settings differ)


ABOUT_THE_DATA = frozenset(
    {
        NoteCode.ORIGINAL_SCRIPT,
        NoteCode.NO_MANIFEST,
        NoteCode.INCOMPLETE,
        NoteCode.UNREADABLE,
        NoteCode.MACHINE_SHARED,
        NoteCode.MACHINE_BUSY,
        NoteCode.QUOTA_ENDED,
        NoteCode.RETRY_AT,
    }
)
"""Remarks that limit all that a report says, and so stand at its top."""


class Note(Frozen):
    """A remark. Names of values that end in `_ms` are durations, in `_share` shares of 1."""

    code: NoteCode
    values: dict[str, str | int | float] = Field(default_factory=dict)
