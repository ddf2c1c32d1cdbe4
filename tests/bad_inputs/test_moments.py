"""Bad inputs that happen in time: names of runs, files that change, folders that refuse, two files apart."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mmxlib.data import opening
from mmxlib.data.held_files import Patience
from mmxlib.data.reading import read_folder, read_panel
from mmxlib.data.roles import DataSettings
from mmxlib.errors import DataError, MmxError, UsageError
from mmxlib.terms import Grade
from mmxlib.workflow.session import Session
from tests.bad_inputs import build
from tests.bad_inputs.build import TV, clean
from tests.bad_inputs.cases_values import national_rows
from tests.bad_inputs.test_cases import LIBRARY_WORDS, clean_digest, digest
from tests.cli.homes import mmx, small_home
from tests.workflow import specimens


def faults_of(path: Path, **settings: object) -> str:
    """Return what is said of refused input, in which no library's word may stand."""
    with pytest.raises(DataError) as caught:
        read_panel(path, config=DataSettings.model_validate(settings))
    assert not LIBRARY_WORDS.search(str(caught.value))
    return str(caught.value)


def apart(folder: Path, spend: str, times: float) -> Path:
    """Write sales and media apart, the media in a column of another name and scale."""
    sales, media = build.long_media(clean())
    media = media.rename(3, spend).map(3, lambda value: value / times)  # type: ignore[operator]
    (folder / "sales.csv").write_bytes(build.csv_bytes(sales))
    (folder / "media.csv").write_bytes(build.csv_bytes(media))
    return folder


def test_e8_euros_in_one_file_and_thousands_in_the_other_are_a_question(tmp_path: Path) -> None:
    apart(tmp_path, "spend (k€)", 1000.0)
    with pytest.raises(DataError, match=r"units of 1,000.*data.scales") as caught:
        read_folder(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.grade, fault.setting, fault.place) == (
        Grade.ASK,
        "data.scales",
        "media.csv, column spend (k€)",
    )
    answered = read_folder(tmp_path, settings=DataSettings(scales={"spend (k€)": 1000.0}))
    assert digest(answered) == clean_digest()
    assert any("multiplied by 1,000" in repair.rule for repair in answered.repairs)


def test_e16_merged_channels_keep_every_unit_of_money(tmp_path: Path) -> None:
    sheet = clean().column("twin_spend", lambda row: 2.0 * clean().rows[row][TV])  # type: ignore[operator]
    settings = DataSettings.model_validate({"alike_channels": "merge"})
    panel = read_panel(build.write(tmp_path, sheet, "csv"), config=settings)
    assert panel.channel_names == ("search", "tv and twin")
    spent = read_panel(build.write(tmp_path, clean(), "csv")).spend
    assert panel.spend[:, :, 1] == pytest.approx(3.0 * spent[:, :, 1], rel=1e-12)


def test_e23_a_small_difference_from_the_total_is_rounding(tmp_path: Path) -> None:
    settings = DataSettings.model_validate({"total_rows": "leave_out"})
    said = {
        share: " ".join(
            note.text
            for note in read_panel(
                build.write(tmp_path, national_rows(share)(), "csv"), config=settings
            ).notes
        )
        for share in (0.981, 0.995)
    }
    assert "sales: the rows add up to 98.1 % of those called a total" in said[0.981]
    assert "add up to" not in said[0.995].replace("outcome adds up to", "")


def test_f10_a_misspelled_segment_is_not_left_out_but_told(tmp_path: Path) -> None:
    sheet = clean().map(build.UNIT, lambda _: "Wset", only=[300])
    said = faults_of(build.write(tmp_path, sheet, "csv"))
    assert '"Wset"' in said
    assert '"West"' in said or "more of this kind" in said


UNSAFE = ("C:\\x", "CON", "lpt1", "a\0b", "..", ".hidden", "a b", "x" * 65, "a/../..", "é", "-x", "a:b")


@pytest.mark.parametrize("name", UNSAFE)
def test_g8_an_unsafe_name_of_a_run_is_refused_in_words(name: str, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with pytest.raises(UsageError, match=r"letters, digits, - and _, at most 64"):
        Session.open(f"{tmp_path / 'home'}{os.sep}{name}", panel=specimens.panel())
    assert [path.name for path in tmp_path.rglob("*")] == ["home"]


def test_g8_the_command_refuses_it_too_and_makes_nothing(tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = build.write(tmp_path, clean(), "csv")
    for name in UNSAFE:
        assert mmx("run", "--input", path, "--run-dir", f"{tmp_path}{os.sep}{name}") == 2
        assert not LIBRARY_WORDS.search(capsys.readouterr().err)
    assert [each.name for each in tmp_path.iterdir()] == ["sales.csv"]


def writing_while_read(monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], object]) -> None:
    """Let another program write to every file at the moment in which it is read."""
    read = opening.patient_content

    def patient_content(path: Path, patience: Patience) -> bytes:
        content = read(path, patience)
        write(path)
        return content

    monkeypatch.setattr(opening, "patient_content", patient_content)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("write", [grow, touch])
