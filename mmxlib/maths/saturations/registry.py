"""Every family of diminishing returns by its name.

A new one is a file beside these, a line here and one in the compiled choices of `mmxlib.maths.saturation`;
what else it takes is said in examples/contributor.md.
"""

from collections.abc import Mapping

from mmxlib.maths.saturations import exponential, hill, logistic, none
from mmxlib.maths.saturations.family import Saturation
from mmxlib.terms import SaturationFamily

SATURATIONS: Mapping[SaturationFamily, Saturation] = {
    SaturationFamily.HILL: hill.FAMILY,
    SaturationFamily.EXPONENTIAL: exponential.FAMILY,
    SaturationFamily.LOGISTIC: logistic.FAMILY,
    SaturationFamily.NONE: none.FAMILY,
}
