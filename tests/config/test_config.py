"""Settings are read, checked in words, written with their documentation, and revised."""

from datetime import date
from pathlib import Path

import pytest

from mmxlib.artifacts.experiments import Experiment, StepTest
from mmxlib.config import (
    Config,
    check_channels,
    config_files,
    descriptions,
    read_config,
    revised,
    schema,
    write_config,
)
from mmxlib.config.yaml_text import parse_yaml
from mmxlib.errors import SettingsError
from tests.model.panels import known

HERE = Path(__file__).parents[2]
STEP = {"channel": "tv", "x": 2.0, "delta_x": 1.0, "delta_y": 4.0, "sigma": 0.5, "date": "2024-01-31"}
LIFT = {"channel": "no", "start": "2024-01-01", "end": "2024-02-01", "lift": 30, "standard_error": 4}


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def refused(tmp_path: Path, **files: str) -> SettingsError:
    with pytest.raises(SettingsError) as error:
        read_config(folder(tmp_path, **files))
    return error.value


def test_an_empty_folder_means_the_defaults(tmp_path):
    assert read_config(tmp_path) == Config()


def test_the_written_files_read_back_as_they_were(tmp_path):
    config = revised(
        Config(),
        {
            "seed": 7,
            "priors.tv.roi": {"low": 0.5, "high": 4.0},
            "priors.on.half_life": 3,
            "model.harmonics": 3,
            "data.event_columns": ["Black Friday", "no"],
            "data.controls": {"zeta": "other", "alpha": "price"},
            "priors.experiments": [STEP, LIFT],
        },
    )
    write_config(config, tmp_path)
    again = read_config(tmp_path)
    assert again == config
    assert again.model_dump_json() == config.model_dump_json()


def test_the_committed_files_are_those_that_are_written():
    for name, content in config_files(Config()).items():
        assert (HERE / "config" / name).read_bytes() == content, f"write config/ again: {name} differs"


def test_every_setting_stands_in_the_files_with_its_meaning():
    text = b"".join(config_files(Config()).values()).decode()
    flat = " ".join(text.replace("#", " ").split())
    for each in descriptions(Config()):
        assert " ".join(each.meaning.split()) in flat, each.name


def test_every_setting_has_a_complete_sentence():
    for each in descriptions(Config()):
        assert each.meaning.endswith("."), each.name
        assert each.meaning[0].isupper(), each.name


def test_the_files_mean_the_same_to_any_yaml_reader():
    import yaml

    for name, content in config_files(Config()).items():
        assert yaml.safe_load(content) == parse_yaml(content, name).value


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"optimization": "model:\n  draaws: 50\n"}, ('unknown setting "draaws"', '"draws"', "line 2")),
        ({"optimization": "modle:\n  draws: 50\n"}, ('unknown setting "modle"', '"model"', "line 1")),
        ({"optimization": "model:\n  draws: 5\n"}, ("draws is 5", "20 to 4000", "optimization.yaml line 2")),
        ({"optimization": "model:\n  draws: many\n"}, ('draws is "many"', "whole number from 20 to 4000")),
        ({"optimization": "model:\n  draws: 50.5\n"}, ("draws is 50.5", "whole number")),
        ({"optimization": "model:\n  harmonics: 11\n"}, ("a whole number from 0 to 10 or auto",)),
        ({"optimization": "model:\n  method: rigde\n"}, ('method is "rigde"', "ridge or bayes")),
        ({"global": "data:\n  currency: 5\n"}, ('must be text. Put it in quotes: "5"',)),
        ({"global": "model:\n  draws: 50\n"}, ('"model" does not belong', "Move it to optimization.yaml")),
        ({"priors": "channels:\n  tv:\n    half_lief: 3\n"}, ('"half_life"', "priors.yaml line 3")),
        (
            {"priors": "channels:\n  tv:\n    half_life: 3\n    retention: {mean: 0.3, sd: 0.1}\n"},
            ("give half_life or retention, not both", "priors.yaml line 2"),
        ),
        (
            {"priors": "channels:\n  tv:\n    adstock: weibull\n    peak: {mean: 2, sd: 1}\n"},
            ("peak means nothing for adstock: weibull (only for delayed)", "priors.yaml line 2"),
        ),
        (
            {"priors": "default: {adstock: delayed}\nchannels: {tv: {weibull_shape: {mean: 2, sd: 1}}}\n"},
            ("tv: weibull_shape means nothing for adstock: delayed",),
        ),
        (
            {"priors": "channels:\n  tv:\n    saturation: logistic\n    shape: {mean: 2, sd: 1}\n"},
            ("shape means nothing for saturation: logistic (only for hill)",),
        ),
        (
            {"priors": "channels:\n  tv:\n    half_life: 60\n"},
            ("half_life is 60", "at most 52 or {mean: …, low: …, high: …}"),
        ),
        (
            {"priors": "channels:\n  tv:\n    half_life: {mean: 3, low: 4, high: 6}\n"},
            ("mean must lie between low and high",),
        ),
        (
            {"priors": "channels:\n  tv:\n    roi: {mean: 2}\n"},
            ("{mean: …, sd: …} or {low: …, high: …}", "line 3"),
        ),
        ({"priors": "channels:\n  tv:\n    roi: {mean: 2, sdd: 1}\n"}, ("roi is", "line 3")),
        ({"priors": "experiments:\n- channel: tv\n  sgma: 1\n"}, ('"sigma"', "priors.yaml line 3")),
        ({"priors": "experiments:\n- channel: tv\n  x: -1\n"}, ("x is -1", "at least 0", "line 3")),
        ({"priors": "experiments:\n- channel: tv\n  x: 1\n"}, ("needs delta_x, delta_y, sigma", "line 2")),
        (
            {"priors": "experiments:\n- {channel: a, x: 1, delta_x: 0, delta_y: 1, sigma: 1}\n"},
            ("delta_x is 0", "line 2"),
        ),
        (
            {"priors": "experiments:\n- {channel: a, x: 1, delta_x: 1, delta_y: 1, sigma: 1, lift: 2}\n"},
            ("has no lift", "line 2"),
        ),
        (
            {"priors": "experiments:\n- {channel: a, lift: 1, standard_error: 1, start: soon}\n"},
            ('start is "soon"', "a day such as 2024-01-31", "line 2"),
        ),
        (
            {
                "priors": "experiments:\n- {channel: a, lift: 1, standard_error: 1, start: 2024-02-01, "
                "end: 2024-01-01}\n"
            },
            ("lies before the start", "line 2"),
        ),
        (
            {"priors": "experiments:\n- tv\n"},
            ('number 1 of experiments is "tv", but must be {channel: …', "line 2"),
        ),
        ({"priors": "- a\n"}, ("must hold names and values",)),
        ({"optimisation": "model:\n  draws: 50\n"}, ("No settings are read", "optimization.yaml")),
    ],
)
def test_a_wrong_setting_is_refused_in_words(tmp_path, files, words):
    text = str(refused(tmp_path, **files))
    for each in words:
        assert each in text
    for jargon in ("pydantic", "validation", "Input should", "type=", "dict"):
        assert jargon not in text


