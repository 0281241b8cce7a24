"""Content security policies of pages (CSP level 3): what a page may load and run.

Hashes, not nonces. A nonce must be new in every answer: the same map would then never have the same bytes, an
ETag could not be kept, and a browser that is told 304 would run a kept page whose nonce another header
replaces. A hash allows exactly the text that this program wrote, in a kept page as in a fresh one, and
nothing that anybody slips in: it is as strict (CSP level 2, 4.2.5). Pages of templates have nothing
inline at all, so theirs allows neither.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlsplit

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""Of pages made of templates: no script, nothing inline."""

PREVIEW_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Of pages made of templates with a map in them: our own scripts, nothing inline."""

_INLINE = {name: re.compile(rf"<{name}>(.*?)</{name}>", re.DOTALL) for name in ("script", "style")}


def map_policy(html: str, basemap_url: str | None) -> str:
    """Return the policy of a map page: our own files, this very page's inline parts, the base map."""
    inline = {
        name: "".join(f" 'sha256-{digest(text)}'" for text in pattern.findall(html))
        for name, pattern in _INLINE.items()
    }
    images = ""
    if basemap_url:
        parts = urlsplit(basemap_url)
        images = f" {parts.scheme}://{parts.netloc.replace('{s}', '*')}"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{inline['script']}",
            f"style-src 'self'{inline['style']}",
            f"img-src 'self' data: blob:{images}",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def digest(text: str) -> str:
    """Return the SHA-256 digest of an inline part as a policy names it."""
    return b64encode(sha256(text.encode()).digest()).decode()
