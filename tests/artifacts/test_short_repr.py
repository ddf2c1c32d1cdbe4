"""What an interpreter shows of a result: sizes and names, never the numbers of whole tables."""

import mmxlib as mmx
from mmxlib.artifacts.panel import Panel


def market(periods: int) -> Panel:
    return mmx.simulate_panel(sub_categories=3, channels=4, periods=periods, seed=1).panel


def test_a_panel_shows_its_units_dates_and_channels_on_one_screen() -> None:
    text = repr(market(156))
    lines = text.splitlines()
    assert lines[0] == "Panel"
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 120
    told = {line.split()[0]: " ".join(line.split()[1:]) for line in lines[1:]}
    panel = market(156)
    assert told["dates"] == f"156: {panel.dates[0]} to {panel.dates[-1]}"
    assert told["outcome"] == "array of 3 x 156"
    assert told["channels"] == f"4: {', '.join(channel.name for channel in panel.channels)}"
    assert "experiments" not in told  # there are none


def test_more_data_make_no_longer_text() -> None:
    assert len(repr(market(104)).splitlines()) == len(repr(market(260)).splitlines())


def test_a_model_and_its_plan_show_what_they_are() -> None:
    model = mmx.fit_model(market(104))
    said = repr(model)
    assert said.startswith("Model by ridge: 3 units, 104 periods, ")
    assert all(channel.name in said for channel in model.response.panel.channels)
    plan = mmx.optimize_budget(model, periods=13)
    lines = dict(line.split(maxsplit=1) for line in repr(plan).splitlines()[1:])
    assert lines["total"] == f"{plan.total:,.6g}"
    assert "profit" not in lines  # not known without a margin
    assert repr(model.response).startswith("Response\n  method")
