"""Small checks of an installation, each with a hint what to do next."""
