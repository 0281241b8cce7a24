"""Photos: read with limits, matched to poles, kept under their digest, shown without what cameras add."""
