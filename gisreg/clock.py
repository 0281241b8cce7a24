"""One clock for the product, in the registry's time zone; a setting holds it still for tests."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from gisreg.settings import get_settings


def now() -> datetime:
    """Return the present moment in the registry's time zone (GISREG_NOW holds it still)."""
    settings = get_settings()
    zone = ZoneInfo(settings.timezone)
    return settings.now.astimezone(zone) if settings.now else datetime.now(zone)


def today() -> date:
    """Return today's date in the registry's time zone."""
    return now().date()


def local(moment: datetime) -> datetime:
    """Return a moment in the registry's time zone."""
    return moment.astimezone(ZoneInfo(get_settings().timezone))
