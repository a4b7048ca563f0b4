"""The rows of a table of pairs."""

import re

from probe.model.choices import Language
from probe.render import sentences as say
from probe.render.pair_rows import pair_rows
from probe.texts import Texts
from tests.render.sections import (
    cold_section,
)


def test_what_is_joined_in_chinese_has_no_half_width_signs() -> None:
    """In cells with several values, and in where the figures come from."""
    texts = Texts(Language.ZH)
    made = cold_section()
    assert made.pairs
    told = [value for _, value in (*pair_rows(made, made.pairs, texts), *say.facts(made, texts))]
    assert [
        value for value in told if re.search(r"[;,(] ?| \(|[\u4e00-\u9fff][,;:]", value.replace("x86_64", ""))
    ] == []
