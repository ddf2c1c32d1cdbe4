"""What a channel's name says of how long it carries over: weak defaults, for names that hold a known word."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelType:
    """A kind of channel: the word in its name, and mean and sd of its retention."""

    word: str
    mean: float
    sd: float


WEAK, QUICK = 0.2, 0.15
"""Sds of retention; a quick channel's smaller mean leaves less room."""

RETENTIONS = (
    # what meets people who already want to buy works at once
    (("search", "sem", "ppc", "shopping", "affiliate", "affiliates", "retargeting"), 0.1, QUICK),
    (("email", "newsletter", "sms", "coupon", "coupons"), 0.15, QUICK),
    (("display", "banner", "banners", "programmatic"), 0.2, WEAK),
    (("social", "facebook", "instagram", "tiktok", "influencer"), 0.3, WEAK),
    (("radio", "audio", "podcast", "print", "newspaper", "magazine", "flyer", "mail", "catalog"), 0.35, WEAK),
    (("video", "youtube"), 0.4, WEAK),
    (("outdoor", "ooh", "billboard", "cinema"), 0.5, WEAK),
    # what builds a memory of the brand lasts
    (("tv", "television", "ctv", "brand", "branding", "sponsoring", "sponsorship"), 0.6, WEAK),
)
"""Words of a name, and mean and sd of retention per week; the first line that has a word of the name counts,
so that brand search is search. The order of the kinds is common experience, the sds are wide beside it."""


def channel_type(name: str) -> ChannelType | None:
    """Return what kind of channel ``name`` says it is, or None where it holds no known word."""
    words = re.findall(r"[a-z]+", name.lower())
    for known, mean, sd in RETENTIONS:
        for word in words:
            if word in known:
                return ChannelType(word, mean, sd)
    return None
