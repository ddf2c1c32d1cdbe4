"""Segmentation: which sub-categories behave alike, so that they share one unit of the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import model_validator

from mmxlib.agents.agent import Inputs
from mmxlib.agents.features import Comparison, Feature, comparison, feature_table
from mmxlib.agents.promotions import promotion_doubts
from mmxlib.agents.segment_names import segment_names
from mmxlib.artifacts.note import Note, percent
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.segments import Segment, Segments
from mmxlib.maths.arrays import Labels, Matrix, Vector
from mmxlib.maths.clustering import Candidate, candidates, distinct, principal_components
from mmxlib.maths.splits import chance_of_split
from mmxlib.settings import Settings, setting
from mmxlib.terms import StepName, Verdict

LARGEST_CHANCE = 0.02
"""The share of random clouds, cut in two, that may be parted as far as a segment and its nearest."""

ALIKE_SILHOUETTES = 0.1
"""Silhouettes this near to each other do not decide: the larger number of segments does, if it holds."""

SILHOUETTE = "how much nearer sub-categories lie to their own segment than to the next: 1 far, 0 none"

LARGEST_GAP_SHARE = 0.1
"""The share of periods without sales from which a reader is warned."""

LEAST_STABILITY = 0.5
"""The stability below which a reader is warned that the segments might not come again."""


class Scaling(StrEnum):
    """What counts as one unit of distance between sub-categories."""

    STANDARD = "standard"
    ROBUST = "robust"


class SegmentationSettings(Settings):
    """How sub-categories are put into segments (segmentation.yaml)."""

    minimum_segments: int = setting(
        2,
        "Smallest number of segments tried; a single segment always stays possible.",
        unit="segments",
        ge=2,
        le=20,
    )
    maximum_segments: int = setting(6, "Largest number of segments tried.", unit="segments", ge=2, le=20)
    minimum_silhouette: float = setting(
        0.25,
        "Mean silhouette below which all sub-categories stay in one segment; 0 accepts any grouping.",
        ge=0.0,
        le=1.0,
    )
    comparison_sets: int = setting(
        200,
        "Random sets without groups, cut in two, with which each segment and its nearest are compared: they "
        "must lie farther apart than 98 % of these. 0 makes no comparison.",
        unit="sets",
        ge=0,
        le=1000,
    )
    restarts: int = setting(
        10,
        "Starts of K-means for each number of segments; the best start counts.",
        unit="starts",
        ge=10,
        le=200,
    )
    resamples: int = setting(
        20,
        "Bootstrap resamples by which the stability of the segments is judged; 0 judges none.",
        unit="resamples",
        ge=0,
        le=1000,
    )
    scaling: Scaling = setting(
        Scaling.STANDARD,
        "How features are made comparable: by the standard deviation (standard) or by the median absolute "
        "deviation, which a few extreme sub-categories do not move (robust).",
    )
    features: tuple[Feature, ...] = setting(
        tuple(Feature), "Features by which sub-categories are compared, as far as the data know them."
    )
    repeated_features: bool = setting(
        False,
        "Whether sales, volume and velocity count each, even where sales and price already say almost all of "
        "them (over 95 %).",
    )

    @model_validator(mode="after")
    def _sensible(self) -> "SegmentationSettings":
        if self.maximum_segments < self.minimum_segments:
            raise ValueError("maximum_segments must not lie below minimum_segments")
        if not self.features:
            raise ValueError("name at least one feature")
        return self


@dataclass(frozen=True, slots=True)
class _Choice:
    """The grouping chosen (``chosen`` None: one segment), what it was chosen from, and why."""

    labels: Labels
    tried: tuple[Candidate, ...]
    chosen: Candidate | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The first agent: puts sub-categories that behave alike into segments."""

    settings: SegmentationSettings

    name: ClassVar[StepName] = StepName.SEGMENTATION
    requires: ClassVar[tuple[type, ...]] = (Panel,)
    produces: ClassVar[type] = Segments
    calculation_version: ClassVar[int] = 2

    def run(self, inputs: Inputs, rng: np.random.Generator) -> Segments:
        """Return the segments of the panel's sub-categories, with the reasons as notes."""
        panel = inputs[Panel]
        table = feature_table(panel)
        compared = comparison(
            table,
            self.settings.features,
            robust=self.settings.scaling is Scaling.ROBUST,
            every_feature=self.settings.repeated_features,
        )
        choice = _chosen(compared.points, self.settings, panel.unit_word, rng)
        sales = np.nansum(panel.outcome, axis=1)
        segments = _segments(panel.units, choice.labels, sales, compared)
        label_of = {member: each.label for each in segments for member in each.members}
        keys = pd.DataFrame(
            {"sub_category": list(panel.units), "segment": [label_of[unit] for unit in panel.units]}
        )
        components, explained = principal_components(compared.points, 2)
        placed = keys.assign(component_1=components[:, 0], component_2=components[:, 1])
        return Segments(
            segments=segments,
            profile=_profile(segments, keys, table, sales),
            features=pd.concat([keys, table], axis=1),
            components=placed,
            candidates=_candidate_table(choice, compared.points),
            explained=tuple(float(each) for each in explained),
            silhouette=choice.chosen.silhouette if choice.chosen else None,
            stability=_judged_stability(choice.chosen),
            notes=(
                *compared.notes,
                *choice.notes,
                *_member_notes(segments),
                *promotion_doubts(panel),
                *_gap_notes(panel),
            ),
        )


