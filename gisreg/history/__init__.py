"""The past: proof that nobody rewrote it, layers as they were, and what changed."""
