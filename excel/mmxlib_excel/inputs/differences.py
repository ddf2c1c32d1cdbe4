"""What differs between two settings, as the patch of a revision."""

from typing import Any

from mmxlib.config.sections import Config


def settings_patch(before: Config, after: Config) -> dict[str, object]:
    """Return the settings of ``after`` that differ from ``before``, by dotted name, as a revision has them.

    A group of named things that lost one, or has a name that dots and quotes cannot write, is given whole.
    ``mmxlib.config.revised(before, patch)`` equals ``after``.
    """
    patch: dict[str, object] = {}
    _compare(before.model_dump(mode="json"), after.model_dump(mode="json"), (), patch)
    return patch


def _compare(before: Any, after: Any, path: tuple[str, ...], patch: dict[str, object]) -> None:
    if before == after:
        return
    both = isinstance(before, dict) and isinstance(after, dict)
    if not both or not before.keys() <= after.keys() or any('"' in name for name in after):
        patch[".".join(map(_part, path))] = after
        return
    for name, value in after.items():
        if name in before:
            _compare(before[name], value, (*path, name), patch)
        else:
            patch[".".join(map(_part, (*path, name)))] = _said(value)


def _said(value: Any) -> Any:
    """Return a new thing's settings without those that say nothing."""
    if isinstance(value, dict):
        return {name: each for name, each in value.items() if each is not None}
    return value


def _part(name: str) -> str:
    return name if name and "." not in name else f'"{name}"'
