"""Build observations from what a client has printed: redacted, and parsed."""

from collections.abc import Iterable

from probe.drivers.client_output import parse_client_output
from probe.drivers.process import Finished, Output
from probe.drivers.split_secrets import redact_split
from probe.model.client import ClientOutput
from probe.model.observation import Observation
from probe.redact import Redactor


def observed(argv: tuple[str, ...], finished: Finished, redactor: Redactor) -> Observation:
    """Return the observation of a process that has made one call."""
    stdout = redacted_output(finished.stdout, redactor)
    return Observation(
        argv=tuple(redactor.text(word) for word in argv),
        started_at=finished.started_at,
        ended_at=finished.ended_at,
        wall_ms=finished.wall_s * 1000,
        return_code=finished.return_code,
        signal=finished.signal_name,
        timed_out=finished.timed_out,
        cancelled=finished.cancelled,
        words=parsed_output(stdout, finished.stdout),
        stdout=stdout,
        stderr=redacted_output(finished.stderr, redactor),
        output_truncated=finished.stdout.truncated or finished.stderr.truncated,
        leftovers=finished.leftovers,
        cpu_ms=milliseconds(finished.cpu_user_s, finished.cpu_system_s),
        max_rss_bytes=finished.max_rss_bytes,
    )


def redacted_output(output: Output, redactor: Redactor) -> bytes:
    """Return the whole lines of an output without secrets."""
    return redact_split(redactor.data(_whole_lines(output)), redactor)


def redacted_bodies(
    bodies: Iterable[tuple[int, bytes, bytes]], redactor: Redactor
) -> tuple[tuple[int, bytes, bytes], ...]:
    """Return recorded bodies without the secrets that an upstream says back in pieces."""
    return tuple((number, sent, redact_split(answer, redactor)) for number, sent, answer in bodies)


def parsed_output(stdout: bytes, raw: Output) -> ClientOutput:
    """Parse redacted stdout, with the arrival times of the raw lines, since redaction keeps line breaks."""
    starts = [0]
    for line in raw.data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)

    def arrival_ms(number: int) -> float:
        return round(raw.arrival_s(min(starts[number + 1], len(raw.data)) - 1) * 1000, 3)

    return parse_client_output(stdout, arrival_ms)


def milliseconds(*seconds: float | None) -> float | None:
    """Return the sum of those that are known; None where none is."""
    known = [second for second in seconds if second is not None]
    return sum(known) * 1000 if known else None


def _whole_lines(output: Output) -> bytes:
    """Return the output without an incomplete last line, in which a secret that is cut off could not be found."""
    if not output.truncated:
        return output.data
    return output.data[: output.data.rfind(b"\n") + 1]
