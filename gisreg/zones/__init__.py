"""Zones out of what decisions say: lists of streets, circles, former units; kept, and built anew."""
