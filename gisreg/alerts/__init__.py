"""What the authority should look at: recorded once, told to it, closed by whoever looked into it."""
