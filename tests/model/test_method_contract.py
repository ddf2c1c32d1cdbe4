"""The contract that every method of finding the answer keeps, whichever there are."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mmxlib.artifacts.codec import encode
from mmxlib.artifacts.panel import Panel
from mmxlib.artifacts.response import Response
from mmxlib.errors import DataError
from mmxlib.model.decomposition import media_totals
from mmxlib.model.model import Model, load_model
from mmxlib.terms import Method
from tests.model.panels import fitted, known

DRAWS = 20
every_method = pytest.mark.parametrize("method", Method)


@cache
def panel() -> Panel:
    return known(periods=100).panel


def answer(given: Panel, method: Method, seed: int = 0) -> Response:
    """Return a quick fit; its chains are too short to be trusted, which no part of the contract asks."""
    if method is Method.BAYES:
        pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")
    return fitted(given, method=method, seed=seed, draws=DRAWS, chains=2, tune=100, samples=100)


@cache
def usual(method: Method) -> Response:
    return answer(panel(), method)


@every_method
def test_it_says_how_it_was_found_and_gives_as_many_draws_as_are_asked_for(method: Method) -> None:
    response = usual(method)
    assert response.method is method
    assert len(response.draws) == DRAWS
    assert len(response.reference) == 1


@every_method
def test_every_draw_lies_where_its_priors_allow_it(method: Method) -> None:
    draws, priors = usual(method).draws, usual(method).priors
    assert (draws.effect >= 0.0).all()
    assert (draws.noise_sd > 0.0).all()
    for name in ("retention", "half_saturation", "shape"):
        values = getattr(draws, name)
        for channel, prior in enumerate(priors):
            bounds = getattr(prior, name)
            assert (values[:, channel] >= bounds.lower).all()
            assert (values[:, channel] <= bounds.upper).all()


@every_method
def test_its_parts_add_up_to_the_outcome(method: Method) -> None:
    table = Model(usual(method)).contributions()
    found = table.groupby(["unit", "date"], sort=False)["mean"].sum().to_numpy()
    np.testing.assert_allclose(found, panel().outcome.ravel(), rtol=1e-9)


@every_method
def test_its_intervals_hold_their_means_and_grow_with_the_level(method: Method) -> None:
    narrow, wide = (Model(usual(method)).channel_summary(level=level) for level in (0.5, 0.9))
    for column in ("contribution", "roi"):
        assert (wide[f"{column}_lower"] <= narrow[f"{column}_lower"]).all()
        assert (narrow[f"{column}_upper"] <= wide[f"{column}_upper"]).all()
        assert wide[column].between(wide[f"{column}_lower"], wide[f"{column}_upper"]).all()
    pd.testing.assert_series_equal(narrow["contribution"], wide["contribution"])


@every_method
def test_its_reference_has_the_mean_totals(method: Method) -> None:
    response = usual(method)
    alone = media_totals(replace(response, draws=response.reference))[0]
    np.testing.assert_allclose(alone, media_totals(response).mean(axis=0), rtol=1e-9)


@every_method
def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_draws(method: Method) -> None:
    assert encode(answer(panel(), method)).digest == encode(usual(method)).digest
    other = answer(panel(), method, seed=1)
    assert (other.draws.effect != usual(method).draws.effect).any()


@every_method
def test_a_channel_without_exposure_brings_nothing(method: Method) -> None:
    dark = panel().exposure.copy()
    dark[:, :, 1] = 0.0
    response = answer(replace(panel(), exposure=dark, spend=dark), method)
    np.testing.assert_array_equal(media_totals(response)[:, :, 1], 0.0)


@every_method
def test_a_saved_model_comes_back_the_same(method: Method, tmp_path: Path) -> None:
    path = tmp_path / "model.mmx"
    Model(usual(method)).save(path)
    assert encode(load_model(path).response).digest == encode(usual(method)).digest


@every_method
def test_data_without_sales_are_refused(method: Method) -> None:
    with pytest.raises(DataError, match="no sales"):
        answer(replace(panel(), outcome=np.zeros_like(panel().outcome)), method)
