"""The encodings in which a text file may be kept, by the names that people give them."""

import codecs
from difflib import get_close_matches

DETECTED = "auto"
"""The setting by which a file's own bytes say how they are read."""

ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "iso8859-15", "mac_roman", "cp437",
    "cp850", "cp858", "cp1250", "iso8859-2", "cp852", "mac_latin2", "cp1251", "iso8859-5", "koi8-r",
    "koi8-u", "cp866", "cp1253", "iso8859-7", "cp1254", "iso8859-9", "cp1255", "cp1256", "cp1257", "cp1258",
    "cp874", "cp932", "shift_jis", "euc_jp", "gb18030", "gbk", "gb2312", "big5", "cp949", "euc_kr",
)  # fmt: skip
"""The encodings that programs export tables in, by their usual names."""

_BY_CODEC = {codecs.lookup(name).name: name for name in ENCODINGS}
_SPOKEN = {f"windows-{name[2:]}": name for name in ENCODINGS if name.startswith("cp12")} | {"ansi": "cp1252"}


def known_encoding(name: str) -> str:
    """Return the usual name of an encoding: ``Windows-1252`` and ``CP1252`` are ``cp1252``.

    Raises
    ------
    ValueError
        If no such encoding is known; the message names the nearest one.
    """
    wanted = name.strip().casefold()
    if wanted == DETECTED:
        return DETECTED
    if wanted in _SPOKEN:
        return _SPOKEN[wanted]
    try:
        found = _BY_CODEC.get(codecs.lookup(wanted).name)
    except LookupError:
        found = None
    if found is None:
        names = {**dict.fromkeys((*ENCODINGS, DETECTED)), **_SPOKEN}
        near = get_close_matches(wanted, list(names), n=1)
        meant = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(ENCODINGS[:8])} and others"
        raise ValueError(f'"{name}" is no known encoding: {meant}')
    return found


def decoded(content: bytes, encoding: str) -> str:
    """Return the text of a file in a known encoding, without a mark of byte order.

    Raises
    ------
    UnicodeDecodeError
        If it is not in this encoding.
    """
    return content.decode(encoding).removeprefix("\ufeff")
