"""Choices that are too long for a cell's own list: they stand on a hidden sheet and are referred to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mmxlib_excel.editing.addresses import Address
from mmxlib_excel.layout.spec import Block, Field, Role, Sheet, Text

LONGEST_LIST = 255
"""The characters of a list of choices that a cell can keep itself, commas included."""

NAME, CODE_NAME = "Lists", "SheetLists"


def with_lists(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Return the sheets with long choices moved to one more hidden sheet, if there are any."""
    lists = _Lists()
    moved = tuple(
        replace(
            sheet,
            blocks=tuple(lists.block(block) for block in sheet.blocks),
            fields=tuple(lists.field(each) for each in sheet.fields),
        )
        for sheet in sheets
    )
    if not lists.reference_of:
        return moved
    return (*moved, Sheet(NAME, CODE_NAME, Role.HIDDEN, title="", texts=tuple(lists.texts), freeze=""))


def fits_cell(choices: Sequence[str]) -> bool:
    """Return whether a cell can keep these choices itself: short, and no comma in any of them."""
    return len(",".join(choices)) <= LONGEST_LIST and not any("," in each for each in choices)


@dataclass
class _Lists:
    """The lists while they are gathered, a column each; equal lists share one. It grows, hence no value."""

    reference_of: dict[tuple[str, ...], str] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)

    def block(self, block: Block) -> Block:
        long = {each.name: each.choices for each in block.columns if not fits_cell(each.choices)}
        if not long:
            return block
        columns = tuple(replace(each, choices=()) if each.name in long else each for each in block.columns)
        references = {name: self._reference(choices) for name, choices in long.items()}
        return replace(block, columns=columns, choices_from={**block.choices_from, **references})

    def field(self, each: Field) -> Field:
        if fits_cell(each.choices):
            return each
        return replace(each, choices=(), choices_from=self._reference(each.choices))

    def _reference(self, choices: tuple[str, ...]) -> str:
        if choices not in self.reference_of:
            letter = _letter(len(self.reference_of))
            self.reference_of[choices] = f"={NAME}!${letter}$1:${letter}${len(choices)}"
            self.texts += [Text(f"{letter}{row}", words) for row, words in enumerate(choices, start=1)]
        return self.reference_of[choices]


def _letter(index: int) -> str:
    return str(Address(1, index + 1)).removesuffix("1")
