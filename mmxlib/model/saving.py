"""A fitted model as the bytes of one file, and back.

The file is a zip of stored (not compressed) members: ``about.json`` with the format's number, the version
that wrote it and the SHA-256 of every other member, then response and diagnostics as JSON with npz. The same
model always gives the same bytes.
"""

import io
import json
import struct
import zipfile
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeVar

from mmxlib.artifacts.codec import Encoded, canonical, decode, encode, is_oversized, sha256
from mmxlib.artifacts.diagnostics import Diagnostics
from mmxlib.artifacts.response import Response
from mmxlib.errors import ModelError, RunError

FORMAT = 2
"""Raised when an older version could no longer read what this one writes; 2 came with timings."""
KIND = "mmxlib model"
ABOUT = "about.json"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: a saved model carries no time
# what reading bytes that are no model may raise, zip, JSON, npz and all
DAMAGE = (
    zipfile.BadZipFile,
    RunError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    RuntimeError,  # too deep a nesting and methods unknown to zip are of this kind
    struct.error,
    zlib.error,
)

ArtifactT = TypeVar("ArtifactT")


@dataclass(frozen=True, eq=False)
class Saved:
    """What the file of a model holds."""

    response: Response
    diagnostics: Diagnostics | None


def saved_bytes(saved: Saved) -> bytes:
    """Return the file's bytes."""
    members = _members("response", encode(saved.response))
    if saved.diagnostics is not None:
        members |= _members("diagnostics", encode(saved.diagnostics))
    about = {
        "kind": KIND,
        "format": FORMAT,
        "written_by": version("mmxlib"),
        "members": {name: sha256(content) for name, content in members.items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {ABOUT: canonical(about), **members}.items():
            archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), content)
    return buffer.getvalue()


def saved_of(content: bytes, *, place: str) -> Saved:
    """Return what the bytes of a model's file hold; ``place`` names the file in errors.

    Raises
    ------
    ModelError
        If the bytes are no model's, are damaged, larger than any model, or written by a later version.
    """
    try:
        members = _checked_members(content, place)
        about = json.loads(members.pop(ABOUT))
        is_model = about["kind"] == KIND
        written_by, number = str(about["written_by"]), int(about["format"])
    except DAMAGE as error:
        raise _damaged(place) from error
    if not is_model:
        raise _damaged(place)
    if number > FORMAT:
        raise ModelError(
            f"This model was written by mmxlib {written_by}, in a form that this version "
            f"({version('mmxlib')}) does not know yet.",
            remedy=f"Install mmxlib {written_by} or later: pip install --upgrade mmxlib.",
            code="MMX-M060",
            place=place,
        )
    try:
        _check_whole(members, about["members"])
        return Saved(
            _artifact(Response, "response", members),
            _artifact(Diagnostics, "diagnostics", members) if "diagnostics.json" in members else None,
        )
    except DAMAGE as error:
        raise ModelError(
            f"The file of this model, written by mmxlib {written_by}, is damaged or holds what this version "
            f"({version('mmxlib')}) cannot read.",
            remedy=f"Load it with mmxlib {written_by}, or fit and save the model again.",
            code="MMX-M061",
            place=place,
        ) from error


def oversized(place: str) -> ModelError:
    """Return the error for a file that holds or declares more than any model."""
    return ModelError(
        "The file is larger than any model saved by mmxlib.",
        remedy="Load only files that Model.save wrote.",
        code="MMX-M062",
        place=place,
    )


def _members(name: str, encoded: Encoded) -> dict[str, bytes]:
    arrays = {f"{name}.npz": encoded.arrays} if encoded.arrays else {}
    return {f"{name}.json": encoded.document} | arrays


def _checked_members(content: bytes, place: str) -> dict[str, bytes]:
    """Return the file's members by name, after a look at what it declares."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if is_oversized(archive):
            raise oversized(place)
        return {member.filename: archive.read(member) for member in archive.infolist()}


def _check_whole(members: dict[str, bytes], digests: dict[str, str]) -> None:
    if digests != {name: sha256(content) for name, content in members.items()}:
        raise ValueError("the members are not those that the file names")


def _artifact(kind: type[ArtifactT], name: str, members: dict[str, bytes]) -> ArtifactT:
    return decode(kind, Encoded(members[f"{name}.json"], members.get(f"{name}.npz", b"")))


def _damaged(place: str) -> ModelError:
    return ModelError(
        "The file is no model saved by mmxlib, or it is damaged.",
        remedy="Load a file that Model.save wrote, or fit and save the model again.",
        code="MMX-M063",
        place=place,
    )
