"""From a fitted model and its plans to the numbers that the planner's formulas work with."""