def _chosen(
    points: Matrix, settings: SegmentationSettings, unit_word: str, rng: np.random.Generator
) -> _Choice:
    """Return the grouping of the best silhouette, or one segment where nothing stands apart."""
    count = len(points)
    most = min(settings.maximum_segments, count - 1, distinct(points))
    counts = list(range(settings.minimum_segments, most + 1))
    if not counts:
        return _one_segment(points, (), _nothing_to_segment(points, settings, unit_word))
    tried = candidates(points, counts, restarts=settings.restarts, resamples=settings.resamples, rng=rng)
    best = max(tried, key=lambda each: each.silhouette)
    wanted = [each for each in tried if each.silhouette >= settings.minimum_silhouette]
    if not wanted:
        reason = (
            f"One segment, as nothing stands apart: the best grouping, into {_size(best)} segments, has a "
            f"silhouette of {best.silhouette:.2f} ({SILHOUETTE}), and {settings.minimum_silhouette:.2f} is "
            f"asked for."
        )
        return _one_segment(points, tried, reason)
    if not settings.comparison_sets:
        return _Choice(best.partition.labels, tried, best, _reasons(best, tried, {}))
    chances: dict[int, float] = {}
    chosen = _held(points, wanted, chances, settings.comparison_sets, rng)
    if chosen is None:
        reason = (
            f"One segment, as nothing stands apart: the best grouping, into {_size(best)} segments, has a "
            f"silhouette of {best.silhouette:.2f} ({SILHOUETTE}), but {_as_far(chances[_size(best)])} of "
            f"random sets without any groups, cut in two, are parted as far as two of its segments."
        )
        return _one_segment(points, tried, reason)
    return _Choice(chosen.partition.labels, tried, chosen, _reasons(chosen, tried, chances))


def _held(
    points: Matrix,
    wanted: Sequence[Candidate],
    chances: dict[int, float],
    sets: int,
    rng: np.random.Generator,
) -> Candidate | None:
    """Return the grouping to choose among those whose segments all lie farther apart than chance parts.

    That of the highest silhouette, or a finer one of nearly the same; None where none holds. ``chances``
    receives, by number of segments, what was found of those looked at.
    """

    def holds(candidate: Candidate) -> bool:
        chance = chance_of_split(points, candidate.partition.labels, sets=sets, rng=rng)
        chances[_size(candidate)] = chance
        return chance <= LARGEST_CHANCE

    ranked = sorted(wanted, key=lambda each: -each.silhouette)
    first = next((each for each in ranked if holds(each)), None)
    if first is None:
        return None
    finer = [
        each
        for each in reversed(wanted)
        if _size(each) > _size(first)
        and each.silhouette >= first.silhouette - ALIKE_SILHOUETTES
        and _size(each) not in chances
    ]
    return next((each for each in finer if holds(each)), first)


def _as_far(chance: float) -> str:
    return percent(chance) if chance >= 0.01 else "under 1 %"


def _one_segment(points: Matrix, tried: tuple[Candidate, ...], reason: str) -> _Choice:
    return _Choice(np.zeros(len(points), dtype=np.int64), tried, None, (Note(reason),))


def _nothing_to_segment(points: Matrix, settings: SegmentationSettings, unit_word: str) -> str:
    count = len(points)
    if count == 1:
        return f"There is nothing to segment: the data have a single {unit_word}, which is the one segment."
    if distinct(points) < settings.minimum_segments:
        return f"There is nothing to segment: all {count} {_plural(unit_word)} look the same."
    return (
        f"There is nothing to segment: {settings.minimum_segments} segments need more than {count} "
        f"{_plural(unit_word)}."
    )


