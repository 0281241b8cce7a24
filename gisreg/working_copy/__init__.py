"""Working copies: a part of the registry taken out as a file, edited elsewhere, and merged back in."""
