"""The page of results says what was measured, and every benchmark is on it."""

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.benchmarks import others
from tests.benchmarks.__main__ import listed, main
from tests.benchmarks.benchmark import RESULTS, Goal
from tests.benchmarks.drawing import plots
from tests.benchmarks.forms import FORMS
from tests.benchmarks.page import PAGE, TEMPLATE, foot, page
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.results import COLUMNS, figures, read, write
from tests.benchmarks.tables import Figures

CONDITIONS = {"90 %", "30 %", "0.19", "1.0", "1.4"}
"""Numbers of the template that say how something was measured: levels, limits, a version, shapes."""
every_benchmark = pytest.mark.parametrize("name", BENCHMARKS)


@pytest.fixture(scope="module")
def known() -> Figures:
    return Figures()


def test_the_page_is_what_the_stored_figures_say(known: Figures) -> None:
    """If this fails: ``python -m tests.benchmarks page``."""
    assert PAGE.read_text("utf-8") == page(known)


def test_every_plot_shows_the_stored_figures(known: Figures) -> None:
    """A plot ends with a digest of what it shows, so that versions of matplotlib may draw it differently."""
    made = {plot.name: plot.digest for plot in plots(known)}
    shown = {path.stem: path.read_text("utf-8") for path in RESULTS.glob("*.svg")}
    assert set(shown) == set(made)
    assert [name for name, digest in made.items() if f"<!-- figures {digest} -->" not in shown[name]] == []
    assert [name for name in made if f"](results/{name}.svg)" not in PAGE.read_text("utf-8")] == []


def test_a_changed_figure_changes_page_and_plot(tmp_path: Path, known: Figures) -> None:
    for path in RESULTS.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    table = read("truths")
    table.loc[table["figure"] == "srmse", "value"] += 0.1
    table.to_csv(tmp_path / "truths.csv", index=False)
    changed = Figures(tmp_path)
    assert page(changed) != page(known)
    digests = [{plot.name: plot.digest for plot in plots(each)} for each in (known, changed)]
    assert {name for name in digests[0] if digests[0][name] != digests[1][name]} == {
        "beside_others",
        "truths",
    }


def test_no_figure_of_the_page_is_typed_by_hand() -> None:
    text = (PAGE.parent / TEMPLATE).read_text("utf-8")
    prose = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    assert set(re.findall(r"\d+\.\d+|\d+ %", prose)) <= CONDITIONS


@every_benchmark
def test_a_benchmark_has_figures_with_their_session(name: str) -> None:
    table = read(name)
    assert list(table.columns) == COLUMNS
    assert len(table) > 0
    assert table["measured"].str.match(r"(mmxlib \S+, commit|earlier, (commit|closing note)) \S+").all()
    assert table["value"].notna().all()
    assert not table.duplicated(["case", "tool", "figure"]).any()


@every_benchmark
def test_a_benchmark_has_a_section_with_its_command_and_what_it_does_not_show(name: str) -> None:
    sections = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.M)
    own = [part for part in sections if f"`python -m tests.benchmarks {name}`" in part]
    assert len(own) == 1
    assert f"](results/{name}.csv)" in own[0]
    assert "What it does not show:" in own[0]


@every_benchmark
def test_a_benchmark_has_goals_that_its_figures_can_miss(name: str, known: Figures) -> None:
    benchmark = BENCHMARKS[name]
    rivals = {each.rival for each in BENCHMARKS.values()}
    assert benchmark.goals or name in rivals
    assert {goal.figure for goal in benchmark.goals} <= set(FORMS)
    assert all(goal.least > -float("inf") or goal.most < float("inf") for goal in benchmark.goals)


def test_missed_goals_stand_at_the_head_of_the_page(known: Figures) -> None:
    head = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.M)[1]
    missed = [each.words for benchmark in BENCHMARKS.values() for each in known.missed(benchmark)]
    assert [words for words in missed if words not in head] == []
    assert len(missed) > 0


