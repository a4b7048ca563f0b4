"""The files of a round in its directory: their names, and which of them stay.

The output and the exchanges of a call are written as it ends, so that nothing is lost with this process. When its round
has finished, the summary holds the exchanges, and of a call that went well the output as far as anybody needs it.
"""

from collections.abc import Iterator

from probe.model.call import Call
from probe.model.events import CallFinished
from probe.model.run_manifest import Options


def stdout_name(label: str) -> str:
    """Return the name of the file with a call's standard output."""
    return f"{label}.stdout.txt"


def stderr_name(label: str) -> str:
    """Return the name of the file with a call's standard error."""
    return f"{label}.stderr.txt"


def exchanges_name(label: str) -> str:
    """Return the name of the file with a call's exchanges, a line each, of a round that has not finished."""
    return f"{label}.exchanges.jsonl"


def body_names(label: str, sequence: int) -> tuple[str, str]:
    """Return the names of the files with the bodies of an exchange's request and response."""
    return f"{label}.{sequence:03d}.request", f"{label}.{sequence:03d}.response"


def keeps_output(call: Call, options: Options) -> bool:
    """Return True where all that the client printed stays: for a call that failed or recovered, or where asked for."""
    return options.keep_output or not (call.ok and call.clean)


def lasting_files(event: CallFinished, options: Options) -> Iterator[tuple[str, bytes]]:
    """Yield names and content of a call's files that stay when its round has finished."""
    if keeps_output(event.call, options):
        yield stdout_name(event.call.label), event.stdout
        yield stderr_name(event.call.label), event.stderr
    for sequence, *bodies in event.bodies:
        yield from zip(body_names(event.call.label, sequence), bodies, strict=True)


def passing_files(event: CallFinished, options: Options) -> Iterator[tuple[str, bytes]]:
    """Yield names and content of a call's files that the summary of its round takes the place of."""
    if not keeps_output(event.call, options):
        yield stdout_name(event.call.label), event.stdout
        yield stderr_name(event.call.label), event.stderr
    if event.exchanges is not None:
        lines = [exchange.model_dump_json(exclude_defaults=True) + "\n" for exchange in event.exchanges]
        yield exchanges_name(event.call.label), "".join(lines).encode()
