"""How much the planner has room for."""

UNITS, CHANNELS, WEEKS = 12, 30, 26
EVENTS, PRICES, CONTROLS = 20, 4, 8
PLANS = 7
"""Plans that are kept beside the typed one: the present one, the recommended one and five scenarios."""

LAGS = 25
"""Periods over which families of carryover by lags go on after an exposure."""
STEPS = WEEKS + LAGS
"""Periods whose adstocked exposure is calculated: those of a plan, and what follows of its carryover."""
FAR = WEEKS + 260 - STEPS
"""Periods after these, which only carryover without an end reaches; each is a fixed share of the last one."""
PAIRS = UNITS * CHANNELS
"""Units of the first channel, then those of the second, …"""
