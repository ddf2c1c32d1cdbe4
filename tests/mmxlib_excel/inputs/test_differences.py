"""A patch names what was changed on the sheets, and nothing else."""

from mmxlib.config import Config, revised
from mmxlib_excel.inputs.differences import settings_patch
from mmxlib_excel.inputs.settings import read_settings
from mmxlib_excel.layout import priors, settings
from tests.mmxlib_excel.inputs.books import at, settings_book


def patch(**changed: object) -> dict[str, object]:
    before = revised(Config(), {"priors.tv.half_life": 3, "budget.scenarios.base.channels": {"tv": {}}})
    return settings_patch(
        before, revised(before, {name.replace("__", "."): each for name, each in changed.items()})
    )


def test_nothing_changed_is_no_patch() -> None:
    assert patch() == {}


def test_a_changed_value_is_named_alone() -> None:
    assert patch(model__draws=90, priors__tv__half_life=2) == {
        "priors.channels.tv.half_life": 2.0,
        "model.draws": 90,
    }


def test_a_new_channel_says_only_what_was_stated() -> None:
    assert patch(priors__radio__roi={"low": 0.5, "high": 2}) == {
        "priors.channels.radio": {"roi": {"low": 0.5, "high": 2.0}}
    }


def test_what_was_taken_away_is_told_by_its_group() -> None:
    before = revised(Config(), {"priors.tv.half_life": 3})
    assert settings_patch(before, Config()) == {"priors.channels": {}}


def test_a_name_with_a_dot_is_quoted() -> None:
    before = Config()
    after = revised(before, {'constraints.channels."tv.de".lower': 0.7})
    changed = settings_patch(before, after)
    assert changed == {'constraints.channels."tv.de"': {"lower": 0.7, "upper": 1.6}}
    assert revised(before, changed) == after


def test_what_a_person_changes_on_the_sheets_is_the_patch() -> None:
    book = settings_book()
    book.type(at(priors.BLOCK, "tv", "half_life_mean", book=book), 2)
    book.type(at(settings.BLOCK, "model.draws", "value", book=book), 90)
    assert settings_patch(Config(), read_settings(book)) == {
        "priors.channels.tv": {"half_life": 2.0},
        "model.draws": 90,
    }
