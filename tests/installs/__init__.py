"""That the product installs from its wheel alone, on each Python that it is made for."""
