from probe.web_page import summary_of, title_of, words_of

HAPROXY = b"<html><body><h1>503 Service Unavailable</h1>\nNo server is available.\n</body></html>"
MAINTENANCE = "<html><head><title>系统维护中</title></head><body>请稍后</body></html>"


def test_a_page_is_read_as_a_person_reads_it() -> None:
    assert words_of(HAPROXY) == "503 Service Unavailable No server is available."
    assert title_of(b"<title>502 &amp; gone</title>") == "502 & gone"
    assert title_of(HAPROXY) == ""


def test_a_page_is_read_in_the_encoding_that_it_declares() -> None:
    page = MAINTENANCE.encode("gbk")
    assert summary_of(page, "text/html; charset=gbk") == "系统维护中: 请稍后"
    assert title_of(b'<meta charset="gb2312">' + page) == "系统维护中"
    for unknown in ("text/html", "text/html; charset=klingon", "text/html; charset=base64", None):
        assert summary_of(MAINTENANCE.encode(), unknown) == "系统维护中: 请稍后"


def test_a_short_page_is_told_whole_and_a_long_one_by_its_title() -> None:
    assert summary_of(HAPROXY) == "503 Service Unavailable No server is available."
    long = b"<html><title>Portal</title><body>" + b"word " * 99
    assert summary_of(long) == "Portal"
    assert summary_of(b"<html><title>Gone</title><body><h1>Gone</h1>for good") == "Gone for good"
