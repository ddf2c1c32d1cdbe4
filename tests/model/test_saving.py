"""A saved model comes back as it was, always as the same bytes, and nothing else passes for one."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mmxlib as mmx
from mmxlib.artifacts.codec import canonical, encode, sha256
from mmxlib.artifacts.response import Sampler
from mmxlib.errors import MmxError, ModelError, StorageError
from mmxlib.evaluation.diagnostics import diagnose
from mmxlib.model.model import Model, load_model
from mmxlib.model.saving import ABOUT, FORMAT, KIND, Saved, saved_bytes, saved_of
from tests.model.panels import fitted, known
from tests.workflow.equality import assert_same

RESPONSE = fitted(known(periods=90).panel, draws=20)
MODEL = Model(RESPONSE, diagnose(RESPONSE))
BYTES = saved_bytes(Saved(MODEL.response, MODEL.diagnostics))


def changed(changes: dict[str, bytes], *, number: int = FORMAT, written_by: str = "0.1.0") -> bytes:
    """Return the saved bytes with some members replaced, as a version that means it would write them."""
    with zipfile.ZipFile(io.BytesIO(BYTES)) as old:
        members = {name: old.read(name) for name in old.namelist() if name != ABOUT} | changes
    digests = {name: sha256(content) for name, content in members.items() if name != ABOUT}
    about = {"kind": KIND, "format": number, "written_by": written_by, "members": digests}
    return zipped({ABOUT: canonical(about)} | members)


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tables(model: Model) -> Iterator[pd.DataFrame]:
    dates = model.response.panel.dates
    yield model.contributions()
    yield model.contributions(level=0.5)
    yield model.carryover()
    yield model.prediction()
    yield model.priors()
    yield model.rival_fits()
    yield model.channel_summary()
    yield model.channel_summary(window=(str(dates[10]), str(dates[40])))
    for channel in model.response.panel.channel_names:
        yield model.response_curve(channel)
    yield model.response.prior_table
    yield model.response.modes


def test_every_table_of_a_loaded_model_equals_the_saved_ones(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "model.mmx")
    loaded = mmx.load_model(str(tmp_path / "model.mmx"))
    for one, other in zip(tables(MODEL), tables(loaded), strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert_same(loaded.response, MODEL.response)
    assert_same(loaded.diagnostics, MODEL.diagnostics)


def test_a_loaded_model_plans_the_same_budget(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "model.mmx")
    one, other = (mmx.optimize_budget(model) for model in (MODEL, load_model(tmp_path / "model.mmx")))
    assert_same(one, other)


def test_a_model_without_diagnostics_comes_back_without_them() -> None:
    assert saved_of(saved_bytes(Saved(RESPONSE, None)), place="x").diagnostics is None


def test_what_the_sampler_said_comes_back() -> None:
    checks = pd.DataFrame({"parameter": ["effect"], "channel": ["c1"], "unit": [""], "r_hat": [1.001]})
    sampled = replace(RESPONSE, sampler=Sampler(4, 1000, 0, checks))
    assert_same(saved_of(saved_bytes(Saved(sampled, None)), place="x").response, sampled)


def test_a_model_of_a_version_that_kept_less_of_the_sampler_is_read() -> None:
    checks = pd.DataFrame({"parameter": ["effect"], "channel": ["c1"], "unit": [""], "r_hat": [1.001]})
    encoded = encode(replace(RESPONSE, sampler=Sampler(4, 1000, 0, checks)))
    document = json.loads(encoded.document)
    del document["value"]["sampler"]["steps"]
    members = {"response.json": canonical(document), "response.npz": encoded.arrays}
    loaded = saved_of(changed(members), place="x").response
    assert loaded.sampler is not None
    assert loaded.sampler.steps is None
    assert_same(loaded.draws, RESPONSE.draws)


def test_the_same_model_is_always_the_same_bytes() -> None:
    again = saved_of(BYTES, place="x")
    assert saved_bytes(again) == BYTES
    refitted = fitted(known(periods=90).panel, draws=20)
    assert saved_bytes(Saved(refitted, diagnose(refitted))) == BYTES


def test_a_model_of_a_later_version_names_that_version() -> None:
    with pytest.raises(ModelError, match=r"written by mmxlib 7\.1\.0.*does not know yet"):
        saved_of(changed({}, number=FORMAT + 1, written_by="7.1.0"), place="m.mmx")


def test_a_model_of_this_form_with_unknown_parts_names_who_wrote_it() -> None:
    document = zipfile.ZipFile(io.BytesIO(BYTES)).read("response.json")
    strange = changed({"response.json": document.replace(b'"method"', b'"manner"')}, written_by="0.9.0")
    with pytest.raises(ModelError, match=r"written by mmxlib 0\.9\.0"):
        saved_of(strange, place="m.mmx")


def test_a_model_of_before_there_were_timings_is_read() -> None:
    with zipfile.ZipFile(io.BytesIO(BYTES)) as archive:
        document, arrays = json.loads(archive.read("response.json")), archive.read("response.npz")
    value = document["value"]
    for each in (value["draws"], value["reference"], *value["priors"]):
        del each["timing"]
    with zipfile.ZipFile(io.BytesIO(arrays)) as packed:
        kept = zipped({name: packed.read(name) for name in packed.namelist() if "timing" not in name})
    document["arrays"] = sha256(kept)
    old = changed({"response.json": canonical(document), "response.npz": kept}, number=1)
    assert_same(saved_of(old, place="old.mmx").response, RESPONSE)


@pytest.mark.parametrize("name", ["response.npz", "diagnostics.json"])
def test_parts_of_another_model_are_refused(name: str) -> None:
    other = fitted(known(periods=90, seed=1).panel, draws=20)
    with zipfile.ZipFile(io.BytesIO(BYTES)) as one:
        members = {each: one.read(each) for each in one.namelist()}
    with zipfile.ZipFile(io.BytesIO(saved_bytes(Saved(other, diagnose(other))))) as two:
        mixed = zipped(members | {name: two.read(name)})
    with pytest.raises(ModelError, match="damaged"):
        saved_of(mixed, place="m.mmx")


def test_a_lost_part_is_missed() -> None:
    with zipfile.ZipFile(io.BytesIO(BYTES)) as whole:
        kept = {name: whole.read(name) for name in whole.namelist() if not name.startswith("diagnostics")}
    with pytest.raises(ModelError, match="damaged"):
        saved_of(zipped(kept), place="m.mmx")


@pytest.mark.parametrize(
    "content", [b"", b"no zip", BYTES[: len(BYTES) // 2], changed({ABOUT: b"{}"}), changed({ABOUT: b"[[["})]
)
def test_what_is_no_model_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ModelError, match=r"m\.mmx: The file is no model"):
        saved_of(content, place="m.mmx")


def test_no_damage_goes_unsaid_or_unforeseen() -> None:
    """A changed byte is refused, or lies where it says nothing (a zip's dates and the like)."""
    rng = np.random.default_rng(0)
    for position in rng.integers(0, len(BYTES), 150):
        content = bytearray(BYTES)
        content[position] ^= 1 << int(rng.integers(8))
        try:
            loaded = saved_of(bytes(content), place="m.mmx")
        except MmxError:
            continue
        assert saved_bytes(loaded) == BYTES


def test_a_zip_that_unfolds_to_far_more_is_not_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(ABOUT, b" " * 20_000_000)
    with pytest.raises(ModelError, match="larger than any model"):
        saved_of(buffer.getvalue(), place="m.mmx")


@pytest.mark.parametrize("content", ["huge", "objects"])
def test_an_array_that_declares_what_it_does_not_hold_is_refused(content: str) -> None:
    with zipfile.ZipFile(io.BytesIO(BYTES)) as archive:
        document, arrays = archive.read("response.json"), archive.read("response.npz")
    member = io.BytesIO()
    if content == "huge":
        np.lib.format.write_array_header_1_0(
            member, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
        )
    else:
        np.lib.format.write_array(member, np.array([{}, {}], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(io.BytesIO(arrays)) as old:
        first, *others = old.namelist()
        forged = zipped({first: member.getvalue()} | {name: old.read(name) for name in others})
    renamed = document.replace(sha256(arrays).encode(), sha256(forged).encode())
    with pytest.raises(ModelError, match="damaged"):
        saved_of(changed({"response.json": renamed, "response.npz": forged}), place="m.mmx")


def test_a_missing_file_is_refused_by_its_path(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mmx", tmp_path):
        with pytest.raises(ModelError, match="no such file"):
            load_model(path)


def test_saving_where_nothing_may_be_written_leaves_the_disk_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError):
        MODEL.save(tmp_path / "file" / "model.mmx")
    assert (tmp_path / "file").read_text() == "mine"
