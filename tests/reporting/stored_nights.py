"""Nights of a target, told by how many of its first calls failed."""

from datetime import timedelta

from probe.model.night import Night
from probe.stats.night_baseline import judge_night, night_of
from tests.builders import START, manifest
from tests.stats.sections import section, step


def nights(*failed: int) -> list[Night]:
    """Return a night for each number, of 30 rounds."""
    found: list[Night] = []
    for number, k in enumerate(failed):
        run = manifest(run_id=f"night-{number}", created_at=START + timedelta(days=number))
        found.append(judge_night(night_of(section(step(n=30, failed=k), step("call2", n=30)), run), found))
    return found
