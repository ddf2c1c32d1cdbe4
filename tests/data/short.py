"""Reading for the small clean market, whose ten weeks are enough to show how tables are read."""

from typing import Any

from mmxlib.artifacts.panel import Panel
from mmxlib.data import reading
from mmxlib.data.roles import DataSettings


def of_few_weeks(settings: Any) -> Any:
    """Return settings of data, or what holds them, that take one week for enough; others as they are."""
    if settings is None:
        return DataSettings(fewest_weeks=1)
    if isinstance(settings, DataSettings):
        return settings.model_copy(update={"fewest_weeks": 1})
    return settings


def read_panel(*sales: Any, config: Any = None, **others: Any) -> Panel:
    return reading.read_panel(*sales, config=of_few_weeks(config), **others)


def read_folder(source: Any, *, settings: Any = None) -> Panel:
    return reading.read_folder(source, settings=of_few_weeks(settings))
