"""Channels that move together in every week: no data can tell what each of them causes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mmxlib.artifacts.panel import Channel
from mmxlib.data.choices import AlikeChannels
from mmxlib.data.columns import listed
from mmxlib.data.cubes import MediaCubes
from mmxlib.data.findings import Findings
from mmxlib.data.roles import DataSettings
from mmxlib.maths.arrays import Cube, Matrix

SAME = 0.999
"""Correlation from which two channels count as one: Meridian's threshold for equal series."""

_FEWEST_PERIODS = 26  # with fewer, two series may agree by chance


def settled_alike(media: MediaCubes, settings: DataSettings, findings: Findings) -> MediaCubes:
    """Return the media with channels that move together made one, kept with a doubt, or asked about.

    Two channels move together where their exposures, each about its mean in every unit, correlate by more
    than `SAME`.
    """
    if media.exposure.shape[1] < _FEWEST_PERIODS:
        return media
    for group in _groups(media):
        names = [media.channels[index].name for index in group]
        found = f"{listed(names)} move together in every week (r above {SAME})"
        if settings.alike_channels is AlikeChannels.ASK:
            findings.ask(
                "MMX-D162",
                f"{found}, so no data can tell their effects apart.",
                setting="data.alike_channels",
                remedy="Take one of them out, or set data.alike_channels in global.yaml: merge makes them "
                "one channel, keep leaves them apart.",
                place=f"channels {listed(names)}",
            )
        elif settings.alike_channels is AlikeChannels.KEEP:
            findings.review(
                f"{found} and were kept apart, as data.alike_channels says: what each causes cannot be "
                "learned from these data, only from a test.",
                about=names[0],
            )
    if settings.alike_channels is AlikeChannels.MERGE:
        return _merged(media, findings)
    return media


def _correlations(exposure: Cube) -> Matrix:
    """Return the correlation of each pair of channels within units, shape (channel, channel)."""
    centered = exposure - exposure.mean(axis=1, keepdims=True)
    flat = centered.reshape(-1, exposure.shape[2])
    size = np.sqrt(np.sum(flat**2, axis=0))
    moving = size > 1e-9 * np.sqrt(np.sum(exposure.reshape(-1, exposure.shape[2]) ** 2, axis=0))
    scaled = np.where(moving, flat / np.where(moving, size, 1.0), 0.0)
    found: Matrix = scaled.T @ scaled
    return found


def _groups(media: MediaCubes) -> list[list[int]]:
    """Return the groups of channels that move with their first one, each with two or more.

    A national channel repeats its one series in every unit, so it joins none that has a series of its own.
    """
    correlations, national = _correlations(media.exposure), [each.national for each in media.channels]
    groups, left = [], list(range(len(correlations)))
    while left:
        first = left[0]
        alike = np.abs(correlations[first]) > SAME
        group = [first, *(i for i in left[1:] if alike[i] and national[i] == national[first])]
        left = [index for index in left if index not in group]
        if len(group) > 1:
            groups.append(group)
    return groups


def _merged(media: MediaCubes, findings: Findings) -> MediaCubes:
    groups = _groups(media)
    gone = {index for group in groups for index in group[1:]}
    channels, spend, exposure = list(media.channels), media.spend.copy(), media.exposure.copy()
    for group in groups:
        parts = [media.channels[index] for index in group]
        channels[group[0]] = _one(parts)
        spend[:, :, group[0]] = media.spend[:, :, group].sum(axis=2)
        exposure[:, :, group[0]] = media.exposure[:, :, group].sum(axis=2)
        findings.review(
            f"{listed([each.name for each in parts])} move together and were made one channel, as "
            "data.alike_channels says; its spend and exposure are their sums.",
            about=channels[group[0]].name,
        )
    kept = [index for index in range(len(channels)) if index not in gone]
    return MediaCubes(tuple(channels[index] for index in kept), spend[:, :, kept], exposure[:, :, kept])


def _one(parts: Sequence[Channel]) -> Channel:
    return replace(
        parts[0],
        name=" and ".join(each.name for each in parts),
        paid=any(each.paid for each in parts),
        national=all(each.national for each in parts),
        has_exposure=any(each.has_exposure for each in parts),
    )
