"""The key insights as JSON: their schema, and every number proved again from the artifact that it names."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from mmxlib.agents.insight import InsightSettings, insights_of
from mmxlib.artifacts.fitted import FittedModel
from mmxlib.artifacts.insights import Insights
from mmxlib.artifacts.plan import BudgetPlan, Scenarios
from mmxlib.artifacts.trends import Trends
from mmxlib.report.key_insights import ARTIFACTS, KeyInsights, key_insights, key_insights_schema
from mmxlib.report.tables import json_bytes
from mmxlib.terms import StepName
from mmxlib.workflow.run import view_run
from tests.report.builder import Story, story
from tests.report.proofs import PATH, Run, recomputed
from tests.report.test_plain_words import stories

UNPROVED = {"further"}
"""How many warnings found no room is counted over all of them, not read from one artifact."""


def told_of(made: Story) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        json_bytes(key_insights(insights_of(made.by_type(), InsightSettings())))
    )
    return content


def proved(told: Mapping[str, Any], by_type: Mapping[type, Any], *, recent: int = 52) -> int:
    """Hold every number against what its path leads to; return how many there are."""
    run = Run(by_type, {each["channel"]: each for each in told["actions"]}, recent)
    count = 0
    for each in told["insights"]:
        assert each["numbers"].keys() == each["sources"].keys()
        for name, value in each["numbers"].items():
            if name not in UNPROVED:
                again = recomputed(run, each["topic"], name, each["sources"][name])
                assert value == pytest.approx(again, rel=1e-9, abs=1e-12), (name, each["sources"][name])
                count += 1
    for action in told["actions"]:
        found = PATH.fullmatch(action["source"])
        assert found is not None
        rows = by_type[BudgetPlan].channels.set_index("channel")["spend"]
        if action["channel"] in rows.index:
            assert action["recommended_spend"] == pytest.approx(rows[found["key"]])
    return count


@pytest.mark.parametrize("kind", ["good", "failed", "one", "many", "old"])
def test_every_number_comes_out_again_from_the_artifact_it_names(kind: str) -> None:
    made = stories()[kind]
    assert proved(told_of(made), made.by_type()) >= 12


def test_every_number_of_a_real_run_comes_out_again_from_its_store(fitted_home: Any) -> None:
    run = view_run(fitted_home / "run")
    kinds = (FittedModel, Trends, Scenarios, BudgetPlan)
    by_type = {kind: run.artifact(kind) for kind in kinds if kind in run.digests()}
    told = json.loads((fitted_home / "run" / "out" / "decks" / "key_insights.json").read_text("utf-8"))
    assert proved(told, by_type, recent=run.config.insight.recent_periods) >= 12


def test_a_number_that_is_not_the_artifact_s_is_found() -> None:
    made = story()
    told = told_of(made)
    first = next(each for each in told["insights"] if "outcome" in each["numbers"])
    first["numbers"]["outcome"] *= 1.0001
    with pytest.raises(AssertionError):
        proved(told, made.by_type())


@pytest.mark.parametrize("kind", ["good", "failed", "one", "many", "old"])
def test_the_file_fits_its_schema(kind: str) -> None:
    told = told_of(stories()[kind])
    KeyInsights.model_validate_json(json.dumps(told), strict=True)
    for each in told["insights"]:
        for source in each["sources"].values():
            found = PATH.fullmatch(source)
            assert found is not None
            assert found["root"] in told["artifacts"]


def test_what_does_not_fit_the_schema_is_refused() -> None:
    told = told_of(story())
    for wrong in ({"verdict": "fine"}, {"extra": 1}, {"insights": [{"topic": "gossip"}]}):
        with pytest.raises(ValidationError):
            KeyInsights.model_validate_json(json.dumps(told | wrong), strict=True)


def test_every_property_of_the_schema_is_described() -> None:
    schema = key_insights_schema()
    parts = [schema, *schema["$defs"].values()]
    objects = [each for each in parts if each.get("type") == "object"]
    assert len(objects) == 6
    for each in objects:
        assert each["additionalProperties"] is False
        for name, told in each["properties"].items():
            assert told.get("description"), (each["title"], name)


def test_what_a_path_begins_with_is_told_and_is_there() -> None:
    made = story()
    by_type = {**made.by_type(), Insights: insights_of(made.by_type(), InsightSettings())}
    by_name = {kind.__name__: value for kind, value in by_type.items()}
    for told in ARTIFACTS.values():
        value = by_name[told.artifact]
        for name in filter(None, told.attribute.split(".")):
            value = getattr(value, name)
        assert value is not None
        assert told.step in {step.value for step in StepName}
        assert told.files
