"""Background work: what is deferred with a change, and what runs by the clock."""
