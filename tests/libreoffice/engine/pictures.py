"""Pictures, as xlwings asks for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlwings import base_classes

from tests.libreoffice.connection import file_address, properties

PICTURE = "com.sun.star.drawing.GraphicObjectShape"


class Pictures(base_classes.Pictures):
    """The pictures of a sheet."""

    parent: Any = None

    def __init__(self, sheet: Any) -> None:
        self.parent = sheet

    @property
    def api(self) -> Any:
        return self.parent.native.DrawPage

    def __iter__(self) -> Iterator["Picture"]:
        shapes = [self.api.getByIndex(number) for number in range(self.api.Count)]
        return iter([Picture(self.parent, shape) for shape in shapes if shape.ShapeType == PICTURE])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __contains__(self, name: str) -> bool:
        return any(picture.name == name for picture in self)

    def __call__(self, name_or_index: int | str) -> "Picture":
        found = list(iter(self))
        if isinstance(name_or_index, int):
            return found[name_or_index - 1]
        for picture in found:
            if picture.name == name_or_index:
                return picture
        raise KeyError(name_or_index)


class Picture(base_classes.Picture):
    """One picture."""

    parent: Any = None

    def __init__(self, sheet: Any, shape: Any) -> None:
        self.parent, self._shape = sheet, shape

    @property
    def api(self) -> Any:
        return self._shape

    @property
    def name(self) -> str:
        return str(self._shape.Name)

    @name.setter
    def name(self, value: str) -> None:
        self._shape.Name = value

    def update(self, filename: str) -> "Picture":
        """Show another picture in the same place."""
        provider = self.parent.book.app.office.service("com.sun.star.graphic.GraphicProvider")
        self._shape.Graphic = provider.queryGraphic(properties(URL=file_address(Path(filename))))
        return self

    def delete(self) -> None:
        self.parent.native.DrawPage.remove(self._shape)
