"""Diminishing returns as formulas of cells; the adstocked exposure ``v`` is in multiples of half-saturation.

The families' codes are those of `mmxlib.maths.saturation` plus one. Formulas keep their precision near zero,
where ``1 - exp(-v)`` has none left, and raise nothing to a power that a cell could not hold.
"""

NEAR_ZERO = "0.01"
"""Below it a series is taken: its first neglected term is 1e-15 of the sum."""


def response(v: str, *, family: str, shape: str) -> str:
    """Return the response at a single ``v`` > 0."""
    hill = f"IF({v}<1,{v}^{shape}/(1+{v}^{shape}),1/(1+{v}^(-{shape})))"
    series = f"{v}*(1-{v}/2*(1-{v}/3*(1-{v}/4*(1-{v}/5*(1-{v}/6)))))"
    exponential = f"IF({v}<{NEAR_ZERO},{series},1-EXP(-{v}))"
    series = f"{v}/2*(1-{v}*{v}/12*(1-{v}*{v}/10))"
    logistic = f"IF({v}<{NEAR_ZERO},{series},(1-EXP(-{v}))/(1+EXP(-{v})))"
    return f"CHOOSE({family},{hill},{exponential},{logistic},{v})"


def responses(weight: str, v: str, *, family: str, shape: str, own: str) -> str:
    """Return the weighted sum of responses at the cells ``v``; without saturation that at ``own`` alone."""
    hill = f"SUMPRODUCT({weight}*{v}^{shape}/(1+{v}^{shape}))"
    exponential = f"SUMPRODUCT({weight}*(1-EXP(-{v})))"
    logistic = f"SUMPRODUCT({weight}*(1-EXP(-{v}))/(1+EXP(-{v})))"
    return f"CHOOSE({family},{hill},{exponential},{logistic},SUMPRODUCT({weight}*{own}))"


def slopes(weight: str, v: str, *, family: str, shape: str, floor: str, own: str) -> str:
    """Return the weighted sum of ``own`` times the slope at the cells ``v``, taken at ``floor`` below it."""
    at = f"({v}+({v}<{floor})*({floor}-{v}))"
    hill = f"SUMPRODUCT({weight}*{own}*{shape}*{at}^({shape}-1)/(1+{at}^{shape})^2)"
    exponential = f"SUMPRODUCT({weight}*{own}*EXP(-{at}))"
    logistic = f"SUMPRODUCT({weight}*{own}*2*EXP(-{at})/(1+EXP(-{at}))^2)"
    return f"CHOOSE({family},{hill},{exponential},{logistic},SUMPRODUCT({weight}*{own}))"
