"""Findings are made from what was observed: only the modules that observe do I/O."""

from tests.test_rings import NO_IO, all_imports

IO = NO_IO | {"asyncio", "ssl", "time", "threading"}
OBSERVERS = {"checks/client_settings.py", "checks/protocols.py", "checks/try_connection.py"}
WITH_CLOCK = {"checks/api_client.py", "checks/time_budget.py"}


def test_only_the_modules_that_observe_do_io() -> None:
    imports = [each for each in all_imports() if each.place == "checks"]
    found = {each.path for each in imports if each.module.partition(".")[0] in IO}
    assert found == OBSERVERS | WITH_CLOCK
