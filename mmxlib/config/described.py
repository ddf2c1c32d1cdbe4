"""Every setting with its meaning, unit, default and what it may be, taken from the settings types."""

from dataclasses import dataclass

from pydantic.fields import FieldInfo

from mmxlib.settings import Settings, allowed


@dataclass(frozen=True, slots=True)
class Description:
    """One setting: its dotted name, its value, its unit, what is allowed, its default and its meaning.

    ``needed`` says that it has no default: it must be given where its group is.
    """

    name: str
    value: object
    unit: str
    allowed: str
    default: object
    meaning: str
    needed: bool = False


def descriptions(settings: Settings, prefix: str = "") -> tuple[Description, ...]:
    """Return a description of every single setting within ``settings``, in their order.

    Values by name (such as scenarios) count as single settings where they hold no settings of their own.
    """
    found: list[Description] = []
    for name, field in type(settings).model_fields.items():
        value, path = getattr(settings, name), f"{prefix}{name}"
        if isinstance(value, Settings):
            found += descriptions(value, f"{path}.")
        elif isinstance(value, dict) and value and all(isinstance(each, Settings) for each in value.values()):
            for key, each in value.items():
                found += descriptions(each, f"{path}.{key}.")
        else:
            found.append(described(path, field, value))
    return tuple(found)


def described(path: str, field: FieldInfo, value: object) -> Description:
    """Return the description of one field that is set to ``value``."""
    extra = field.json_schema_extra
    unit = extra.get("unit", "") if isinstance(extra, dict) else ""
    return Description(
        name=path,
        value=value,
        unit=str(unit),
        allowed=allowed(field),
        default=None if field.is_required() else field.get_default(),
        meaning=field.description or "",
        needed=field.is_required(),
    )