def test_g13_a_file_that_changes_while_it_is_read_is_refused(
    write: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = build.write(tmp_path, clean(), "csv")
    writing_while_read(monkeypatch, write)
    assert "changed while it was read" in faults_of(path)


def test_g15_a_file_that_may_not_be_read_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = build.write(tmp_path, clean(), "csv")

    def refuse(path: Path, patience: Patience) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(opening, "patient_content", refuse)
    monkeypatch.setattr(opening, "held", lambda path: False)
    said = faults_of(path)
    assert "cannot be read (Permission denied)" in said
    assert "Close it in other programs" in said


def test_g15_a_path_that_is_too_long_is_refused_with_the_reason(tmp_path: Path) -> None:
    assert "cannot be read (File name too long)" in faults_of(tmp_path / ("x" * 300 + ".csv"))
    with pytest.raises(MmxError, match="path is too long"):
        Session.open(tmp_path.joinpath(*["y" * 200] * 25) / "run", panel=specimens.panel())


def test_g15_a_home_with_letters_of_any_alphabet_is_as_good(tmp_path: Path) -> None:
    home = tmp_path / "Jürgen 用户 Ελένη"
    home.mkdir()
    panel = read_panel(build.write(home, clean(), "xlsx"))
    assert digest(panel) == clean_digest()
    with Session.open(home / "run", panel=panel) as session:
        assert session.status().steps


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may do anything is refused nothing")
def test_g15_a_folder_that_is_read_only_is_refused_with_the_reason(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(MmxError, match="writing is not permitted"):
        Session.open(tmp_path / "run", panel=specimens.panel())


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose run waits at the first approval, on input with a repair and a doubt."""
    home = small_home(tmp_path_factory.mktemp("home"), channels=2)
    lines = (home / "data" / "sales.csv").read_text("utf-8").splitlines()
    lines[12] = changed_sales(lines[12], lambda sales: f'"{sales:,.2f}"')
    lines[50] = changed_sales(lines[50], lambda sales: f"{sales * 100:.2f}")
    (home / "data" / "sales.csv").write_text("\n".join(lines), "utf-8")
    run_of(home)
    return home


def changed_sales(line: str, change: Callable[[float], str]) -> str:
    cells = line.split(",")
    return ",".join([*cells[:2], change(float(cells[2])), *cells[3:]])


def run_of(home: Path) -> None:
    asked = ("--input", home / "data", "--config", home / "config", "--run-dir", home / "run")
    assert mmx("run", *asked) == 4


REPAIR, DOUBT = "a sign between thousands was taken out", "correct it if a decimal sign slipped"


def test_repairs_and_doubts_are_shown_at_the_first_approval(waiting: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    capsys.readouterr()
    assert mmx("review", "--run-dir", waiting / "run") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert REPAIR in shown
    assert DOUBT in shown
    assert mmx("review", "--run-dir", waiting / "run", "--json") == 0
    remarks = " ".join(json.loads(capsys.readouterr().out)["remarks"])
    assert REPAIR in remarks
    assert DOUBT in remarks


def test_repairs_and_doubts_are_in_the_first_summary(waiting: Path) -> None:
    out = waiting / "run" / "out"
    for name in ("executive_summary.md", "executive_summary.html"):
        words = " ".join((out / "decks" / name).read_text("utf-8").split())
        assert REPAIR in words, name
        assert DOUBT in words, name
    assert REPAIR in (out / "input_repairs.csv").read_text("utf-8")


def test_g14_input_that_changed_after_an_approval_voids_it_in_words(waiting: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert mmx("approve", "baseline", "--run-dir", waiting / "run", "--by", "Ana") == 0
    lines = (waiting / "data" / "sales.csv").read_text("utf-8").splitlines()
    lines[20] = changed_sales(lines[20], lambda sales: f"{sales + 5000.0:.2f}")
    (waiting / "data" / "sales.csv").write_text("\n".join(lines), "utf-8")
    run_of(waiting)
    capsys.readouterr()
    assert mmx("status", "--run-dir", waiting / "run") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "The approval by Ana" in said
    assert "no longer holds" in said
    assert "the data changed" in said
    assert mmx("resume", "--run-dir", waiting / "run") == 4  # it waits again
