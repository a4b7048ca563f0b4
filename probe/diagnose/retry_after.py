"""Find the time at which a refused call may be made again."""

from datetime import datetime

from probe.diagnose.exchange_failures import main_exchanges
from probe.model.observation import Observation
from probe.retry_time import retry_time


def retry_at(observation: Observation) -> datetime | None:
    """Return the time given to the last attempt, by headers or words; without a recorder, by the client's result."""
    if observation.exchanges is not None:
        attempts = main_exchanges(observation.exchanges)
        return attempts[-1].retry_at if attempts else None
    text = observation.words.result.text if observation.words.result else None
    return retry_time({}, text or "", observation.ended_at)
