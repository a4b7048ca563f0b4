"""The output of `probe --version`: what a report of a defect needs to name."""

import platform
from collections.abc import Iterator, Mapping

from probe import __version__
from probe.cli.defects import error_text
from probe.drivers.claude_print import found_client
from probe.errors import ProbeError
from probe.texts import Texts


def version_lines(environment: Mapping[str, str], texts: Texts) -> Iterator[str]:
    """Yield the versions of probe, of the client that is found without an option, of Python and of the system."""
    yield f"probe {__version__}"
    yield _client_line(environment, texts)
    yield f"Python {platform.python_version()}, {platform.platform()}"


def _client_line(environment: Mapping[str, str], texts: Texts) -> str:
    """Return the client's version, or why there is none: that is no reason to fail."""
    try:
        with found_client(None, environment, keep=False) as (client, _):
            version = client.info.version or texts("version.client.unknown")
            return texts("version.client", version=version, source=client.info.source)
    except ProbeError as error:
        return texts("version.no_client", problem=error_text(error))
