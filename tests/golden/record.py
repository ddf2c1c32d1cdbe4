"""Records of what is promised, compared part by part."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

Parts = Mapping[str, Sequence[str]]
"""What each part holds, a line each, in its order."""


@dataclass(frozen=True)
class Record:
    """The records beside this file; where ``renewing``, they are written and not compared."""

    renewing: bool

    def holds(self, name: str, found: Parts) -> None:
        """Fail where ``found`` is not what the record ``name`` says, with every part that differs."""
        path = HERE / f"{name}.json"
        if self.renewing:
            path.write_text(written(found), encoding="utf-8")
        said = json.loads(path.read_text(encoding="utf-8"))
        told = [difference(part, said.get(part), found.get(part)) for part in {**said, **found}]
        assert not any(told), "\n".join(
            [
                f"{path.name} says otherwise; if the change is meant, run pytest --update-golden:",
                *filter(None, told),
            ]
        )


def written(parts: Parts) -> str:
    """Return the record of some parts: JSON with a line for each."""
    lines = [f"{json.dumps(part)}: {json.dumps(list(held))}" for part, held in parts.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def difference(part: str, said: Sequence[str] | None, found: Sequence[str] | None) -> str:
    """Return in words how a part differs from its record, empty where it does not."""
    if said is None or found is None:
        return f"- {part} is {'new' if said is None else 'gone'}"
    if list(said) == list(found):
        return ""
    gone, new = ([each for each in one if each not in other] for one, other in ((said, found), (found, said)))
    if gone or new:
        return f"- {part}: gone {gone}, new {new}"
    return f"- {part}: in another order, {list(found)}"
