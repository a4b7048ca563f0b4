"""`probe bundle`: one file for the operator of a relay."""

import os
import socket
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.common import put, say
from probe.cli.language import present_texts
from probe.cli.options import DEFAULT_OUT, OutOption, RunArgument
from probe.errors import UsageError

EXAMPLES = """\b
Examples:
  probe bundle
  probe bundle latest~1 --output for-the-operator.zip"""


def bundle(
    run: RunArgument = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here. (default: probe-RUN.zip in this directory)")
    ] = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Write one redacted zip for the operator of a relay.

    It has the report in English and Chinese, every failed or recovered call with its requests, and a message ready to
    send; of a group all vantages and drivers, and how they compare. Tokens of the environment and of probe.toml, paths,
    users and this machine's name are taken out once more.
    """
    from probe.reporting.anonymise import Anonymiser
    from probe.reporting.find_runs import find_run
    from probe.reporting.local_secrets import local_secrets
    from probe.reporting.operator_bundle import manifest_to_send, operator_bundle, places_of_operator
    from probe.reporting.write_reports import require_folder
    from probe.store import write_output
    from probe.units import format_bytes

    if output == Path("-"):
        raise UsageError("a zip is no text for a terminal", key="--output -", remedy="Name a file: --output FILE.zip.")
    path = find_run(run, out)
    found = places_of_operator(path)
    manifest = manifest_to_send(found[0])
    run_id = manifest.run_id if len(found) == 1 else path.resolve().name
    file = output or Path(f"probe-{run_id.replace('/', '-')}.zip")
    require_folder(file)
    secrets = local_secrets(os.environ, Path.cwd(), manifest.options.config)
    data = operator_bundle(found, Anonymiser(secrets, os.environ, socket.gethostname()), file.stem)
    write_output(file, data)
    texts = present_texts()
    put(texts("bundle.written", file=file, size=format_bytes(len(data))))
    say(texts("bundle.next" if len(found) == 1 else "bundle.next.folders"))
