"""When a call that was refused may be tried again."""

from datetime import datetime

from probe.diagnose.wire import main_exchanges
from probe.model.observation import Observation
from probe.retry_time import retry_time


def retry_at(seen: Observation) -> datetime | None:
    """As the last attempt was told, by its headers or its words; without a recorder, as the client passes it on."""
    if seen.exchanges is not None:
        mains = main_exchanges(seen.exchanges)
        return mains[-1].retry_at if mains else None
    said = seen.words.result.text if seen.words.result else None
    return retry_time({}, said or "", seen.ended_at)
