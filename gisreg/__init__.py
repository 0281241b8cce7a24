"""The registry: PostGIS and every rule of the trade. No HTTP."""

from __future__ import annotations

__version__ = "0.1.0"
