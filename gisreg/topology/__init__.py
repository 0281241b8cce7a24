"""Cables tied to poles, cut into segments over spans, crossings with streets; identity and lineage."""
