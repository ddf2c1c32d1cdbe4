"""The ways in: files by role, or a folder whose files say their role by name."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeAlias

import pandas as pd

from mmxlib.artifacts.panel import Panel
from mmxlib.data.accounting import Reading
from mmxlib.data.arguments import check_frames, checked_settings
from mmxlib.data.assembling import assembled
from mmxlib.data.columns import listed, suggestion
from mmxlib.data.findings import Findings
from mmxlib.data.opening import READERS, file_tables, local_path
from mmxlib.data.raw.progress import Show
from mmxlib.data.raw.reading import is_mapping, is_raw, raw_sales, raw_sales_of_table
from mmxlib.data.roles import DataSettings, FileRole, role_of_name
from mmxlib.data.tables import PathLike, Table, table_of_frame

Source: TypeAlias = PathLike | pd.DataFrame | Table
"""A file, a frame, or a table that a front end has read itself."""

Sales: TypeAlias = Source | Sequence[PathLike]
"""Sales may also stand in several files."""


class Configured(Protocol):
    """A configuration as far as reading needs it: something with a ``data`` section."""

    @property
    def data(self) -> DataSettings:
        """The meaning of columns."""
        ...


def read_panel(
    sales: Sales,
    *,
    media: Source | None = None,
    events: Source | None = None,
    experiments: Source | None = None,
    controls: Source | None = None,
    config: DataSettings | Configured | None = None,
) -> Panel:
    """Return the panel that the files make; frames may stand for files.

    Parameters
    ----------
    sales
        Weekly (or daily) sales by sub-category: CSV, XLSX or Parquet. A wide file may hold everything; a
        workbook whose sheets are called Sales, Media, … is read sheet by sheet. Files that ``data.raw`` in
        the settings names are raw tables (store x SKU x day or week) of any size, which are added up.
    media
        A row per channel (date, channel, spend, exposure, sub-category or geo), or a column per channel.
    events
        A row per event: name, start, end and, where it is not for all, sub-category.
    experiments
        A row per test, either a lift in a window (channel, start, end, lift, standard_error) or a step in
        spend (channel, x, delta_x, delta_y, sigma and, if known, date; see `StepTest`); one file may hold
        both.
    controls
        Known drivers that are not media: date, sub-category where they differ, and a column each.
    config
        The meaning of columns where they do not have the standard names: the configuration that
        `read_config` returns, or its ``data`` section alone.

    Raises
    ------
    DataError
        With all faults found, each with its file, cell or row and its remedy.
    """
    findings = Findings()
    settings = checked_settings(config, findings)
    sources = {
        FileRole.MEDIA: media,
        FileRole.EVENTS: events,
        FileRole.EXPERIMENTS: experiments,
        FileRole.CONTROLS: controls,
    }
    tables = [
        *_sales_tables(sales, settings, findings),
        *(
            table
            for role, source in sources.items()
            if source is not None
            for table in _source_tables(source, role, settings, findings)
        ),
    ]
    return _reading(tables, settings, findings).panel


def read_folder(
    source: PathLike | Sequence[PathLike],
    *,
    settings: DataSettings | None = None,
    progress: Show | None = None,
) -> Panel:
    """Return the panel of a file, of several files or of a folder, each file in the role its name says.

    A name says its role by a word: sales, media or spend, events, experiments, controls; ``data.files`` in
    the settings goes before. A single file without such a word is taken as sales. In a folder, files of
    other kinds, hidden ones and Excel's temporary ones are passed over. Files that ``data.raw`` names are
    added up to one table of sales, whatever their size; ``progress`` is told how far that is.

    Raises
    ------
    DataError
        With all faults found, each with its file, cell or row and its remedy.
    """
    return check_folder(source, settings=settings, progress=progress).panel


def check_folder(
    source: PathLike | Sequence[PathLike],
    *,
    settings: DataSettings | None = None,
    progress: Show | None = None,
) -> Reading:
    """Return the panel of files as `read_folder` does, with an account of every row that was read.

    Raises
    ------
    DataError
        With all faults found, each with its file, cell or row and its remedy.
    """
    findings = Findings()
    settings = checked_settings(settings, findings)
    given = [source] if isinstance(source, str | os.PathLike) else list(source)
    files = [file for each in given for file in _files(each, findings)]
    raw = [path for path in files if is_raw(path.name, settings.raw)]
    paths = [path for path in files if path not in raw and not is_mapping(path.name, settings.raw)]
    roles = _roles(paths, settings, findings, alone=not raw)
    tables = [
        table
        for path, role in zip(paths, roles, strict=True)
        for table in file_tables(path, role, findings, settings=settings)
    ]
    tables += raw_sales(raw, settings, findings, progress) if raw else ()
    return _reading(tables, settings, findings)


def _reading(tables: Sequence[Table], settings: DataSettings, findings: Findings) -> Reading:
    if not tables:
        findings.raise_if_rejected()
    return assembled(tables, settings, findings)


def _sales_tables(sales: Sales, settings: DataSettings, findings: Findings) -> list[Table]:
    """Return the tables of sales; raw ones among them are added up to one."""
    if not isinstance(sales, list | tuple):
        sources: list[Source] = [sales]  # type: ignore[list-item]  # what is neither is refused as no frame
    else:
        sources = list(sales)
    raw = [
        each
        for each in sources
        if isinstance(each, str | os.PathLike) and is_raw(Path(each).name, settings.raw)
    ]
    local = [path for each in raw if (path := local_path(each, findings)) is not None]
    found = list(raw_sales(local, settings, findings)) if local else []
    for source in sources:
        if not any(source is each for each in raw):
            tables = _source_tables(source, FileRole.SALES, settings, findings)
            if not isinstance(source, str | os.PathLike) and is_raw(FileRole.SALES, settings.raw):
                tables = raw_sales_of_table(tables[0], settings, findings)
            found += tables
    return found


def _source_tables(
    source: Source, role: FileRole, settings: DataSettings, findings: Findings
) -> tuple[Table, ...]:
    if not isinstance(source, str | os.PathLike | Table):
        check_frames({str(role): source}, findings)
        findings.raise_if_rejected()
    if isinstance(source, pd.DataFrame):
        return (table_of_frame(source, f"the frame of {role}", role),)
    if isinstance(source, Table):
        return (replace(source, role=role),)
    return file_tables(source, role, findings, settings=settings)


def _files(source: PathLike, findings: Findings) -> list[Path]:
    """Return the file itself, or the folder's files that can be read, sorted by name."""
    path = local_path(source, findings)
    if path is None:
        return []
    if not path.is_dir():
        return [path]
    found = sorted(
        each
        for each in path.iterdir()
        if each.is_file() and each.suffix.lower() in READERS and not each.name.startswith((".", "~$"))
    )
    if not found:
        findings.reject(
            "MMX-D057",
            "The folder has no file that can be read.",
            remedy=f"Put files there that end in {', '.join(READERS)}.",
            place=str(path),
        )
    return found


def _roles(
    paths: Sequence[Path], settings: DataSettings, findings: Findings, *, alone: bool
) -> list[FileRole | None]:
    """Return each file's role: by the settings, else by its name; a single one that is ``alone`` is sales."""
    chosen = {name: FileRole(role) for role, name in settings.files.model_dump().items() if name is not None}
    names = [path.name for path in paths]
    for name, role in chosen.items():
        if name not in names:
            findings.reject(
                "MMX-D058",
                f'There is no file "{name}", as data.files.{role} in global.yaml says. There are '
                f"{listed(names)}.",
                remedy=f"{suggestion(name, names)}Correct the setting or give the file.",
                place="global.yaml",
            )
    roles = [chosen.get(path.name, role_of_name(path.stem)) for path in paths]
    if len(paths) == 1 and alone:
        return [roles[0] or FileRole.SALES]
    for path, known in zip(paths, roles, strict=True):
        if known is None:
            findings.reject(
                "MMX-D059",
                "The file's name does not say what it holds.",
                remedy="Begin its name with sales, media, events, experiments or controls, name it under "
                "data.files in global.yaml, or take it out of the folder.",
                place=path.name,
            )
    return roles
