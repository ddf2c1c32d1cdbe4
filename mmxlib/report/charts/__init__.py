"""Charts: each function takes frames and returns a `Picture`, or None where there is nothing to show.

The modules of this room import matplotlib at their top; whoever needs a chart imports them inside a function,
so that nobody else pays for it.
"""
