"""What every settings type shares: frozen, strict, each field with meaning, unit and bounds."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """The base of all settings: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def setting(
    default: Any,
    description: str,
    *,
    unit: str = "",
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
    lt: float | None = None,
) -> Any:
    """Return a documented field: what it means, its unit (empty for a pure choice) and its bounds.

    The description is the text that Excel, ``mmx schema`` and the YAML comments show.
    """
    extra: dict[str, Any] = {"unit": unit} if unit else {}
    return Field(
        default=default, description=description, json_schema_extra=extra, ge=ge, le=le, gt=gt, lt=lt
    )
