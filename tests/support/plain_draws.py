"""A backend of Hypothesis whose draws hang on nothing but their seed.

Hypothesis mixes numbers into its draws that stand in the program's own modules, as far as they are loaded. Every new
module then changes every town that a test draws, and with it how many of them are compared and what they show.
"""

from __future__ import annotations

from typing import Any

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

BACKEND = "plain"


class PlainProvider(HypothesisProvider):
    """Draws as Hypothesis does, but for constants."""

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


AVAILABLE_PROVIDERS[BACKEND] = PlainProvider
