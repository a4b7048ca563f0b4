"""Redaction: a secret must not survive in any encoding in which a program may print it, at any position."""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.redact import MARK, Redactor, environment_secrets, looks_secret, mask, request_secrets, url_secrets

KEY = "zq/CAN+ARY7f3a+9e5b1c2d=="
CANARY = 'canary/+ä"\\7f&=%é\t0123456789abcdef'
ODD = "+/=&<>'\"\\ ü😀%2B&amp;\\u002b"
PLAIN = "canary-0123456789-abcdef"


def _lower_percent(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _latin(text: str) -> bytes:
    """Encode in Latin-1, and in UTF-8 the characters that Latin-1 lacks."""
    return b"".join(letter.encode("latin-1" if letter <= "\xff" else "utf-8") for letter in text)


def _numbered(text: str, chosen: str | None, form: str) -> str:
    """Write the chosen characters (None: all) by number; JSON has two numbers for those beyond 16 bits."""
    units = [text.encode("utf-16-be")[at : at + 2] for at in range(0, len(text.encode("utf-16-be")), 2)]
    numbers = [int.from_bytes(unit, "big") for unit in units] if form.startswith("\\") else [ord(c) for c in text]
    return (
        "".join(form.format(number) if chosen is None or chr(number) in chosen else chr(number) for number in numbers)
        .encode("utf-16", "surrogatepass")
        .decode("utf-16")
    )


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "json": lambda secret: _json(secret).encode(),
    "json, slash escaped": lambda secret: _json(secret).replace("/", "\\/").encode(),
    "json, not ascii": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1].encode(),
    "json in json": lambda secret: _json(_json(secret)).encode(),
    "json in json, not ascii": lambda secret: json.dumps(
        json.dumps(secret, ensure_ascii=False)[1:-1], ensure_ascii=False
    )[1:-1].encode(),
    "url": lambda secret: quote(secret, safe="").encode(),
    "url, slash kept": lambda secret: quote(secret).encode(),
    "url, lower case": lambda secret: _lower_percent(quote(secret, safe="")).encode(),
    "url, slash kept, lower case": lambda secret: _lower_percent(quote(secret)).encode(),
    "form": lambda secret: quote_plus(secret).encode(),
    "form, lower case": lambda secret: _lower_percent(quote_plus(secret)).encode(),
    "encodeURIComponent": lambda secret: quote(secret, safe="!~*'()").encode(),
    "encodeURI": lambda secret: quote(secret, safe=";,/?:@&=+$-_.!~*'()#").encode(),
    "url, twice": lambda secret: quote(quote(secret, safe=""), safe="").encode(),
    "url of Latin-1": lambda secret: quote(_latin(secret), safe="").encode(),
    "System.Text.Json": lambda secret: _numbered(_json(secret), "+&<>'", "\\u{:04X}").encode(),
    "Go": lambda secret: _numbered(_json(secret), "&<>", "\\u{:04x}").encode(),
    "json, all escaped": lambda secret: _numbered(secret, None, "\\u{:04x}").encode(),
    "json, all escaped, upper case": lambda secret: _numbered(secret, None, "\\u{:04X}").encode(),
    "json, all escaped, in json": lambda secret: _json(_numbered(secret, None, "\\u{:04X}")).encode(),
    "json, slash escaped, in json": lambda secret: _json(_json(secret).replace("/", "\\/")).encode(),
    "json in json in json": lambda secret: _json(_json(_json(secret))).encode(),
    "html": lambda secret: html.escape(secret).encode(),
    "html, all by number": lambda secret: _numbered(secret, None, "&#{};").encode(),
    "html, all by hexadecimal number": lambda secret: _numbered(secret, None, "&#x{:x};").encode(),
    "html, twice": lambda secret: html.escape(html.escape(secret)).encode(),
    "html in json of .NET": lambda secret: _numbered(html.escape(secret), "&+", "\\u{:04X}").encode(),
    "json in html": lambda secret: html.escape(_json(secret)).encode(),
    "json in a url": lambda secret: quote(_json(secret), safe="").encode(),
    "url in json": lambda secret: _json(quote(secret, safe="")).encode(),
    "python": lambda secret: repr(f'"{secret}"')[2:-2].encode(),
    "python, ascii": lambda secret: ascii(secret)[1:-1].encode(),
    "python, bytes": lambda secret: repr(secret.encode())[2:-1].encode(),
    "python in json": lambda secret: _json(repr(secret)[1:-1]).encode(),
    "utf-16": lambda secret: secret.encode("utf-16-le"),
    "utf-16, big end first": lambda secret: secret.encode("utf-16-be"),
}
around = st.binary(max_size=30).map(lambda data: data.replace(b"\n", b" "))
_CONTROLS = "\n\r\xad" + "".join(map(chr, range(0x80, 0xA1)))
"""Line breaks, and what Python writes by number beside letters that it writes as they are."""
secrets = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters=_CONTROLS), min_size=8, max_size=40),
    st.text('abcXYZ019-_/+=&%"\\ ', min_size=8, max_size=60),
)


