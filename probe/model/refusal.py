"""The outcome of an error by what it says, whatever its status."""

from probe.model.outcome import Outcome
from probe.quota import Quota, quota_in

USAGE_LIMIT = Quota.USAGE_LIMIT.value
"""The cause of a `rate_limited` call that has to wait until its account's limit is reset."""


def outcome_of_words(text: str) -> tuple[Outcome, str | None] | None:
    """The outcome and cause that an error's text tells more truly than its status; None where it tells none."""
    quota = quota_in(text)
    if quota is None:
        return None
    return (Outcome.BILLING, None) if quota is Quota.MONEY else (Outcome.RATE_LIMITED, USAGE_LIMIT)
