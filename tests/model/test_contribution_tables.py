"""Contributions in their two parts: what comes at once, and carryover."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mmxlib.errors import UsageError
from mmxlib.model.decomposition import immediate_draws, media_draws
from mmxlib.model.model import Model
from tests.model.panels import fitted, known

MADE = known(periods=110)
RESPONSE = fitted(MADE.panel, draws=20)
MODEL = Model(RESPONSE)
PARTS = MODEL.carryover()


def test_the_parts_add_up_to_the_contribution() -> None:
    whole = MODEL.contributions()
    whole = whole[whole["component"].isin(RESPONSE.panel.channel_names)].reset_index(drop=True)
    pd.testing.assert_series_equal(PARTS["channel"], whole["component"], check_names=False)
    assert (PARTS["date"] == whole["date"]).all()
    assert (PARTS["unit"] == whole["unit"]).all()
    np.testing.assert_allclose(
        PARTS["immediate"] + PARTS["carryover"], whole["mean"], rtol=0.0, atol=1e-9 * whole["mean"].max()
    )


def test_the_immediate_part_is_what_the_model_says_with_all_earlier_exposure_switched_off() -> None:
    """By hand for every draw, in plain NumPy: nothing is carried in."""
    draws, unit = RESPONSE.draws, 1
    own = RESPONSE.panel.exposure[unit] / RESPONSE.exposure_scale[unit] * (1.0 - draws.retention[:, None])
    with np.errstate(divide="ignore"):
        odds = (own / draws.half_saturation[:, None]) ** draws.shape[:, None]
    by_hand = draws.effect[:, unit][:, None] * odds / (1.0 + odds)
    np.testing.assert_allclose(immediate_draws(RESPONSE, unit), by_hand, rtol=1e-9, atol=1e-9)


def test_a_period_without_exposure_has_carryover_alone() -> None:
    silent = RESPONSE.panel.exposure[0] == 0.0
    rows = PARTS[PARTS["unit"] == "U1"]["immediate"].to_numpy().reshape(silent.shape)
    assert np.all(rows[silent] == 0.0)
    assert np.all(rows[~silent] > 0.0)


def test_the_first_period_has_no_carryover_and_none_is_ever_negative() -> None:
    first = PARTS[PARTS["date"] == RESPONSE.panel.dates[0]]
    np.testing.assert_allclose(first["carryover"], 0.0, atol=1e-9)
    assert (PARTS["carryover_lower"] > -1e-9).all()


def test_intervals_of_the_parts_hold_their_means() -> None:
    for part in ("immediate", "carryover"):
        inside = PARTS[part].between(PARTS[f"{part}_lower"] - 1e-9, PARTS[f"{part}_upper"] + 1e-9)
        assert inside.mean() > 0.95


def test_the_summary_splits_a_window_s_contribution_and_more_retention_means_more_carryover() -> None:
    dates = RESPONSE.panel.dates
    window = (str(dates[30]), str(dates[59]))
    summary = MODEL.channel_summary(window)
    np.testing.assert_allclose(
        summary["immediate"] + summary["carryover"], summary["contribution"], rtol=1e-12
    )
    inside = PARTS[(PARTS["date"] >= dates[30]) & (PARTS["date"] <= dates[59])]
    by_channel = inside.groupby("channel")[["immediate", "carryover"]].sum()
    np.testing.assert_allclose(summary[["immediate", "carryover"]], by_channel, rtol=1e-9)
    np.testing.assert_allclose(
        summary["carryover_share"], summary["carryover"] / summary["contribution"], rtol=1e-12
    )
    assert summary["carryover_share"].is_monotonic_increasing  # planted retentions: 0.2, 0.4, 0.6


def test_a_channel_that_brings_nothing_has_no_carryover_share() -> None:
    panel = known(units=1, periods=60).panel
    panel.spend[:, :, 1] = panel.exposure[:, :, 1] = 0.0
    summary = Model(fitted(panel, draws=20)).channel_summary()
    assert summary["contribution"][1] == summary["immediate"][1] == 0.0
    assert np.isnan(summary["carryover_share"][1])
    assert media_draws(MODEL.response, 0).min() >= 0.0


def test_a_model_without_channels_has_an_empty_table_of_parts() -> None:
    panel = known(units=1, periods=60).panel
    bare = replace(panel, channels=(), spend=panel.spend[:, :, :0], exposure=panel.exposure[:, :, :0])
    table = Model(fitted(bare, draws=20)).carryover()
    assert table.empty
    assert list(table.columns) == list(PARTS.columns)


def test_a_level_out_of_range_is_refused() -> None:
    with pytest.raises(UsageError, match="interval"):
        MODEL.carryover(level=1.0)