def assert_no_run_left(secret_form: bytes, text: bytes, length: int = 8) -> None:
    for start in range(len(secret_form) - length + 1):
        run = secret_form[start : start + length]
        if set(run) == set(b"\\"):
            continue  # one backslash at the secret's end, escaped three times
        assert run not in text, f"{run!r} of {secret_form!r} is left in {text!r}"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("canary", [KEY, CANARY, ODD, PLAIN])
def test_a_canary_is_taken_out_in_each_encoding(encoding: str, canary: str) -> None:
    form = ENCODINGS[encoding](canary)
    assert Redactor([canary]).data(b"before " + form + b" after\n") == b"before [redacted] after\n"


@given(secret=secrets, encoding=st.sampled_from(sorted(ENCODINGS)), before=around, after=around)
@example(secret=CANARY, encoding="json in json", before=b"", after=b"")
@example(secret="00000%00", encoding="encodeURI", before=b"%", after=b"")
def test_no_run_of_a_secret_is_left(secret: str, encoding: str, before: bytes, after: bytes) -> None:
    form = ENCODINGS[encoding](secret)
    redacted = Redactor([secret]).data(before + form + after)
    # What stood around may hold a piece of the secret by chance; only the form itself must be gone.
    rest = redacted.removeprefix(before).removesuffix(after)
    assert MARK in redacted
    assert_no_run_left(form, rest)


@given(
    secret=secrets,
    before=st.binary(max_size=20),
    after=st.binary(max_size=20),
    encode=st.sampled_from([base64.b64encode, base64.urlsafe_b64encode]),
)
@example(secret=PLAIN, before=b"", after=b"", encode=base64.b64encode)
@example(secret=PLAIN, before=b"1", after=b"", encode=base64.b64encode)
@example(secret=PLAIN, before=b"12", after=b"1", encode=base64.urlsafe_b64encode)
def test_no_run_is_left_of_base64_at_any_offset(
    secret: str, before: bytes, after: bytes, encode: Callable[[bytes], bytes]
) -> None:
    plain = secret.encode()
    redacted = Redactor([secret]).data(encode(before + plain + after))
    first, last = -(-len(before) * 8 // 6), (len(before) + len(plain)) * 8 // 6
    own = encode(before + plain + after)[first:last]
    head, tail = encode(before + plain + after)[:first], encode(before + plain + after)[last:]
    assert MARK in redacted
    assert_no_run_left(own, redacted.removeprefix(head).removesuffix(tail))


def test_basic_authorisation_does_not_pass() -> None:
    header = b"Authorization: Basic " + base64.b64encode(b"user:" + PLAIN.encode())
    redacted = Redactor([PLAIN]).data(header)
    assert PLAIN[:6].encode() not in base64.b64decode(redacted.split(b"Basic ")[1].split(b"[")[0] + b"==")
    assert MARK in redacted


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (["abcdefgh", "efghijkl"], b"abcdefghijkl"),
        (["abcdefgh", "cdefgh"], b"abcdefgh"),
        (["abcdef", "abcdefgh"], b"abcdefgh"),
        (["abababab"], b"ababababababab"),
        (["abcdefgh", "ijklmnop"], b"abcdefghijklmnop"),
        (["sk-ant-0123456789abcdefgh", "fghXYZXYZ"], b"sk-ant-0123456789abcdefghXYZXYZ"),
        (["abcdefghijkl", "cdefgh"], b"abcdefghijkl"),
        (["abcdefghijkl", "cdefgh", "efghij"], b"abcdefghijkl"),
        (["ab+defgh", "fgh/jklmn"], b"ab\\u002bdefgh\\/jklmn"),
        (["ab+defghijkl", "d\\u0065fghi"], b"ab%2Bd\\u0065fghijkl"),
    ],
)
def test_secrets_that_overlap_leave_nothing(known: list[str], text: bytes) -> None:
    redacted = Redactor(known).data(b"<" + text + b">")
    assert set(redacted[1:-1].split(MARK)) == {b""}


