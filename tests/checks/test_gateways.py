"""Answers of what stands before an upstream: who gave them, who has to act, and what is no bot check."""

import pytest

from probe.checks.gateways import gateway_of, gateway_words, is_challenge
from probe.texts import Texts
from tests.checks.web_pages import ALIYUN, ATTENTION, CHALLENGE, DETECTIONS, ELB, HAPROXY, NGINX, TENCENT, TIMEOUT_524

PAGES = [(HAPROXY, False), (NGINX, False), (ELB, False), (DETECTIONS, False), (TIMEOUT_524, False), (b"captcha", False)]
PAGES += [(ATTENTION, True), (CHALLENGE, True), (ALIYUN, True), (TENCENT, True)]


@pytest.mark.parametrize(("page", "is_one"), PAGES)
def test_a_bot_check_has_marks(page: bytes, is_one: bool) -> None:
    assert is_challenge({}, page) is is_one


def test_who_answers_is_told_by_header_or_words() -> None:
    assert gateway_of("nginx/1.22.1", "") == "nginx"
    assert Texts().words(gateway_words(gateway_of("awselb/2.0", ""))) == "an AWS load balancer"
    assert gateway_of("cloudflare", HAPROXY.decode()) == "HAProxy"
    assert gateway_of("uvicorn", "it broke") is None
