"""Settings beside the data: channels that settings name and the data do not have."""

import difflib
from collections.abc import Iterator, Sequence

from mmxlib.artifacts.panel import Panel
from mmxlib.config.sections import Config, file_of
from mmxlib.errors import Fault, SettingsError


def check_channels(config: Config, panel: Panel) -> None:
    """Refuse settings for channels that the data do not have, before any step runs.

    Raises
    ------
    SettingsError
        If there are such settings; all are reported together.
    """
    faults = list(_strangers(config, panel))
    if faults:
        raise SettingsError.of(faults)


def _strangers(config: Config, panel: Panel) -> Iterator[Fault]:
    paid = [each.name for each in panel.channels if each.paid]
    for name in config.priors.channels:
        if name not in panel.channel_names:
            yield _unknown(f"priors.channels.{name}", name, "channel", panel.channel_names)
    for number, each in enumerate(config.priors.experiments):
        setting = f"priors.experiments.{number}"
        if each.channel not in panel.channel_names:
            yield _unknown(f"{setting}.channel", each.channel, "channel", panel.channel_names)
        if each.unit is not None and each.unit not in panel.units:
            yield _unknown(f"{setting}.unit", each.unit, panel.unit_word, panel.units)
    limits = {"constraints.channels": list(config.constraints.channels)}
    for scenario_name, scenario in config.budget.scenarios.items():
        place = f"budget.scenarios.{scenario_name}"
        limits[f"{place}.channels"] = list(scenario.channels)
        limits |= {f"{place}.groups.{name}": list(group.channels) for name, group in scenario.groups.items()}
        limits[f"{place}.fixed"] = list(dict.fromkeys(cell.channel for cell in scenario.fixed))
    for group, names in limits.items():
        for name in names:
            if name not in paid:
                yield _unknown(f"{group}.{name}", name, "channel with spend", paid)


def _unknown(setting: str, name: str, kind: str, there: Sequence[str]) -> Fault:
    near = difflib.get_close_matches(name, there, n=1)
    listed = f"{kind.replace('channel', 'channels')}: {', '.join(there) or 'none'}."
    return Fault(
        "MMX-S022",
        f'the data have no {kind} "{name}".',
        f'Did you mean "{near[0]}"? Known {listed}' if near else f"Known {listed}",
        f"{setting} ({file_of(setting.split('.', maxsplit=1)[0])})",
    )
