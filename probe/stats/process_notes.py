"""Remarks on calls that go on in the client process of the call before."""

from collections.abc import Iterator

from probe.model.choices import ISOLATED, Session
from probe.model.note import Note, NoteCode
from probe.model.outcome import Flag
from probe.model.run_manifest import Manifest
from probe.stats.frame import Frame


def process_notes(calls: Frame, manifest: Manifest | None) -> Iterator[Note]:
    """Yield which steps went on in a process, and how many of their calls used a connection that was open already."""
    if manifest is None or manifest.driver not in ISOLATED:
        return
    for step in manifest.scenario.steps:
        of_step = calls.of_step(step.label)
        going_on = of_step.where(of_step.are("recorded") & ~of_step.flagged(Flag.PROCESS_RESTARTED))
        if step.session is Session.LIVE and len(going_on):
            values = {"label": step.label, "count": int(going_on.are("reused").sum()), "n": len(going_on)}
            yield Note(code=NoteCode.LIVING_PROCESS, values=values)
