"""What a model is asked that it cannot do, and what the answer is."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from mmxlib.artifacts.codec import MAX_BYTES
from mmxlib.artifacts.panel import Channel
from mmxlib.budget.beside_media import changed_controls
from mmxlib.errors import ModelError, SettingsError, UsageError
from mmxlib.model.model import load_model
from mmxlib.model.priors import resolved_priors
from mmxlib.model.settings import ChannelPriorSettings, PriorSettings
from tests.forecasting.responses import whole_response
from tests.model.panels import fitted, known

PANEL = known(units=1, channels=1).panel
RESPONSE = whole_response()


def stating(name: str, **own: object) -> PriorSettings:
    return PriorSettings(channels={name: ChannelPriorSettings.model_validate(own)})


def test_priors_of_a_channel_that_the_data_do_not_have_are_refused_with_those_they_have() -> None:
    with pytest.raises(SettingsError) as caught:
        resolved_priors(stating("tele", half_life=2.0), replace(PANEL, channels=(Channel("tv"),)))
    assert (caught.value.code, caught.value.faults[0].place) == ("MMX-S020", "priors.yaml")
    assert "'tele', but the data have the channels tv" in caught.value.faults[0].problem


def test_a_channel_without_spend_may_have_a_share_and_no_roi() -> None:
    panel = replace(PANEL, channels=(Channel("letters", paid=False, has_exposure=True),))
    with pytest.raises(SettingsError) as caught:
        resolved_priors(stating("letters", roi={"mean": 2.0, "sd": 1.0}), panel)
    assert caught.value.code == "MMX-S021"
    assert caught.value.faults[0].remedy == "State contribution_share instead of roi."
    (prior,) = resolved_priors(stating("letters", contribution_share={"mean": 0.1, "sd": 0.05}), panel)
    assert prior.channel == "letters"


def test_controls_that_a_model_does_not_know_are_all_named_with_those_it_knows() -> None:
    with pytest.raises(UsageError) as caught:
        changed_controls(RESPONSE, 4, {"snow": 0.1, "sun": -0.1, "rain": 0.2})
    assert caught.value.code == "MMX-B026"
    assert "'snow', 'sun'." in caught.value.faults[0].problem
    known_ones = ", ".join(control.name for control in RESPONSE.panel.controls)
    assert caught.value.faults[0].remedy == f"The model's controls are {known_ones}."


def test_a_model_that_may_not_be_read_is_refused_in_the_system_s_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.mmx"
    path.write_bytes(b"a model")

    def refused(self: Path) -> bytes:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(ModelError) as caught:
        load_model(path)
    assert (caught.value.code, caught.value.faults[0].place) == ("MMX-M064", str(path))
    assert caught.value.faults[0].problem == "The model cannot be read: permission denied."


def test_a_file_larger_than_any_model_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.mmx"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)  # a hole: it takes no room on the disk
    with pytest.raises(ModelError) as caught:
        load_model(path)
    assert caught.value.faults[0].place == str(path)


def test_a_sampler_that_breaks_off_says_what_to_do_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nutpie", reason="the extra [bayes] is not installed")

    def broken_off(*arguments: object, **others: object) -> object:
        raise RuntimeError("all initial points failed")

    monkeypatch.setattr("mmxlib.model.sampling._sampled_trace", broken_off)
    with pytest.raises(ModelError) as caught:
        fitted(known(units=1, channels=1, periods=60).panel, method="bayes")
    assert caught.value.code == "MMX-M011"
    assert "method: ridge" in caught.value.faults[0].remedy