def test_all_faults_of_all_files_are_reported_together(tmp_path):
    error = refused(
        tmp_path,
        optimization="model:\n  draws: 5\n  starts: 0\n",
        segmentation="a: [1\n",
        priors="default:\n  hlf: 2\n",
    )
    assert len(error.faults) == 4


def test_a_missing_folder_is_refused_with_the_way_to_make_one(tmp_path):
    with pytest.raises(SettingsError, match="mmx init"):
        read_config(tmp_path / "nowhere")


def test_a_revision_may_leave_the_groups_name_out():
    config = revised(Config(), {"priors.tv.half_life": 3})
    assert config.priors.channels["tv"].half_life == 3.0


def test_a_name_with_a_dot_stands_in_quotes():
    config = revised(Config(), {'priors."google.search".half_life': 1})
    assert "google.search" in config.priors.channels


@pytest.mark.parametrize(
    "patch",
    [
        {"model.drws": 50},
        {"priors.defalt.half_life": 3},
        {"model.draws": 1},
        {"": 1},
        {"model..draws": 50},
        {"nothing.at.all": 1},
        {"seed.x": 1},
    ],
)
def test_a_wrong_revision_is_refused(patch):
    with pytest.raises(SettingsError):
        revised(Config(), patch)


def test_a_revision_leaves_the_rest_alone():
    before = Config()
    after = revised(before, {"model.draws": 50})
    assert after.model.draws == 50
    assert after.model_copy(update={"model": before.model}) == before


def test_the_schema_describes_every_section():
    assert set(schema()["properties"]) == set(Config.model_fields)


def test_experiments_become_the_tests_that_they_describe():
    step, lift = revised(Config(), {"priors.experiments": [STEP, LIFT]}).priors.experiments
    assert step.experiment() == StepTest("tv", 2.0, 1.0, 4.0, 0.5, date=date(2024, 1, 31))
    assert lift.experiment() == Experiment("no", date(2024, 1, 1), date(2024, 2, 1), 30.0, 4.0)


def test_experiments_of_strange_channels_and_units_are_refused_before_any_step():
    panel = known(units=2, periods=60).panel
    config = revised(Config(), {"priors.experiments": [STEP, LIFT | {"channel": "c1", "unit": "U9"}]})
    with pytest.raises(SettingsError) as refused:
        check_channels(config, panel)
    first, second = refused.value.faults
    assert (first.place, '"tv"' in first.problem) == ("priors.experiments.0.channel (priors.yaml)", True)
    assert (second.place, '"U9"' in second.problem) == ("priors.experiments.1.unit (priors.yaml)", True)
