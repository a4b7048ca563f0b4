"""Recognise who answered in the API's place: a bot check, or a gateway with nothing behind it. Pure."""

import re
from collections.abc import Mapping

from probe.texts.phrase import Words, phrase

_CHALLENGE = re.compile(
    rb"challenge-platform/[^'\"\s]*orchestrate|_cf_chl_opt|<title>\s*(?:just a moment|attention required)"
    rb"|challenges\.cloudflare\.com|captcha|acw_sc__v\d|errors?\.aliyun(?:dun)?\.(?:com|net)|aliyun_waf|waf[-.]\w*\.?tencent-?(?:cloud)?\.com"
    rb"|waf\.tencent|edgeone[^<]{0,40}(?:security|protection)|ddos-guard|checking your browser"
    rb"|verify you are (?:a )?human|enable javascript and cookies to continue|_incapsula_resource|perimeterx|datadome",
    re.IGNORECASE,
)
"""Pages of Cloudflare's that challenge or block, of Aliyun's and Tencent's firewalls, and of others like them.

Cloudflare's script for JavaScript detections is no mark: it stands on any page.
"""
_CHALLENGE_HEADERS = ("cf-mitigated", "x-datadome", "x-amzn-waf-action")
_PAGE = re.compile(rb"\s*<(?:!doctype html|html)", re.IGNORECASE)
_LOOKED_AT = 65536

AWS = "AWS"
_BALANCERS = (
    ("HAProxy", r"No server is available to handle this request"),
    ("Envoy", r"no healthy upstream|upstream connect error or disconnect/reset before headers"),
    ("Traefik", r"no available server"),
    ("IIS", r"HTTP Error 503\. The service is unavailable"),
    ("Kong", r"failure to get a peer from the ring-balancer|invalid response was received from the upstream server"),
    ("Varnish", r"Backend fetch failed"),
    ("nginx", r"<center>(?:nginx|openresty|tengine)"),
)
"""By gateway: its words where what is behind it takes no request."""
_SERVERS = (
    ("awselb", AWS),
    ("cloudfront", "CloudFront"),
    ("cloudflare", "Cloudflare"),
    ("openresty", "nginx (OpenResty)"),
    ("tengine", "nginx (Tengine)"),
    ("nginx", "nginx"),
    ("envoy", "Envoy"),
    ("haproxy", "HAProxy"),
    ("microsoft", "IIS"),
    ("caddy", "Caddy"),
    ("apache", "Apache"),
    ("kong", "Kong"),
    ("varnish", "Varnish"),
)
"""The beginning of a `server` header, and whose it is."""


def is_page(body: bytes) -> bool:
    """Return True where a body is a web page."""
    return bool(_PAGE.match(body))


def is_challenge(headers: Mapping[str, str], body: bytes) -> bool:
    """Return True for an answer of a bot check or a web firewall, which wants a browser; `headers` in lower case."""
    if any(headers.get(name) for name in _CHALLENGE_HEADERS):
        return True
    return is_page(body) and bool(_CHALLENGE.search(body[:_LOOKED_AT]))


def gateway_of(server: str | None, text: str) -> str | None:
    """Return the name of the gateway that said `text` itself, or that the `server` header names."""
    by_text = next((name for name, words in _BALANCERS if re.search(words, text, re.IGNORECASE)), None)
    server_name = (server or "").lower()
    return by_text or next((name for start, name in _SERVERS if server_name.startswith(start)), None)


def gateway_words(name: str | None) -> Words:
    """Return the name of a gateway for people; empty where it is not known."""
    return phrase("check.gateway.aws_balancer") if name == AWS else name or ""
