"""Families of carryover, a file each: how exposure spreads over later periods."""
