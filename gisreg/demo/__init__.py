"""The demo town: a made-up network with the mess of real life, the same for the same seed."""
