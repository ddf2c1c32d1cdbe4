"""Runs what a document shows, block by block, as a reader would: in one folder, with one Python session."""

import contextlib
import io
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from mmxlib.cli.main import main
from tests.documents.blocks import Block

_EXIT = re.compile(r"\(exit (\d+)\)")
_FILE = re.compile(r"# ([\w./-]+\.(?:yaml|csv))\n")
RUN = ("python", "sh", "yaml", "text")
"""What is understood: code, commands, the content of a file named in its first line, and what was printed."""


@dataclass
class Reader:
    """Somebody who follows a document; it has state because a reader's session and screen have."""

    document: str
    names: dict[str, object] = field(default_factory=dict)
    screen: str = ""

    def follow(self, block: Block) -> None:
        """Do what a block says, in the present folder."""
        assert block.language in RUN, (
            f"{self.document}:{block.line}: a block of {block.language or 'nothing'}"
        )
        if block.language == "text":
            self._compare(block)
            return
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            if block.language == "python":
                self._execute(block)
            elif block.language == "yaml":
                self._write(block)
            else:
                self._command(block, out)
        self.screen = out.getvalue()

    def _execute(self, block: Block) -> None:
        # blank lines before it: an error names the line of the document
        code = compile("\n" * block.line + block.code, self.document, "exec")
        exec(code, self.names)

    def _write(self, block: Block) -> None:
        named = _FILE.match(block.code)
        assert named is not None, f"{self.document}:{block.line}: the first line does not name the file"
        path = Path(named[1])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.code, "utf-8")

    def _command(self, block: Block, out: io.StringIO) -> None:
        for line in block.code.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if not words:
                continue
            assert words[0] == "mmx", f"{self.document}:{block.line}: {words[0]} is not run here"
            promised = _EXIT.search(line)
            code = main(words[1:])
            assert code == int(promised[1] if promised else 0), f"{line}\n{out.getvalue()}"

    def _compare(self, block: Block) -> None:
        """Refuse output that the block before did not print."""
        shown = [line.rstrip() for line in block.code.splitlines() if line.strip() not in ("", "…")]
        printed = [line.rstrip() for line in self.screen.splitlines()]
        missing = [line for line in shown if line not in printed]
        assert missing == [], f"{self.document}:{block.line}: was not printed\n{self.screen}"
