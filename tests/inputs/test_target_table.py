"""Tables of targets as they are written: any text comes back as it was, and what is in a file stays."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.errors import UsageError
from probe.inputs.labels import as_label, host_label, unlike
from probe.inputs.load_config import OWN_NAMES
from probe.inputs.target_table import TargetTable, added
from probe.model.base_models import LABEL

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(TEXTS, st.dictionaries(TEXTS, TEXTS, min_size=1), TEXTS)
def test_every_text_comes_back(value: str, table: dict[str, str], remark: str) -> None:
    text = str(TargetTable("a", {"model": value, "env": table}, above=[remark], below=[remark]))
    assert tomllib.loads(text) == {"targets": {"a": {"model": value, "env": table}}}


@given(st.text())
def test_a_label_is_one_or_none(text: str) -> None:
    label = as_label(text)
    assert label == "" or (LABEL.fullmatch(label) and label not in OWN_NAMES)
    assert LABEL.fullmatch(host_label(f"http://{text}"))


@pytest.mark.parametrize(
    ("text", "label"), [("Kimi K2", "kimi-k2"), ("智谱", ""), ("4o", "at-4o"), ("Embedded", "at-embedded")]
)
def test_labels(text: str, label: str) -> None:
    assert as_label(text) == label


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert unlike("a", ["b"]) == "a"
    assert unlike("a", ["a", "a-2"]) == "a-3"
    assert unlike("x" * 32, ["x" * 32]) == "x" * 30 + "-2"


TABLE = TargetTable("b", {"base_url": "http://b", "model": "m"})
WRITTEN = '[targets.b]\nbase_url = "http://b"\nmodel = "m"\n'


@pytest.mark.parametrize(
    ("before", "between"), [("", ""), ("# mine", "\n\n"), ("fail_on = []\n", "\n"), ("[targets]\n", "\n")]
)
def test_tables_are_added_at_the_end(before: str, between: str) -> None:
    assert added(before, [TABLE], Path("probe.toml")) == before + between + WRITTEN


@pytest.mark.parametrize("before", ["targets = {}\n", WRITTEN, "x = '''\n"])
def test_a_text_that_could_not_be_read_any_more_is_refused(before: str) -> None:
    with pytest.raises(UsageError, match=r"probe\.toml: no table can be added at its end: is not TOML"):
        added(before, [TABLE], Path("probe.toml"))
