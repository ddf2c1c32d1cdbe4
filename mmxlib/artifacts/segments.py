"""What the segmentation agent finds."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mmxlib.artifacts.note import Note
from mmxlib.artifacts.short_repr import short_repr


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of sub-categories, its ``members``.

    ``label`` is short and sorts by sales (``S1``), ``name`` is plain words.
    """

    label: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Segments:
    """Sub-categories in groups, the ``segments``, ordered by sales.

    ``profile``: a row per segment (segment, name, members, then mean features in natural units, sales,
    share). ``features``: a row per sub-category (sub_category, segment, then each feature in natural units).
    ``components``: a row per sub-category (sub_category, segment, component_1, component_2), for the picture.
    ``candidates``: a row per number of segments tried (segments, silhouette, stability, inertia, chosen).
    ``explained``: share of variance of the two components. ``silhouette`` and ``stability`` (adjusted Rand
    index) are those of the choice, None for a single segment.
    """

    __repr__ = short_repr

    segments: tuple[Segment, ...]
    profile: pd.DataFrame
    features: pd.DataFrame
    components: pd.DataFrame
    candidates: pd.DataFrame
    explained: tuple[float, ...]
    silhouette: float | None
    stability: float | None
    notes: tuple[Note, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The segments' labels, in order: the units of the model's panel."""
        return tuple(segment.label for segment in self.segments)

    @property
    def segment_of(self) -> Mapping[str, str]:
        """The label of each sub-category's segment."""
        return {member: segment.label for segment in self.segments for member in segment.members}