@pytest.mark.parametrize(
    "text",
    [
        "sk-ant-api03-abcdefghijklmnop",
        "sk-proj_0123456789abcdef",
        "Authorization: Bearer abc.def-123456",
        "authorization: bearer    0123456789",
        "x-api-key: 0123456789abcdef",
        '"X-Api-Key": "0123456789abcdef"',
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP_mB92K27u",
        "http://user:hunter2hunter2@proxy.example:8080/",
    ],
)
def test_unknown_tokens_go_by_their_shape(text: str) -> None:
    redacted = Redactor().text(f"said {text}\n")
    assert "[redacted]" in redacted
    for piece in ("abcdefghijklmnop", "0123456789", "abc.def", "dBjftJeZ", "hunter2"):
        assert piece not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PROBE_OK",
        "API Error: 529 Overloaded. See https://docs.example/errors?x=1#top\n",
        '{"session_id":"e0d1b100-1905-46d3-a481-10dcecc91b2a","model":"glm-4.7"}',
        "mail a@b.example: 10:30",
        "task-force, sk-short, risk-assessment-of-the-whole-programme",
        "bearer of news; the x-api-key header is missing",
        "http://relay.example:8080/v1/messages?beta=true",
        "snow ☃ and ä",
    ],
)
def test_innocent_text_is_left_alone(text: str) -> None:
    assert Redactor([PLAIN]).text(text) == text


@given(st.lists(st.sampled_from(["x", PLAIN, "Bearer abcdefghijk", " ", "sk-0123456789abcdefg"]), max_size=8))
def test_the_number_of_lines_stays(parts: list[str]) -> None:
    text = "\n".join(parts)
    assert Redactor([PLAIN]).text(text).count("\n") == text.count("\n")


def test_a_secret_of_several_lines_is_taken_out_whole() -> None:
    assert b"line-two" not in Redactor(["line-one-\nline-two-"]).data(b"a line-one-\nline-two- b")


def test_a_very_short_secret_does_not_shred_the_text() -> None:
    assert Redactor(["ab"]).text("about abbeys") == "about abbeys"


@given(st.text())
def test_a_mask_shows_at_most_seven_characters_and_never_a_third(secret: str) -> None:
    shown = mask(secret)
    if shown != "***":
        first, last = shown.split("...", 1) if shown.count("...") == 1 else (secret[:3], secret[-4:])
        assert len(first) + len(last) == 7
        assert len(secret) >= 20


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("", "***"),
        ("a" * 19, "***"),
        ("sk-ant-0123456789wxyz", "sk-...wxyz"),
        ("0123456789abcdefghij", "012...ghij"),
        ("0123456789" * 50, "012...6789"),
    ],
)
def test_masks(secret: str, shown: str) -> None:
    assert mask(secret) == shown


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("ANTHROPIC_API_KEY", True),
        ("GITHUB_TOKEN", True),
        ("aws_secret_access", True),
        ("DB_PASSWORD", True),
        ("ANTHROPIC_CUSTOM_HEADERS", True),
        ("CLAUDE_CODE_MAX_OUTPUT_TOKENS", False),
        ("PATH", False),
        ("LANG", False),
    ],
)
def test_names_that_tell_of_a_secret(name: str, secret: bool) -> None:
    assert looks_secret(name) is secret


def test_passwords_in_addresses_are_secrets() -> None:
    assert url_secrets("http://user:hunter22@proxy:8080") == ["hunter22", "user:hunter22"]
    assert url_secrets("http://proxy:8080") == []
    found = environment_secrets({"HTTPS_PROXY": "http://u:hunter22@p", "MY_TOKEN": "tok-123456", "LANG": "C"})
    assert set(found) == {"hunter22", "u:hunter22", "tok-123456"}


@pytest.mark.parametrize("url", ["http://[::1", "://", "http://u:p@[bad]:x/"])
def test_an_environment_with_a_broken_address_is_no_defect(url: str) -> None:
    environment_secrets({"HTTPS_PROXY": url})


def test_a_password_that_is_quoted_in_an_address_goes_in_both_forms() -> None:
    redactor = Redactor(url_secrets("http://user:p%40ss%2Fword@proxy"))
    assert "p%40ss" not in redactor.text("proxy said p%40ss%2Fword")
    assert "p@ss/word" not in redactor.text("proxy said p@ss/word")


def test_text_that_no_file_can_hold_is_still_redacted() -> None:
    clean = Redactor([PLAIN]).text(f"{PLAIN} cut \ud83d")
    assert clean == "[redacted] cut ?"
    assert Redactor(["not-utf8-\udcff-0123"]).text("it is not-utf8-\udcff-0123") == "it is [redacted]"


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (b"0123456789 and more", b"0123456789"),
        (b"01 " + PLAIN.encode(), b"01 [redact"),
        (b"0123456789" + PLAIN.encode(), b"0123456789"),
        (PLAIN.encode() + b" and more", b"[redacted]"),
        (b"short", b"short"),
    ],
)
def test_the_start_of_something_long_ends_in_no_torn_secret(data: bytes, start: bytes) -> None:
    assert Redactor([PLAIN]).start(data, 10) == start


