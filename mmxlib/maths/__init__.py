"""Arrays in, arrays out: the mathematics, with no frames, files or settings."""
