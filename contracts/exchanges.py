"""Requests and the answers to them, as values, and how a request reads as a curl command."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from enum import StrEnum

_OF_THE_CLIENT = frozenset(
    ("host", "user-agent", "accept", "accept-encoding", "connection", "content-length", "x-schemathesis-testcaseid")
)


_SPECIAL = re.compile(r'[\\"`]|\$(?!CLOUDFLARE_)')


class Intent(StrEnum):
    """What a request was meant to be."""

    VALID = "valid"
    INVALID = "invalid"
    SHAPE = "shape"
    """An undocumented method or media type: only the way it is refused can be judged."""
    PROBE = "probe"
    """Sent by a check for its own purpose, such as a valid request with a wrong token."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was sent."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def size(self) -> tuple[int, int, bytes]:
        """Orders requests: the smallest body first, then the shortest address."""
        return len(self.body), len(self.url), self.body

    def curl(self) -> str:
        """Return a command for a POSIX shell that sends this request; `$NAME` in it stays a variable."""
        parts = ["curl", "-X", self.method, _double_quoted(self.url)]
        for name, value in self.headers:
            if name.lower() not in _OF_THE_CLIENT:
                parts += ["-H", _double_quoted(f"{name}: {value}")]
        text = self.body.decode("utf-8", "replace")
        if "\ufffd" in text or any(character < " " and character not in "\n\t" for character in text):
            return " ".join([f"printf -- '{_for_printf(self.body)}' |", *parts, "--data-binary", "@-"])
        if text:
            parts += ["--data-raw", shlex.quote(text)]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it came; header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut_short: bool = False
    """Whether reading was given up before the end, as of an endless stream."""

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; "" when none is named."""
        return (self.header("content-type") or "").split(";", 1)[0].strip().lower()

    @property
    def succeeded(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the engine said of an exchange."""

    check: str
    passed: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, its answer (None when none came) and where both stand in the run."""

    number: int
    operation: str
    phase: str
    intent: Intent
    request: Request
    response: Response | None
    negated: tuple[str, ...] = ()
    """The parts that were made invalid on purpose: "body", "path", "query", "header", "cookie"."""
    verdicts: tuple[Verdict, ...] = ()


def _double_quoted(text: str) -> str:
    """Return the text within double quotes; the variables that stand for credentials stay variables."""
    escaped = _SPECIAL.sub(lambda match: "\\" + match[0], text)
    return f'"{escaped}"'


def _for_printf(content: bytes) -> str:
    """Return the bytes as a format of the shell's printf, within single quotes."""
    plain = {byte: chr(byte) for byte in range(32, 127) if chr(byte) not in "\\%'"}
    return "".join({**plain, 10: "\\n", 13: "\\r", 37: "%%"}.get(byte, f"\\{byte:03o}") for byte in content)
