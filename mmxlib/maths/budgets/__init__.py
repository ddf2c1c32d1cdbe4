"""Spend that is allocated best: responses to it, searches, bounds, limits and what they cost."""
