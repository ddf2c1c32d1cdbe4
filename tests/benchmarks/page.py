"""The page of results: prose by hand in `page.md.jinja`, every figure and plot from stored figures."""

from collections.abc import Sequence
from functools import partial

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.benchmarks import others, sections, summary
from tests.benchmarks.benchmark import RESULTS
from tests.benchmarks.drawing import plots
from tests.benchmarks.forms import FORMS
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.tables import Figures, grid

PAGE = RESULTS.parent / "README.md"
TEMPLATE = "page.md.jinja"


def page(known: Figures) -> str:
    """Return the page."""
    made = Environment(
        loader=FileSystemLoader(RESULTS.parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    drawn = {plot.name: plot for plot in plots(known)}

    def shown(name: str, case: str, tool: str, figure: str, *, form: str = "") -> str:
        return FORMS[form or figure].shown(known.value(name, case, tool, figure))

    def picture(name: str) -> str:
        return f"![{drawn[name].alt}](results/{name}.svg)"

    return made.get_template(TEMPLATE).render(
        **{name: partial(table, known) for name, table in sections.TABLES.items()},
        **sections.case_words(known),
        SOURCES=others.SOURCES,
        foot=partial(foot, known),
        grid=partial(grid, known),
        missed=partial(summary.missed, known),
        others=others.table,
        picture=picture,
        shown=shown,
        how_near=partial(summary.how_near, known),
        how_long=partial(summary.how_long, known),
    )


def foot(known: Figures, *names: str) -> str:
    """Return what ends a section: the goals, what was measured when, and the command that does it again."""
    said: list[str] = []
    for name in names:
        benchmark = BENCHMARKS[name]
        missed = {each.goal.words: each.words for each in known.missed(benchmark)}
        table = known.of(name)
        unknown = [goal.words for goal in benchmark.goals if goal.rows(table).empty]
        reached = [goal.words for goal in benchmark.goals if goal.words not in [*missed, *unknown]]
        said += _goals("Goals reached", reached) + _goals("**Goals missed**", list(missed.values()))
        said += _goals("Goals whose figures were not measured", unknown)
    for name in names:
        benchmark = BENCHMARKS[name]
        needs = f"; needs {', '.join(benchmark.needs)}" if benchmark.needs else ""
        said.append(f"Again: `python -m tests.benchmarks {name}` (about {benchmark.minutes:g} min{needs}).")
        measured = ". ".join(known.measured(name))
        said.append(f"Figures: [{name}.csv](results/{name}.csv). {measured}.")
    return "\n".join(f"- {line}" for line in said)


def _goals(head: str, goals: Sequence[str]) -> list[str]:
    return [f"{head}: {'; '.join(goals)}."] if goals else []


def write_page() -> None:
    """Draw the plots and write the page."""
    known = Figures()
    for plot in plots(known):
        (RESULTS / f"{plot.name}.svg").write_bytes(plot.svg())
    PAGE.write_text(page(known), encoding="utf-8")
