"""Data that come in: columns' roles, reading, checks, and simulated data with known truth."""