def test_a_goal_without_figures_is_not_said_to_be_reached(tmp_path: Path) -> None:
    table = read("main_job")
    table[table["figure"] != "peak_mb"].to_csv(tmp_path / "main_job.csv", index=False)
    said = foot(Figures(tmp_path), "main_job")
    assert "Goals whose figures were not measured: at most 700 MB." in said
    assert "Goals reached" not in said


def test_a_goal_is_missed_beyond_its_bound_alone() -> None:
    table = pd.concat([figures(case, "mmxlib", seconds=value) for case, value in (("a", 1.0), ("b", 1.01))])
    table = table.reset_index(drop=True)
    assert list(Goal("", "seconds", most=1.0).missed(table)["case"]) == ["b"]
    assert list(Goal("", "seconds", most=1.0, cases=("a",)).missed(table)["case"]) == []
    assert list(Goal("", "seconds", most=0.5).missed(table)["case"]) == ["b", "a"]  # the farthest first
    assert list(Goal("", "seconds", least=1.005).missed(table)["case"]) == ["a"]
    unknown = figures("c", "mmxlib", seconds=float("nan"))
    assert list(Goal("", "seconds", most=1.0).missed(unknown)["case"]) == ["c"]


def test_figures_of_tools_not_measured_again_are_kept(tmp_path: Path) -> None:
    benchmark = BENCHMARKS["truths"]
    first = pd.concat(
        [figures("hill", tool, range(5), srmse=0.3) for tool in ("mmxlib ridge", "mmxlib bayes")]
    )
    write(benchmark, first, tmp_path, "before")
    write(benchmark, figures("short", "mmxlib ridge", range(1), srmse=0.2), tmp_path, "now")
    found = read("truths", tmp_path)
    assert found[["case", "tool", "seeds", "measured"]].to_numpy().tolist() == [
        ["short", "mmxlib ridge", "0", "now"],
        ["hill", "mmxlib bayes", "0 to 4", "before"],
    ]


def test_others_figures_have_a_source_that_is_told() -> None:
    table = others.others()
    assert set(table["source"]) == set(others.SOURCES)
    assert set(table["kind"]) == {"published", "measured"}
    assert (table["low"] <= table["high"]).all()
    assert all(words in PAGE.read_text("utf-8") for words in others.SOURCES.values())


def test_the_list_names_needs_and_goals_of_every_benchmark() -> None:
    text = listed()
    for benchmark in BENCHMARKS.values():
        words = [
            benchmark.name,
            benchmark.question,
            *benchmark.needs,
            *(goal.words for goal in benchmark.goals),
        ]
        assert [each for each in words if each not in text] == []


def test_the_command_measures_a_benchmark_in_short(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulated", "--short", "--out", str(tmp_path)]) == 0
    found = read("simulated", tmp_path)
    assert set(found["case"]) >= {"tv", "all channels"}
    assert set(found["seeds"]) == {"0 to 1"}
    assert found["measured"].str.startswith("mmxlib ").all()
    assert 0.0 < found[found["figure"] == "total_error"]["value"].max() < 1.0
    assert "all channels" in capsys.readouterr().out


def test_the_command_leaves_out_what_it_has_no_means_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["published", "peer", "--public", str(tmp_path / "absent"), "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "published: left out, needs public data" in said
    assert "peer: left out, needs an environment with PyMC-Marketing" in said
    assert list(tmp_path.iterdir()) == []


def test_the_command_refuses_unknown_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["truth"])
    assert "no benchmark truth" in capsys.readouterr().err


def test_markets_for_other_tools_are_the_same_twice(tmp_path: Path) -> None:
    contents = []
    for name in ("first", "second"):
        assert main(["markets", "--seeds", "1", "--out", str(tmp_path / name)]) == 0
        files = sorted((tmp_path / name).rglob("*.csv"))
        contents.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
    assert len(contents[0]) == 14
    assert contents[0] == contents[1]