def test_lines_stay_in_their_place_where_a_secret_has_several() -> None:
    headers = "X-One: first-secret\nX-Two: second-secret"
    secrets = environment_secrets({"ANTHROPIC_CUSTOM_HEADERS": headers})
    said = f"before\nheaders: {headers}\nafter\n".encode()
    clean = Redactor(secrets).data(said)
    assert [line for line in clean.split(b"\n") if b"-secret" in line] == []
    assert clean.split(b"\n").index(b"after") == said.split(b"\n").index(b"after") == 3


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_form_that_is_torn_leaves_no_more_than_a_mask_would(encoding: str) -> None:
    form, redactor = ENCODINGS[encoding](KEY), Redactor([KEY])
    for cut in range(1, len(form)):
        # As many characters as a mask shows, and what a torn escape behind them may tell.
        assert_no_run_left(KEY.encode(), _undone(redactor.data(b"before " + form[:cut])), 9)


def _undone(data: bytes) -> bytes:
    """Undo all escapes, as a reader could."""
    text = data.replace(b"\0", b"").decode("utf-8", "replace")
    text = re.sub(r"\\+u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return html.unescape(unquote(text)).encode()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_cap_in_any_form_leaves_nothing_of_it(encoding: str) -> None:
    said = b"abc " + ENCODINGS[encoding](KEY) + b" and more"
    for most in range(4, len(said)):
        left = Redactor([KEY]).start(said, most).removeprefix(b"abc ")
        assert MARK.startswith(left[: len(MARK)])
        assert b" and more".startswith(left[len(MARK) :])


def test_what_is_followed_by_the_sign_of_its_shape_goes_though_the_sign_is_cut_off() -> None:
    assert b"hun" not in Redactor().start(b"see http://user:hunter2hunter2@proxy.example", 20)


def test_a_secret_longer_than_any_margin_is_not_begun() -> None:
    long = "".join(f"{number:05d}" for number in range(4000))
    assert Redactor([long]).start(b"it is " + long.encode()[:9000], 8192) == b"it is [redacted]"
    assert Redactor([long]).data(b"it is " + long.encode()[:9000]) == b"it is [redacted]"


def test_a_context_that_could_be_an_escape_hides_nothing() -> None:
    secrets = ["2Bcdefgh", "u002bcdefgh", "000000&%", "abcdef\\"]
    for said in (b"100%2Bcdefgh", b"C:\\u002bcdefgh", b"000000\\u0026%00", b"abcdef\\n", b'"abcdef\\\\"'):
        assert MARK in Redactor(secrets).data(said)


@pytest.mark.parametrize(
    "unit", ["\\", "\\u", "%", "%25", "&", "&amp;", "-eyJ", "eyJaaaaaaaa.", "x-api-key=", "://a:", KEY[:9]]
)
def test_hostile_data_takes_no_longer_than_other_data(unit: str) -> None:
    secrets = [KEY, "x12abc-token/1234", "abc-token/1234", "gt;token/1234"]  # the last three begin as escapes end
    data = unit.encode() * (600_000 // len(unit))
    assert len(Redactor(secrets).start(data, 500_000)) <= 500_000  # were time quadratic, this would take hours


def test_escapes_beside_a_secret_stay_as_they_are() -> None:
    said = rb'{"a":"say \"zq\/CAN\u002BARY7f3a+9e5b1c2d==\", \u00e4 &amp; 100%25\n"}'
    assert Redactor([KEY]).data(said) == rb'{"a":"say \"[redacted]\", \u00e4 &amp; 100%25\n"}'
    assert json.loads(Redactor([KEY]).data(said))


def test_the_credentials_in_the_headers_of_a_request_are_found() -> None:
    basic = base64.b64encode(b"me:pass-word-7").decode()
    headers = [
        ("authorization", f"Basic {basic}"),
        ("x-api-key", "key-1234567"),
        ("cookie", 'a=1; session="sid-7654321"'),
        ("user-agent", "claude-cli/2.1.329"),
        ("x-auth-mode", "client"),
    ]
    found = request_secrets(headers)
    assert {basic, "pass-word-7", "key-1234567", "sid-7654321"} <= set(found)
    assert not {"Basic", "client", "1", "claude-cli/2.1.329"} & set(found)
