"""Whether the service lives, and whether it can serve."""

from __future__ import annotations

from fastapi import APIRouter

from gisreg.database.readiness import require_ready

router = APIRouter(tags=["service"])


@router.get("/health")
def health() -> dict[str, str]:
    """Return that the process answers; asks nothing of the database."""
    return {"status": "ok"}


@router.get("/ready")
def ready() -> dict[str, str]:
    """Return that the database answers and has the newest migration (503 otherwise)."""
    return {"status": "ok", "migration": require_ready()}
