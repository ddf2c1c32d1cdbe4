"""The draws in ArviZ's form: named, in their chains, and the same after saving."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmxlib.artifacts.panel import Channel
from mmxlib.artifacts.response import Response
from mmxlib.errors import ModelError
from mmxlib.model.model import Model, load_model
from tests.model.panels import fitted, known

MISSING = "the extra [bayes] is not installed"
PANEL = known(periods=90).panel


@pytest.fixture(scope="module")
def sampled() -> Response:
    pytest.importorskip("nutpie", reason=MISSING)
    return fitted(PANEL, method="bayes", chains=3, tune=200, samples=100, draws=60)


@pytest.fixture(scope="module")
def ridge() -> Response:
    return fitted(PANEL, draws=30)


@pytest.fixture(scope="module")
def made(sampled: Response) -> Any:
    pytest.importorskip("arviz", reason=MISSING)
    return Model(sampled).to_inference_data()


def test_every_draw_stands_in_its_chain_under_its_names(made: Any, sampled: Response) -> None:
    posterior, draws = made.posterior, sampled.draws
    assert dict(posterior.sizes) == {
        "chain": 3, "draw": 20, "channel": 3, "unit": 2, "column": len(sampled.base.columns),
    }  # fmt: skip
    for name in ("retention", "half_saturation", "shape", "effect", "base", "noise_sd"):
        values = getattr(draws, name)
        assert posterior[name].to_numpy().tobytes() == values.tobytes()
    assert float(posterior["retention"].sel(channel="c2").isel(chain=1, draw=4)) == draws.retention[24, 1]
    assert list(posterior["base"]["column"].to_numpy()) == list(sampled.base.columns)
    assert posterior["effect"].dims == ("chain", "draw", "unit", "channel")


def test_kept_draws_are_those_of_their_chains_places() -> None:
    """All draws against a thinned tenth of the same chains: same chain and place, same values."""
    arviz = pytest.importorskip("arviz", reason=MISSING)
    panel = known(units=1, periods=90).panel
    quick = {"method": "bayes", "chains": 2, "tune": 150, "samples": 100}
    every, few = (Model(fitted(panel, draws=draws, **quick)).to_inference_data() for draws in (200, 20))
    assert isinstance(every, arviz.InferenceData)
    assert list(every.posterior["draw"].to_numpy()) == list(range(100))
    assert list(few.posterior["draw"].to_numpy()) == list(range(5, 100, 10))
    for name in ("retention", "half_saturation", "shape", "effect"):
        same = every.posterior[name].sel(draw=few.posterior["draw"])
        np.testing.assert_array_equal(few.posterior[name], same)
    for name in ("lp", "diverging", "n_steps"):
        same = every.sample_stats[name].sel(draw=few.posterior["draw"])
        np.testing.assert_array_equal(few.sample_stats[name], same)


def test_all_draws_have_the_r_hat_that_the_model_reports() -> None:
    arviz = pytest.importorskip("arviz", reason=MISSING)
    response = fitted(
        known(units=1, periods=90).panel, method="bayes", chains=2, tune=150, samples=100, draws=200
    )
    assert response.sampler is not None
    reported = response.sampler.checks.query("parameter == 'half_saturation'").set_index("channel")
    posterior = Model(response).to_inference_data().posterior
    r_hat = arviz.rhat(np.log(posterior[["half_saturation"]]))["half_saturation"]  # as the sampler sees it
    # the two draws beside the median are equally far from it: the logarithm's last digit decides their ranks
    for channel in ("c1", "c2", "c3"):
        assert float(r_hat.sel(channel=channel)) == pytest.approx(reported.loc[channel, "r_hat"], rel=1e-3)


def test_what_the_sampler_did_is_in_its_own_group(made: Any, sampled: Response) -> None:
    stats = made.sample_stats
    assert set(stats.data_vars) == {
        "diverging", "lp", "energy", "acceptance_rate", "tree_depth", "n_steps",
    }  # fmt: skip
    assert stats["diverging"].dtype == bool
    assert 0.5 < float(stats["acceptance_rate"].mean()) <= 1.0
    assert sampled.sampler is not None
    assert int(stats["diverging"].sum()) <= sampled.sampler.divergences
    assert f"divergences {sampled.sampler.divergences}" in made.posterior.attrs["of_all_draws"]


def test_contribution_and_roi_are_those_of_the_summary(made: Any, sampled: Response) -> None:
    summary = Model(sampled).channel_summary()
    mean = made.posterior.mean(("chain", "draw"))
    np.testing.assert_allclose(mean["contribution"].sum("unit"), summary["contribution"], rtol=1e-9)
    np.testing.assert_allclose(mean["roi"], summary["roi"], rtol=1e-9)


def test_observed_and_drawn_outcomes_share_their_dates(made: Any) -> None:
    observed, drawn = made.observed_data["outcome"], made.posterior_predictive["outcome"]
    assert observed.dims == ("unit", "date")
    np.testing.assert_array_equal(observed, PANEL.outcome)
    np.testing.assert_array_equal(observed["date"].to_numpy(), PANEL.dates.astype("datetime64[ns]"))
    low, high = np.quantile(drawn.to_numpy().reshape(60, *PANEL.outcome.shape), [0.05, 0.95], axis=0)
    assert 0.8 < np.mean((low < PANEL.outcome) & (PANEL.outcome < high)) < 1.0


def test_arviz_summarizes_and_plots_what_it_gets(made: Any) -> None:
    arviz = pytest.importorskip("arviz", reason=MISSING)
    table = arviz.summary(made, var_names=["retention", "effect"])
    assert "effect[U2, c3]" in table.index
    assert table["r_hat"].notna().all()
    axes = arviz.plot_forest(made, var_names=["roi"], combined=True)
    assert len(axes) == 1


def test_the_same_seed_draws_the_same_noise(sampled: Response) -> None:
    pytest.importorskip("arviz", reason=MISSING)
    one, other, third = (Model(sampled).to_inference_data(seed=seed) for seed in (1, 1, 2))
    outcomes = [each.posterior_predictive["outcome"].to_numpy() for each in (one, other, third)]
    np.testing.assert_array_equal(outcomes[0], outcomes[1])
    assert np.all(outcomes[0] != outcomes[2])


@pytest.mark.parametrize("method", ["bayes", "ridge"])
def test_a_loaded_model_gives_the_same(method: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    pytest.importorskip("arviz", reason=MISSING)
    response = request.getfixturevalue("sampled" if method == "bayes" else "ridge")
    Model(response).save(tmp_path / "model.mmx")
    one = Model(response).to_inference_data()
    other = load_model(tmp_path / "model.mmx").to_inference_data()
    assert one.groups() == other.groups()
    for group in one.groups():
        assert one[group].equals(other[group])
    assert one.posterior.attrs["draws_are"] == other.posterior.attrs["draws_are"]


def test_refits_are_one_chain_and_say_that_they_are_no_sampler_s(ridge: Response) -> None:
    pytest.importorskip("arviz", reason=MISSING)
    made = Model(ridge).to_inference_data()
    assert (made.posterior.sizes["chain"], made.posterior.sizes["draw"]) == (1, 30)
    assert "sample_stats" not in made.groups()
    assert "refits to resampled data" in made.posterior.attrs["draws_are"]


def test_a_sampled_model_without_channels_says_that_its_draws_are_independent() -> None:
    pytest.importorskip("arviz", reason=MISSING)
    bare = replace(PANEL, channels=(), spend=PANEL.spend[:, :, :0], exposure=PANEL.exposure[:, :, :0])
    made = Model(fitted(bare, method="bayes", draws=25)).to_inference_data()
    assert made.posterior["base"].sizes["draw"] == 25
    assert "closed form" in made.posterior.attrs["draws_are"]


def test_a_channel_without_spend_has_no_roi_in_it() -> None:
    pytest.importorskip("arviz", reason=MISSING)
    panel = known(units=1, periods=60).panel
    channels = (*panel.channels[:2], Channel("c3", paid=False, has_exposure=True))
    spend = panel.spend * np.array([1.0, 1.0, 0.0])
    made = Model(fitted(replace(panel, channels=channels, spend=spend), draws=20)).to_inference_data()
    assert bool(made.posterior["roi"].sel(channel="c3").isnull().all())
    assert bool(made.posterior["roi"].sel(channel="c1").notnull().all())


def test_where_few_draws_are_kept_of_many_chains_every_chain_has_its_own() -> None:
    pytest.importorskip("nutpie", reason=MISSING)
    panel = known(units=1, periods=60).panel
    response = fitted(panel, method="bayes", chains=16, tune=100, samples=100, draws=20)
    assert len(response.draws) == 16
    assert response.sampler is not None
    assert response.sampler.steps is not None
    assert list(response.sampler.steps["chain"]) == list(range(16))


def test_where_arviz_is_missing_the_error_says_how_to_install_it(
    ridge: Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "arviz", None)
    with pytest.raises(ModelError, match=r'pip install "mmxlib\[bayes\]"'):
        Model(ridge).to_inference_data()


def test_without_the_extra_everything_else_works(ridge: Response, tmp_path: Path) -> None:
    """In a Python of its own, whose imports find neither of the extra's libraries."""
    Model(ridge).save(tmp_path / "model.mmx")
    code = f"""
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("arviz", "nutpie", "xarray"):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
import mmxlib as mmx
model = mmx.load_model({str(tmp_path / "model.mmx")!r})
model.priors(), model.rival_fits(), model.carryover(), model.prediction()
try:
    model.to_inference_data()
except mmx.ModelError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'pip install "mmxlib[bayes]"' in done.stdout
    assert "MMX-M012" in done.stdout
