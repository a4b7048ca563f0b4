"""Signatures of thinking: blocks that are sent back must be the upstream's own."""

import base64
import hashlib
import hmac

_KEY = b"probe embedded upstream"


def signature_of(thinking: str) -> str:
    """Return the signature of a block of thinking, the same in every process."""
    digest = hmac.digest(_KEY, thinking.encode("utf-8", "surrogatepass"), hashlib.sha512)
    return base64.b64encode(digest * 2).decode()


def is_signed(thinking: object, signature: object) -> bool:
    """Return True where this upstream signed the thinking."""
    if not isinstance(thinking, str) or not isinstance(signature, str):
        return False
    return hmac.compare_digest(signature_of(thinking).encode(), signature.encode("utf-8", "surrogatepass"))
