"""The segmentation as changes of its sheet."""

from mmxlib.artifacts.segments import Segments
from mmxlib.terms import StepName
from mmxlib_excel.layout.results.segments import MEMBERS, NOTES, PROFILE, SHEET, TRIED
from mmxlib_excel.results.material import Material
from mmxlib_excel.results.writing import (
    HOLDS,
    cut_sentence,
    emptied,
    fitting,
    noted,
    rows_of,
    state_changes,
    written,
)
from mmxlib_excel.workbooks.port import Changes


def segments_changes(material: Material) -> Changes:
    """Return the changes that show the segments, or empty their sheet."""
    segments = material.get(Segments)
    if segments is None:
        return emptied(SHEET, stale=StepName.SEGMENTATION in material.stale)
    names = {each.label: each.name for each in segments.segments}
    members = segments.features[["sub_category", "segment"]].sort_values("segment", kind="stable")
    members = members.assign(segment_name=[names.get(str(label), "") for label in members["segment"]])
    said_more = (
        cut_sentence(len(segments.profile), PROFILE, "segments", "the largest first"),
        cut_sentence(len(members), MEMBERS, "sub-categories", "those of the largest segments first"),
    )
    return (
        state_changes(SHEET, [HOLDS])
        + noted(NOTES, segments.notes, said_more)
        + written(PROFILE, fitting(rows_of(segments.profile, PROFILE), PROFILE))
        + written(TRIED, fitting(rows_of(segments.candidates, TRIED), TRIED))
        + written(MEMBERS, fitting(rows_of(members, MEMBERS), MEMBERS))
    )
