"""An upstream at the centre, which all vantages reach at one address, as they would reach a relay."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from probe.upstream import ServedRequest, parse_fault
from probe.upstream.app import UpstreamApp
from probe.upstream.server import ServerThread
from tests.fleet.namespaces import CENTRE, Machines

PORT = 8080
BASE_URL = f"http://{CENTRE}:{PORT}"
MODEL = "probe-embedded-1"
_EVENT_GAP_S = 0.001


@contextmanager
def relay_at_centre(network: Machines, *faults: str) -> Iterator[deque[ServedRequest]]:
    """Serve the embedded upstream with these faults at `BASE_URL`; yield what it has served, in the order of ends."""
    served: deque[ServedRequest] = deque()
    scheduled = [parse_fault(text) for text in faults]
    app = UpstreamApp(scheduled, [MODEL], served.append, _EVENT_GAP_S)
    server = ServerThread(app, network.centre.listener(CENTRE, PORT))
    server.start()
    try:
        yield served
    finally:
        server.stop()
