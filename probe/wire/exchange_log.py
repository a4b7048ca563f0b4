"""The exchanges of a tap: kept until their call is over, or told to a recording."""

from dataclasses import dataclass, field

from probe.model.request_kind import RequestKind
from probe.wire.exchange_record import Clean, Record
from probe.wire.limits import WireLimits
from probe.wire.memory_budget import MemoryBudget
from probe.wire.recording_feed import RecordingFeed


@dataclass
class Log:
    """The exchanges of the call that goes on, in order of arrival. `base_path` is the path of the target's base URL.

    With a feed they are told to a recording instead, and forgotten when they end. `begun` counts them.
    """

    clean: Clean
    limits: WireLimits
    keep_bodies: bool = False
    base_path: str = ""
    feed: RecordingFeed | None = None
    begun: int = 0
    memory: MemoryBudget = field(default_factory=MemoryBudget)
    records: list[Record] = field(default_factory=list)

    @property
    def awaits_answer(self) -> bool:
        """True while a request for an answer is open."""
        return any(record.end is None and record.kind is RequestKind.MAIN for record in self.records)

    def take(self, *, last: bool) -> list[Record]:
        """Remove the exchanges of the call that ends, and return them.

        Unless it is the `last`, requests beside the answer that are still open stay for the next call.
        """
        taken: list[Record] = []
        staying: list[Record] = []
        for record in self.records:
            stays = not last and record.end is None and record.kind is not RequestKind.MAIN
            records = staying if stays else taken
            records.append(record)
            record.sequence = len(records)
        self.records = staying
        return taken

    def begin(self, connection: int) -> Record:
        """Return the record of a new exchange."""
        if self.feed is not None:
            self.begun += 1
            return Record(self.begun, connection, self.clean)
        record = Record(len(self.records) + 1, connection, self.clean)
        self.records.append(record)
        return record