def _reasons(best: Candidate, tried: tuple[Candidate, ...], chances: Mapping[int, float]) -> tuple[Note, ...]:
    others = [f"{_size(each)}: {each.silhouette:.2f}" for each in tried if each is not best]
    beside = f"; others: {', '.join(others)}" if others else ""
    notes = [
        Note(f"{_size(best)} segments: their silhouette is {best.silhouette:.2f} ({SILHOUETTE}{beside}).")
    ]
    if chances:
        notes.append(
            Note(
                f"Each of them lies farther from its nearest than 98 % of random sets without any groups are "
                f"parted when cut in two{_refused(best, tried, chances)}."
            )
        )
    if np.isfinite(best.stability):
        shaky = best.stability < LEAST_STABILITY
        end = (
            "so other data might well group them in another way."
            if shaky
            else "so the segments do not hang on single sub-categories."
        )
        notes.append(
            Note(
                f"Drawn again from resampled sub-categories, the grouping agrees to {best.stability:.2f} "
                f"(adjusted Rand index; 1: the same, 0: chance), {end}",
                verdict=Verdict.WARN if shaky else Verdict.PASS,
            )
        )
    return tuple(notes)


def _refused(best: Candidate, tried: Sequence[Candidate], chances: Mapping[int, float]) -> str:
    """Return why no other number was taken that seemed as good or better."""
    torn = [
        f"{_size(each)} (chance parts as far in {_as_far(chances[_size(each)])} of them)"
        for each in tried
        if chances.get(_size(each), 0.0) > LARGEST_CHANCE
    ]
    said = f", which does not hold for {' nor for '.join(torn)}" if torn else ""
    if any(
        each.silhouette > best.silhouette and chances.get(_size(each), 1.0) <= LARGEST_CHANCE
        for each in tried
    ):
        said += (
            f"; of numbers whose silhouettes differ by less than {ALIKE_SILHOUETTES:g}, the finest that "
            "holds counts"
        )
    return said


def _segments(
    units: Sequence[str], labels: Labels, sales: Vector, compared: Comparison
) -> tuple[Segment, ...]:
    """Return the segments in the order of their sales, labeled S1, S2, … and named by their traits."""
    groups = [np.flatnonzero(labels == group) for group in range(int(labels.max()) + 1)]
    groups = sorted(
        (members for members in groups if len(members)), key=lambda rows: (-float(sales[rows].sum()), rows[0])
    )
    names = segment_names([compared.points[rows].mean(axis=0) for rows in groups], compared.features)
    return tuple(
        Segment(f"S{index + 1}", name, tuple(units[int(row)] for row in rows))
        for index, (rows, name) in enumerate(zip(groups, names, strict=True))
    )


def _profile(
    segments: tuple[Segment, ...], keys: pd.DataFrame, table: pd.DataFrame, sales: Vector
) -> pd.DataFrame:
    means = table.groupby(keys["segment"].to_numpy(), sort=True).mean()
    totals = pd.Series(sales).groupby(keys["segment"].to_numpy(), sort=True).sum()
    labels = [each.label for each in segments]
    total = float(sales.sum())
    profile = pd.DataFrame(
        {
            "segment": labels,
            "name": [each.name for each in segments],
            "members": [len(each.members) for each in segments],
        }
    )
    for feature in table.columns:
        profile[feature] = means.loc[labels, feature].to_numpy(np.float64)
    profile["sales"] = totals.loc[labels].to_numpy(np.float64)
    profile["share"] = profile["sales"] / total if total > 0.0 else np.nan
    return profile


def _candidate_table(choice: _Choice, points: Matrix) -> pd.DataFrame:
    """Return a row per number of segments; one segment has neither silhouette nor stability."""
    alone = float(((points - points.mean(axis=0)) ** 2).sum())
    rows = [(1, np.nan, np.nan, alone, choice.chosen is None)]
    rows += [
        (_size(each), each.silhouette, each.stability, each.partition.inertia, each is choice.chosen)
        for each in choice.tried
    ]
    return pd.DataFrame(rows, columns=["segments", "silhouette", "stability", "inertia", "chosen"])


def _judged_stability(chosen: Candidate | None) -> float | None:
    return chosen.stability if chosen is not None and np.isfinite(chosen.stability) else None


def _member_notes(segments: tuple[Segment, ...]) -> tuple[Note, ...]:
    """Return a doubt for each segment that rests on one sub-category beside larger ones."""
    if len(segments) == 1:
        return ()
    return tuple(
        Note(
            f"{each.label} ({each.name}) is {each.members[0]} alone: it stands apart from all others, so "
            f"check that its data are right.",
            each.label,
            Verdict.WARN,
        )
        for each in segments
        if len(each.members) == 1
    )


def _gap_notes(panel: Panel) -> tuple[Note, ...]:
    """Return a doubt for each sub-category whose history has large gaps."""
    missing = (~np.isfinite(panel.outcome)).sum(axis=1)
    return tuple(
        Note(
            f"{unit} has no sales in {int(count)} of {panel.outcome.shape[1]} periods; it was compared by "
            f"the others.",
            unit,
            Verdict.WARN,
        )
        for unit, count in zip(panel.units, missing, strict=True)
        if count > LARGEST_GAP_SHARE * panel.outcome.shape[1]
    )


def _size(candidate: Candidate) -> int:
    return len(candidate.partition.centers)


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
