"""Where the planner's numbers and formulas stand on its hidden sheets."""

from mmxlib_excel.layout.planner.grids import Grid
from mmxlib_excel.layout.planner.room import (
    CHANNELS,
    CONTROLS,
    EVENTS,
    FAR,
    PAIRS,
    PLANS,
    PRICES,
    STEPS,
    UNITS,
    WEEKS,
)

PLANNER, MODEL, MATH = "Planner", "PlannerModel", "PlannerMath"

# What Python writes: the model and the stored plans.

WEEK_COUNT = Grid(MODEL, 3, 2)
MONEY = Grid(MODEL, 4, 2)
"""What one unit of outcome is worth in money; empty where that is not known."""

CHOICE_NAMES = Grid(MODEL, 10, 2, PLANS + 1)
"""The typed plan, the present one, then the others."""
CHOICE_SPEND = CHOICE_NAMES.right_of(1)
CHOICE_CAUSED = CHOICE_SPEND.right_of(1)
CHOICE_MEDIA = CHOICE_CAUSED.right_of(UNITS)
"""What media bring to each unit within the plan's periods."""
FORECAST = CHOICE_MEDIA.right_of(3 * (WEEKS + 1))
"""Mean, lower and upper end of the last forecast of a plan, each by week and in total."""
FORECAST_NAMES = FORECAST.right_of(1)
CHOICES = Grid(MODEL, 10, 2, PLANS + 1, 3 + UNITS)
FORECASTS = CHOICES.right_of(3 * (WEEKS + 1) + 1)
"""The same cells, as they are written."""

UNIT_NAMES = Grid(MODEL, 20, 2, UNITS + 1)
"""All units together, then each."""

BASE = Grid(MODEL, 35, 2, UNITS, WEEKS)
"""Base and fading residual with the events and controls that are assumed."""
YEAR_BEFORE = BASE.right_of(WEEKS)
PRESENT_MEDIA = YEAR_BEFORE.right_of(WEEKS)

EVENT_SHARES = Grid(MODEL, 50, 2, EVENTS, WEEKS)
"""The share of each week that an event covers as the data know it."""
EVENT_EFFECTS = EVENT_SHARES.right_of(UNITS)

DRIVERS = PRICES + CONTROLS
DRIVER_EFFECTS = Grid(MODEL, 75, 2, DRIVERS, UNITS)
DRIVER_STATED = DRIVER_EFFECTS.right_of(1)
"""One for a control whose typed number replaces what is assumed, else empty."""
DRIVER_ASSUMED = Grid(MODEL, 90, 2, UNITS * DRIVERS, WEEKS)
"""Of controls whose typed number replaces it; the drivers of the first unit, then those of the second, …"""

PAID = Grid(MODEL, 240, 2, CHANNELS)
PRESENT_SPEND = PAID.right_of(1)
LAG_WEIGHTS = PRESENT_SPEND.right_of(STEPS)
"""Backwards: the last column is the weight of the exposure's own period."""
STORED_SPEND = LAG_WEIGHTS.right_of(PLANS * WEEKS)
FAR_SHARES = STORED_SPEND.right_of(FAR)
"""What is left of the last step's adstocked exposure in each period after it, as far as it counts."""
COUNTED = Grid(MODEL, 273, 2, 1, STEPS)
"""One for the steps that count for what spend causes."""

# Of each pair of channel and unit: what Python writes, then formulas.

UNIT_NUMBER = Grid(MATH, 5, 1, PAIRS)
FAMILY = UNIT_NUMBER.right_of(1)
SHAPE = FAMILY.right_of(1)
EFFECT = SHAPE.right_of(1)
FLOOR = EFFECT.right_of(1)
"""The adstocked exposure below which a slope is taken there."""
PER_MONEY = FLOOR.right_of(1)
LEFT_SUM = PER_MONEY.right_of(1)
"""The responses to `LEFT` over all that counts."""
PAIRS_ROOM = Grid(MATH, 5, 1, PAIRS, 7)
"""All of these, as they are written."""
LEFT = LEFT_SUM.right_of(STEPS)
"""Adstocked exposure without the plan's spend; like all of these in multiples of half-saturation."""
STORED = LEFT.right_of(PLANS * STEPS)
"""Adstocked exposure of each stored plan's own spend."""
OWN = STORED.right_of(STEPS)
"""Adstocked exposure of the spend of the plan in use."""
RESPONSE = OWN.right_of(WEEKS)
CAUSED = RESPONSE.right_of(1)
SLOPE = CAUSED.right_of(1)

CHOSEN = Grid(MATH, 2, 2)
"""The number of the plan in use among `CHOICE_NAMES`, from 1."""
FACTOR = Grid(MATH, 2, 4)
WEEK_USED = Grid(MATH, 3, 3, 1, WEEKS)
"""One for weeks of the plan."""

SELECTED = Grid(MATH, 370, 1, UNITS)
"""One for the units that are shown."""
TYPED = Grid(MATH, 370, 3, CHANNELS, WEEKS)
ADSTOCKED = TYPED.right_of(STEPS)
"""Adstocked typed spend, before it is divided over units."""
SPEND = ADSTOCKED.right_of(WEEKS)
EVENT_CHANGES = Grid(MATH, 405, 3, EVENTS, WEEKS)
DRIVER_VALUES = Grid(MATH, 430, 3, DRIVERS, WEEKS)
DRIVER_STATES = DRIVER_VALUES.right_of(WEEKS)
"""One where a typed number replaces what is assumed, or adds to it."""
UNIT_BASE = Grid(MATH, 445, 3, UNITS, WEEKS)
UNIT_MEDIA = UNIT_BASE.right_of(WEEKS)
FEED_ROW = 460
