"""The sheet Constraints: how far each channel's budget may move at all, a row each."""

from mmxlib.agents.baseline import ChannelConstraintSettings
from mmxlib.report.columns import Kind
from mmxlib_excel.layout.check_column import check_column
from mmxlib_excel.layout.priors import CHANNEL_ROOM
from mmxlib_excel.layout.spec import Block, Column, Role, Sheet

_SHEET, _TOP = "Constraints", 5
_FACTORS = {"lower": "Least factor", "upper": "Most factor"}

BLOCK = Block(
    name="mmx_constraints",
    sheet=_SHEET,
    cell=f"A{_TOP}",
    columns=(
        Column("channel", "Channel", Kind.TEXT, "The channel, written as in the media.", 22.0),
        *(
            Column(
                name,
                label,
                Kind.RATIO,
                f"{ChannelConstraintSettings.model_fields[name].description} Empty: as in the row default.",
                16.0,
            )
            for name, label in _FACTORS.items()
        ),
        check_column(60.0),
    ),
    rows=CHANNEL_ROOM + 1,
    is_input=True,
)

SHEETS = (
    Sheet(
        name=_SHEET,
        code_name="SheetConstraints",
        role=Role.INPUT,
        title="Constraints",
        about="How far a channel's budget may move at all, as factors of its present spend: 0.4 and 1.6 "
        "allow a cut to 40 % and a rise to 160 %. An empty cell means the first row, default.",
        blocks=(BLOCK,),
        freeze=f"B{_TOP + 1}",
        landscape=False,
    ),
)
