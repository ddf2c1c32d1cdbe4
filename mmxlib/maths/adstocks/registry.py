"""Every family of carryover by its name.

A new one is a file beside these, a line here and one in the compiled choice of `mmxlib.maths.adstock`.
"""

from collections.abc import Mapping

from mmxlib.maths.adstocks import delayed, geometric, weibull
from mmxlib.maths.adstocks.family import Adstock
from mmxlib.terms import AdstockFamily

ADSTOCKS: Mapping[AdstockFamily, Adstock] = {
    AdstockFamily.GEOMETRIC: geometric.FAMILY,
    AdstockFamily.DELAYED: delayed.FAMILY,
    AdstockFamily.WEIBULL: weibull.FAMILY,
}
