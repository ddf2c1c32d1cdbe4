"""G10: no change of the journal or a stored result is unnoticed; with a noted head, no end cut off either."""

import json
from collections.abc import Iterator
from pathlib import Path

from mmxlib.artifacts.codec import canonical
from mmxlib.errors import RunError
from mmxlib.workflow.journal import GENESIS, Journal, chained, parsed
from mmxlib.workflow.store import JOURNAL, OBJECTS, get_bytes
from mmxlib.workflow.verifying import verified
from tests.faults.disk import Disk, in_use
from tests.faults.found import Found, said, together
from tests.faults.toy_run import go_on, plain_files


def noticed(folder: Path, **expected: str) -> str:
    """Return nothing if proving the run says that something is wrong, else what it said."""
    try:
        found = verified(folder, **expected)
    except RunError:
        return ""
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what was looked for
        return f"uncaught {said(error)}"
    return "" if found.torn else "unnoticed"


def opened(folder: Path) -> str:
    """Return nothing if opening the journal refuses it or takes down that its end was cut off."""
    path = folder / JOURNAL
    before = path.read_bytes()
    try:
        journal = Journal(path, "1.0")
    except RunError:
        return ""
    finally:
        path.write_bytes(before)
    return "" if journal.entries and journal.entries[-1].kind == "recovery" else "opened without a word"


def bits(content: bytes, step: int) -> Iterator[tuple[str, bytes]]:
    """Yield ``content`` with every ``step``-th bit flipped."""
    for number in range(0, 8 * len(content), step):
        flipped = bytearray(content)
        flipped[number // 8] ^= 1 << number % 8
        yield f"bit {number}", bytes(flipped)


def moves(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a journal with lines dropped, swapped, doubled, put in or forged."""
    lines = content.splitlines(keepends=True)
    for number in range(len(lines)):
        if number < len(lines) - 1:
            yield f"line {number} dropped", b"".join([*lines[:number], *lines[number + 1 :]])
        for other in range(number + 1, len(lines)):
            swapped = list(lines)
            swapped[number], swapped[other] = lines[other], lines[number]
            yield f"lines {number} and {other} swapped", b"".join(swapped)
        yield f"line {number} doubled", b"".join([*lines[: number + 1], *lines[number:]])
        yield f"an empty line before {number}", b"".join([*lines[:number], b"\n", *lines[number:]])
        yield (
            f"line {number} forged",
            b"".join([*lines[:number], forged(lines, number), *lines[number + 1 :]]),
        )
        yield (
            f"zeros in line {number}",
            b"".join([*lines[:number], bytes(len(lines[number]) - 1), b"\n", *lines[number + 1 :]]),
        )


def forged(lines: list[bytes], number: int) -> bytes:
    """Return a line that says that another did it, with a hash of its own that fits the line before."""
    previous = lines[number - 1].partition(b" ")[0].decode() if number else GENESIS
    told = json.loads(lines[number].partition(b" ")[2])
    text = canonical({**told, "by": "Eve"})
    return chained(previous, text).encode() + b" " + text + b"\n"


def rewritten(content: bytes) -> bytes:
    """Return a journal in which a decision has another name and every later hash was made anew."""
    previous, lines = GENESIS, []
    for line in content.splitlines():
        told = json.loads(line.partition(b" ")[2])
        text = canonical({**told, **({"by": "Eve"} if "by" in told else {})})
        previous = chained(previous, text)
        lines.append(previous.encode() + b" " + text + b"\n")
    return b"".join(lines)


def in_journal(folder: Path, *, step: int) -> Found:
    """Change the journal in every way that leaves a later line to tell."""
    path, points, bad = folder / JOURNAL, 0, []
    whole = path.read_bytes()
    for changes in (bits(whole, step), moves(whole)):
        for name, content in changes:
            path.write_bytes(content)
            last = "forged" in name and content.count(b"\n") == int(name.split()[1]) + 1
            head = {"expect": head_of(whole)} if last else {}
            points += 1
            faults = [noticed(folder, **head), "" if last else opened(folder)]
            bad += [f"{fault} ({name})" for fault in faults if fault]
    path.write_bytes(whole)
    return Found(points, tuple(bad))


def head_of(content: bytes) -> str:
    """Return the head of a journal."""
    return content.splitlines()[-1].partition(b" ")[0].decode()


def at_the_end(folder: Path) -> Found:
    """Cut lines off and rewrite the chain: a head that was noted shows it, and nothing else can."""
    path, bad = folder / JOURNAL, []
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    shorter = [b"".join(lines[:number]) for number in range(1, len(lines))]
    for content in (*shorter, rewritten(whole)):
        path.write_bytes(content)
        fault = noticed(folder, expect=head_of(whole))
        bad += [f"{fault} ({len(content.splitlines())} lines)"] if fault else []
    path.write_bytes(whole)
    return Found(len(shorter) + 1, tuple(bad))


def in_objects(folder: Path, *, step: int) -> Found:
    """Flip bits of every stored result, empty it, remove it, and swap it with another."""
    points, bad = 0, []
    paths = sorted(path for path in (folder / OBJECTS).rglob("*") if path.is_file())
    contents = {path: path.read_bytes() for path in paths}
    for number, path in enumerate(paths):
        whole, other = contents[path], contents[paths[number - 1]]
        ways = [
            *bits(whole, step),
            ("emptied", b""),
            ("longer", whole + b" "),
            ("swapped", other),
            ("gone", None),
        ]
        for name, content in ways:
            path.unlink() if content is None else path.write_bytes(content)
            points += 1
            fault = noticed(folder)
            bad += [f"{fault} ({path.name[:8]} {name})"] if fault else []
        path.write_bytes(whole)
    return Found(points, tuple(bad))


def examine(place: Path, *, step: int) -> Found:
    """Tamper with a finished run."""
    folder = place / "run"
    with plain_files(), in_use(Disk()):
        go_on(folder, 6)
        assert noticed(folder) == "unnoticed"
        return together(
            [in_journal(folder, step=step), at_the_end(folder), in_objects(folder, step=8 * step + 1)]
        )


def every_bit(folder: Path) -> Found:
    """Flip every bit of the journal and of the stored results, and let what reads them alone tell."""
    whole, points, bad = (folder / JOURNAL).read_bytes(), 0, []
    for name, content in bits(whole, 1):
        points += 1
        try:
            bad += [] if parsed(content, "").torn else [f"unnoticed ({name})"]
        except RunError:
            continue
    for path in sorted(path for path in (folder / OBJECTS).rglob("*") if path.is_file()):
        digest, whole = path.parent.name + path.name, path.read_bytes()
        for name, content in bits(whole, 1):
            points += 1
            path.write_bytes(content)
            try:
                get_bytes(folder, digest)
                bad.append(f"unnoticed ({path.name[:8]} {name})")
            except RunError:
                continue
        path.write_bytes(whole)
    return Found(points, tuple(bad))


def in_full(place: Path) -> Found:
    """Flip every bit of the journal and of the stored results."""
    return examine(place, step=31) + every_bit(place / "run")


def test_tampering_is_noticed(tmp_path):
    found = examine(tmp_path, step=601)
    assert found.points >= 500
    assert found.bad == ()
