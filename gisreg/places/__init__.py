"""Where things are: which administrative units a place lies in, on a date."""
