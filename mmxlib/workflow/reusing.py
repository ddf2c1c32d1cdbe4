"""Results that outlive a new version: a setting that did not exist when a step was done voids nothing.

A version that adds a setting gives it the default by which results stay as they were, or raises the
calculation version of the steps whose results change.
"""

from collections.abc import Mapping
from typing import Any

from mmxlib.agents.agent import Agent
from mmxlib.settings import Settings
from mmxlib.workflow.checkpoints import StepRecord


def reusable_record(
    agent: Agent, basis: Mapping[str, Any], records: Mapping[str, StepRecord]
) -> StepRecord | None:
    """Return the latest record that differs from ``basis`` by settings alone that it did not know.

    Parameters
    ----------
    agent
        Who would do the step now.
    basis
        Everything that the step's result depends on now.
    records
        Every step ever finished in this run, by key.

    Notes
    -----
    Each of the settings that the record did not know must have its default.
    """
    for record in reversed(list(records.values())):
        before = record.basis["settings"]
        same = all(record.basis.get(name) == basis[name] for name in basis if name != "settings")
        if same and _without_new(agent, basis["settings"], before) == before:
            return record
    return None


def _without_new(agent: Agent, now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return an agent's settings without those that are not among ``before`` and have their default."""
    return {
        name: _known(getattr(agent, name), value, before.get(name))
        for name, value in now.items()
        if name in before or not _is_default(getattr(agent, name))
    }


def _known(value: object, now: Any, before: Any) -> Any:
    """Return ``now``, the plain form of ``value``, without defaults that ``before`` does not know."""
    if isinstance(value, Settings) and isinstance(before, dict):
        fields = type(value).model_fields
        return {
            name: _known(getattr(value, name), now[name], before.get(name))
            for name, field in fields.items()
            if name in before or field.is_required() or getattr(value, name) != field.get_default()
        }
    if isinstance(value, Mapping) and isinstance(before, list):
        by_name = {pair[0]: pair[1] for pair in before}
        return [
            [name, _known(each, plain, by_name.get(name))]
            for (name, plain), each in zip(now, value.values(), strict=True)
        ]
    if isinstance(value, tuple | list) and isinstance(before, list) and len(before) == len(value):
        return [_known(*each) for each in zip(value, now, before, strict=True)]
    return now


def _is_default(value: object) -> bool:
    """Return whether a section of settings has every default; one that needs a value has none."""
    return (
        isinstance(value, Settings)
        and not any(field.is_required() for field in type(value).model_fields.values())
        and value == type(value)()
    )
