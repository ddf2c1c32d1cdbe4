"""The planner: a sheet to type plans in, and two hidden ones that calculate what they bring."""
