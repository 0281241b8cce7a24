"""Proposals: what one organisation says about shared facts of another's objects, until that is decided."""
