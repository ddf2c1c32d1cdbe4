"""Reading the five YAML files of a folder and writing them."""

from collections.abc import Mapping
from pathlib import Path

from mmxlib.config.refusals import validated
from mmxlib.config.sections import SECTIONS, WHOLE, Config, file_of
from mmxlib.config.writing import config_files
from mmxlib.config.yaml_text import Parsed, parse_yaml
from mmxlib.errors import Fault, SettingsError
from mmxlib.files import storage_error, write_atomic

FILES = (*SECTIONS, *WHOLE)


def read_config(folder: str | Path) -> Config:
    """Return the settings kept in ``folder``; a file or setting that is not there has its default.

    Raises
    ------
    SettingsError
        If the folder is not there, a file cannot be read, or a setting is unknown or not allowed; all faults
        of all files are reported together, each with its file, line and what is allowed.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SettingsError(
            "There is no such folder of settings.",
            remedy=f"Make one with `mmx init {folder}`, or check the path.",
            code="MMX-S006",
            place=str(folder),
        )
    faults = _strangers(folder)
    files: dict[str, Parsed] = {}
    for name in FILES:
        try:
            files[name] = _parsed(folder / name)
        except SettingsError as error:
            faults += error.faults
    tree: dict[str, object] = {}
    for name, parsed in files.items():
        sections, misplaced = _sections(name, parsed)
        tree |= sections
        faults += misplaced
    try:
        config = validated(tree, place_of=lambda path: _place(path, files))
    except SettingsError as error:
        faults += error.faults
    if faults:
        raise SettingsError.of(faults)
    return config


def write_config(config: Config, folder: str | Path) -> tuple[Path, ...]:
    """Write the five files that hold ``config`` into ``folder`` and return their paths.

    Raises
    ------
    StorageError
        If the disk refuses.
    """
    paths = []
    for name, content in config_files(config).items():
        path = Path(folder) / name
        write_atomic(path, content)
        paths.append(path)
    return tuple(paths)


def _strangers(folder: Path) -> list[Fault]:
    """Return a fault for every YAML file that no settings are read from: it would silently do nothing."""
    import difflib

    faults = []
    for path in sorted(folder.iterdir()):
        if path.suffix in (".yaml", ".yml") and path.name not in FILES and not path.name.startswith("."):
            near = difflib.get_close_matches(path.name, FILES, n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"The files are {', '.join(FILES)}."
            faults.append(Fault("MMX-S007", "No settings are read from this file.", remedy, str(path)))
    return faults


def _parsed(path: Path) -> Parsed:
    try:
        content = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise storage_error(error, path) from error
    return parse_yaml(content, path.name)


def _sections(name: str, parsed: Parsed) -> tuple[dict[str, object], list[Fault]]:
    """Return a file's values by section, and a fault for each section that belongs in another file."""
    values = {} if parsed.value is None else parsed.value
    if not isinstance(values, Mapping):
        problem = "The file must hold names and values."
        return {}, [Fault("MMX-S008", problem, "Write name: value.", f"{name} line 1")]
    if name in WHOLE:
        return {WHOLE[name]: values} if values else {}, []
    faults = [
        Fault(
            "MMX-S009",
            f'"{section}" does not belong in this file.',
            f"Move it to {file_of(section)}"
            + (f", without the line {section}:." if section in WHOLE.values() else "."),
            f"{name} line {parsed.lines[(section,)]}",
        )
        for section in values
        if section in Config.model_fields and section not in SECTIONS[name]
    ]
    kept = {
        section: value
        for section, value in values.items()
        if section in SECTIONS[name] or section not in Config.model_fields
    }
    return {section: value for section, value in kept.items() if value is not None}, faults


def _place(path: tuple[str | int, ...], files: Mapping[str, Parsed]) -> str:
    """Return the file, line and dotted name where a setting stands."""
    section = str(path[0])
    known = section in Config.model_fields
    name = file_of(section) if known else next(n for n, p in files.items() if (section,) in p.lines)
    inner = path[1:] if name in WHOLE else path
    lines = files[name].lines if name in files else {}
    line = next((lines[inner[:end]] for end in range(len(inner), 0, -1) if inner[:end] in lines), 1)
    return f"{name} line {line}"
