"""One router per resource or standard; each module has a constant `router`."""
