"""Rules, thresholds and the flagging run: which segments lie where cables must be tidied, and why."""
