"""What people call a browser, out of what it says of itself. For showing only: anybody can say anything."""

from __future__ import annotations

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str | None) -> str:
    """Return for example `Firefox · Windows`; the first 60 letters of what is not known, '?' for nothing."""
    if not user_agent:
        return "?"
    found = (
        next((name for mark, name in names if mark in user_agent), None) for names in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(name for name in found if name) or user_agent[:60]
