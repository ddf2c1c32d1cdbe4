"""Names that break programs, by what they try."""

import itertools
from collections.abc import Mapping

FORMULAS = (
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x.y","z")', "=1+1\t", "@SUM(A1:A9)", "+1+1", "-1+1",
    "=A1", "==1", '=IMPORTXML(CONCAT("","x"),"//a")', "@x", "+TV", "-TV", "=\xa0A1", " =1+1", "\t=1+1",
    "'=1+1", '"=1+1"', '=DDE("a";"b";"c")', "=rundll32|'URL.dll,OpenURL x'!A", "\uff1d1+1", "=", "@", "+",
    "-", '="x"', "{=1+1}", "=1;2", "%0A=1+1", '=WEBSERVICE("http://x.y")', "=1+1 ", "-2+3+cmd|' /C x'!A0",
    '=INDIRECT("A1")', "+cmd|'/C x'!A0", "@cmd", "=Sheet1!A1", "=#REF!", "=-1", "=+1", "=@A1", "=TRUE",
)  # fmt: skip
"""What a spreadsheet would run."""

SCRIPTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td><td>", "<b>bold</b>", "&lt;i&gt;",
    "&amp;", '"><script>x()</script>', "' onmouseover='x()", "javascript:alert(1)", "<svg onload=x()>",
    "</title><script>", "<!-- comment -->", "<![CDATA[x]]>", "<?xml version='1.0'?>",
    "<iframe src=//x.y>", "<style>*{}</style>", "</script><script>x()</script>", "{{7*7}}", "{% raw %}",
    "${7*7}", "#{7*7}", "<%= 7 %>", "`x`", "[a](javascript:x)", "![i](http://x.y/z.png)", "| a | b |",
    "# head", "**b**", "_i_", "~~s~~", "> quote", "---", "* item", "1. item",
    '<a href="http://x.y">z</a>', "<body onload=x()>", "\\<script\\>", "%3Cscript%3E", "<scr\u0131pt>",
    "<x/>", "</svg><script>x()</script>", "</text>", "&#60;script&#62;", "&copy;", "<math><mi>",
)  # fmt: skip
"""What a browser, a template or Markdown would act on."""

PATHS = (
    "../../etc/passwd", "..", ".", "/", "/etc/passwd", "C:\\Windows", "\\\\host\\share", "a/b", "a\\b",
    "..\\..\\x", "~", "~root", "$HOME", "%TEMP%", "file:///etc/passwd", "a:b", "a*b", "a?b", "a|b", "a<b",
    "a>b", 'a"b', ".hidden", "x.", "x ", "x..", "./x", "//x", "x/../y", "...", "[x]", "[1]Sheet1", "a'b",
    "'x'", "sheet!A1", "~$x.xlsx", "x.lnk", "CON", "CON.txt", "PRN", "PRN.txt", "AUX", "AUX.txt", "NUL",
    "NUL.txt", "COM1", "COM1.txt", "LPT9", "LPT9.txt", "con", "con.txt", "nul", "nul.txt", "CONIN$",
    "CLOCK$", "History", "desktop.ini", "Thumbs.db", ".DS_Store",
)  # fmt: skip
"""What a file system or a sheet's name would take for a place, or refuse."""

TOKENS = (
    "NULL", "null", "None", "nil", "undefined", "NaN", "nan", "NA", "N/A", "#N/A", "-", "true", "false",
    "True", "FALSE", "yes", "no", "on", "off", "~", "inf", "-inf", "Infinity", "0", "1", "-1", "00123",
    "1E5", "1e400", "0x1F", "0b1", "1_000", "1,000", "1.000", "1.234,56", "12%", "$5", "1/2", "12:30",
    "2024-01-01", "01/02/2024", "Jan 24", "24-Jan", "MARCH1", "SEPT2", "2024-W01", "9999-12-31",
    "1900-01-00", "45292", "12345678901234567890", "3.14", ".5", "5.", "+5", "[1]", "{}", "[]",
    '{"a": 1}', '"x"', "'", '"', "''", '""', "a,b", "a;b", "a\tb", "!!python/object:x", "&a", "*a", "<<",
    "%s", "%d", "%n%n%n", "{0}", "{x}", "%(x)s", "\\n", "\\x00", "\\", "\\\\", "$x", "`id`", "$(id)",
    "; ls", "'; DROP TABLE x; --", "' OR '1'='1", "1; SELECT 1", "admin'--", '") OR ("1"="1', "rm -rf x",
    "| cat", "&& x", "date", "sales", "spend", "channel", "all", "base", "total media", "index", "S1",
    "tv_spend", "constructor", "__proto__", "toString", "self", "lambda", "class", "None of these", "a=b",
    "a&b", "?a=b", "#", "@", "^", "!", "\xa7",
)  # fmt: skip
"""What a parser would take for a value, a word of its own, or code."""

SIGNS = (
    "\xe9", "e\u0301clair", "\xf1", "\xdf", "\u0130stanbul", "\u01c5", "\ufb01ne", "\u2126", "\u212b",
    "Z\u0351a\u0362l\u0363g\u0364o", "\u05e2\u05d1\u05e8\u05d9\u05ea",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "a\u202eb", "\u200fx", "x\u200ey", "\u2066x\u2069",
    "\u6f22\u5b57", "\u65e5\u672c\u8a9e", "\ud55c\uad6d\uc5b4", "\u0e44\u0e17\u0e22",
    "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0440\u0443\u0441\u0441\u043a\u0438\u0439",
    "\u0391\u03b8\u03ae\u03bd\u03b1", "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea", "\u2764\ufe0f", "\U0001f44d\U0001f3fd", "\uff34\uff36", "\uff11\uff12",
    "\u2170", "\xbd", "\xb2", "\u221e", "\u22125", "\u2013", "\u2014", "\u2026", "\u201cx\u201d",
    "\u2018x\u2019", "\xabx\xbb", "\ufffd", "\ufdfd", "\u1680x\u1680y", "x\xa0y", "x\u2003y", "x\u3000y",
    "x\u2028y", "x\u2029y", "x\x85y", "\U00020000", "\U0001d400", "\u0661\u0662\u0663",
    "a\u0300\u0301\u0302\u0303", "\u02bcx", "\u0149", "x\u0336y", "\u2060x\u2060y", "soft\xadhyphen",
    "\u061cx", "\u180ex", "\ue000", "\uf8ff", "\U000e0001x", "\U0010fffd", "\u3164", "\u115f", "\u17b4",
    "x\u034fy", "\ufe0f", "\u20e3",
)  # fmt: skip
"""What looks alike, runs the other way, joins, or cannot be seen."""

CONTROLS = (
    "a\x01b", "\x1b[31mred\x1b[0m", "bell\x07", "a\x7fb", "a\nb", "a\r\nb", "a\x0bb", "\x08x", "a\tb",
    "x\x1fy", "\x9bx", "a\x0cb", "=1+1\nx",
)  # fmt: skip
"""What a terminal would obey."""

SPACES = tuple(f"a{between}b" for between in ("  ", "\xa0", "\u2009", "\u202f", " \xa0"))
LONG = ("x" * 200, "\xe4" * 200, "\U0001f600" * 90, "a " * 99 + "b", "w" * 31, "w" * 32, "w" * 199)

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "formulas": FORMULAS,
    "scripts": SCRIPTS,
    "paths": PATHS,
    "tokens": TOKENS,
    "signs": SIGNS,
    "controls": CONTROLS,
    "spaces": SPACES,
    "long": LONG,
}
NAMES = tuple(dict.fromkeys(itertools.chain.from_iterable(CATEGORIES.values())))
"""All of them, each once."""
