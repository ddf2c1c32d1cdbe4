"""Every place where a value may stand is found, in every kind of group; and where two settings differ."""

from mmxlib.config import Config, descriptions, revised
from mmxlib.settings import Settings, setting
from tests.config.flips.names import differing_names, setting_names


class Inner(Settings):
    first: int = setting(1, "A number.")
    second: float | None = setting(None, "A number, or nothing.")


class Outer(Settings):
    plain: str = setting("", "A word.")
    group: Inner = setting(Inner(), "A group.")
    perhaps: Inner | None = setting(None, "A group, or nothing.")
    named: dict[str, Inner] = setting({}, "Groups by name.")
    listed: tuple[Inner, ...] = setting((), "Groups in a row.")
    either: float | Inner | None = setting(None, "A number or a group.")
    numbers: dict[str, float] = setting({}, "Numbers by name.")
    words: tuple[str, ...] = setting((), "Words.")


def test_every_place_of_a_value_has_a_name() -> None:
    assert setting_names(Outer) == [
        "plain",
        "group.first", "group.second",
        "perhaps.first", "perhaps.second",
        "named.*.first", "named.*.second",
        "listed.*.first", "listed.*.second",
        "either", "either.first", "either.second",
        "numbers.*",
        "words",
    ]  # fmt: skip


def test_every_setting_that_is_described_has_a_name() -> None:
    places = [name.split(".") for name in setting_names()]
    for each in descriptions(Config()):
        path = each.name.split(".")
        assert any(
            all(own in ("*", part) for own, part in zip(place, path, strict=False))
            and len(place) >= len(path)
            for place in places
        ), each.name


def test_settings_differ_where_a_value_does_and_null_says_nothing() -> None:
    before = Config()
    after = revised(before, {"model.draws": 50, "priors.tv.half_life": 3, "budget.margin": {"S1": 2.0}})
    assert differing_names(before, after) == {"model.draws", "priors.channels.*.half_life", "budget.margin.*"}
    assert differing_names(before, revised(before, {"priors.tv.half_life": None})) == set()
