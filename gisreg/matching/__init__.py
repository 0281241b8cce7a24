"""One pole in the ground, many rows: which rows of several organisations are the same pole."""
