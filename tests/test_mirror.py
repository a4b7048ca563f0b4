"""Modules that decide much have a test file of their name, so that who changes one finds its tests."""

from tests.mirror import modules_without_a_test_file

MOST_BRANCHES = 8
HELD_BY_WIDER_TESTS = {
    "probe.drivers.orphans_macos",
}
"""Tests of commands, of reports in all formats and of fleets hold these. The list may only become shorter."""


def test_a_module_that_decides_much_has_a_test_file_of_its_name() -> None:
    assert without_a_test_file() - HELD_BY_WIDER_TESTS == set()


def test_a_module_that_has_got_a_test_file_leaves_the_list() -> None:
    assert HELD_BY_WIDER_TESTS - without_a_test_file() == set()


def without_a_test_file() -> set[str]:
    return {module for _, module in modules_without_a_test_file(MOST_BRANCHES)}
