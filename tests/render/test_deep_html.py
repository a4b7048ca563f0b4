"""The page of a deep check."""

import re

import pytest

from probe.model.choices import Language
from probe.render.deep_html import render_deep_html
from probe.texts import Texts
from tests.parsed_page import ParsedPage
from tests.render.deep_samples import two_targets


@pytest.mark.parametrize("language", list(Language))
def test_the_page_leads_to_each_target_and_each_id_is_unique(language: Language) -> None:
    html = render_deep_html(two_targets(), Texts(language))
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    links = re.findall(r' href="#([^"]+)"', html)
    assert {"t1", "t2"} <= set(links) <= set(ids)
    page = ParsedPage(html)
    assert page.loaded == []
    assert page.language == {"en": "en", "zh": "zh-CN"}[language.value]
