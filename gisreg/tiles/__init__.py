"""Vector tiles straight from PostGIS, counts by cell for low zooms, and when each changed."""
