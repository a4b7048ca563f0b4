"""The use of the prompt cache: what share of a prompt was read from it, and where that was to be expected."""

import numpy as np

from probe.model.prompt_prefix import LIFETIME_S
from probe.model.statistics import PromptCacheUse
from probe.stats.durations import t_interval
from probe.stats.frame import Frame
from probe.stats.frame_columns import Floats


def repeated_prompts(calls: Frame) -> Frame:
    """Return the calls whose prompt begins as that of an answered call within the cache's lifetime before it did."""
    prefix, started_s = calls["prefix"], calls["started_s"]
    answered = np.flatnonzero(~np.isnan(prefix) & ~np.isnan(calls["input"]))
    in_order = answered[np.lexsort((started_s[answered], prefix[answered], calls["run"][answered]))]
    before, after = in_order[:-1], in_order[1:]
    ended_s = started_s[before] + calls["wall_ms"][before] / 1000
    idle_s = started_s[after] - ended_s
    is_same = (prefix[before] == prefix[after]) & (calls["run"][before] == calls["run"][after])
    return calls.where(np.sort(after[is_same & (idle_s >= 0) & (idle_s <= LIFETIME_S)]))


def cache_use(calls: Frame, repeated: Frame) -> PromptCacheUse | None:
    """Return what these calls read from the cache; None where the upstream says it of none of them.

    `repeated` are those of them that `repeated_prompts` returns.
    """
    shares, expected = _read_shares(calls), _read_shares(repeated)
    if not len(shares):
        return None
    return PromptCacheUse(
        read_share=t_interval(shares, least=0.0, most=1.0),
        expected=len(expected),
        expected_unread=int(np.count_nonzero(expected == 0)),
    )


def _read_shares(calls: Frame) -> Floats:
    """Return the share of each prompt's tokens that was read from the cache, where the upstream says it."""
    known = calls.where(~np.isnan(calls["input"]) & ~np.isnan(calls["cache_read"]))
    read = known["cache_read"]
    prompt = known["input"] + read + np.nan_to_num(known["cache_creation"])
    return read[prompt > 0] / prompt[prompt > 0]
