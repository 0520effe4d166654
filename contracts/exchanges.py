"""Requests and the answers to them, as values, and how a request reads as a curl command."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from contracts.printable import ACTED_ON

if TYPE_CHECKING:
    from contracts.cases import Case

_OF_THE_CLIENT = frozenset(
    ("host", "user-agent", "accept", "accept-encoding", "connection", "content-length", "x-schemathesis-testcaseid")
)

ENCODINGS = "gzip, deflate"
"""The compressions that every request takes, as SDKs do; what else their libraries can read depends on the machine."""

_ACTED_ON = re.compile(f"(?![\n\t])[{ACTED_ON}]")
_SPECIAL = re.compile(r'[\\"`]|\$(?!\{?CLOUDFLARE_)')


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
        # -X HEAD waits for the body that does not come
        parts = ["curl", *(["--head"] if self.method == "HEAD" else ["-X", self.method])]
        if "/." in self.url:
            parts.append("--path-as-is")
        if not set("[]{}").isdisjoint(self.url):
            parts.append("--globoff")
        parts.append(_double_quoted(self.url))
        for name, value in self.headers:
            if name.lower() not in _OF_THE_CLIENT:
                parts += ["-H", _double_quoted(f"{name}: {value}")]
        if self.body and not any(name.lower() == "content-type" for name, _ in self.headers):
            parts += ["-H", '"Content-Type:"']  # else it is called a form
        text = self.body.decode("utf-8", "replace")
        if "\ufffd" in text or _ACTED_ON.search(text):
            return " ".join([f"printf -- '{_for_printf(self.body)}' |", *parts, "--data-binary", "@-"])
        if text:
            parts += ["--data-raw", shlex.quote(text)]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a body as it arrived: seconds since the request was sent, and bytes."""

    seconds: float
    length: int


class NoAnswer(Enum):
    """Why a request got no answer."""

    DROPPED = "the connection was dropped, no whole answer came"
    ENDLESS = "the answer took too long or did not end"
    UNREACHABLE = "no connection could be made"
    NO_SUCH_HOST = "no host of this name is known"
    NO_TLS = "no TLS connection could be made; its certificate is not trusted, or it does not speak TLS"
    NOT_SENT = "it was not sent"

    @property
    def is_unreachable(self) -> bool:
        """Whether not even a connection was made."""
        return self in (NoAnswer.UNREACHABLE, NoAnswer.NO_SUCH_HOST, NoAnswer.NO_TLS)


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it came; header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut_short: bool = False
    """Whether reading was given up before the end, as of an endless stream."""
    faults: tuple[str, ...] = ()
    """What was wrong with the transfer itself: the body ended early, it could not be decompressed."""
    chunks: tuple[Chunk, ...] = field(default=(), compare=False)
    """When the pieces of the body arrived."""
    first_byte: float = field(default=0.0, compare=False)
    """Seconds from sending the request to the head of the answer."""
    seconds: float = field(default=0.0, compare=False)
    """Seconds from sending the request to the end of the answer."""

    def header(self, name: str) -> str | None:
        """Return the first value of a header."""
        wanted = name.lower()
        for key, value in self.headers:
            if key == wanted:
                return value
        return None

    def header_values(self, name: str) -> list[str]:
        """Return every value of a header, in the order they came."""
        wanted = name.lower()
        return [value for key, value in self.headers if key == wanted]

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
    """What the engine's checks said, of its own cases only."""
    reason: str = ""
    """Why the request was made, in one phrase."""
    credential: str = "own"
    """Which credential went with it; see `contracts.credentials`."""
    group: str = ""
    """The key of the exchanges it is judged with; "" for none."""
    role: str = ""
    """What it is within its group."""
    no_answer: NoAnswer | None = None
    """Why there is no response."""
    case: Case | None = field(default=None, compare=False, repr=False)
    """The case it was sent for; None for the engine's."""


def _double_quoted(text: str) -> str:
    """Return the text within double quotes; the variables that stand for credentials stay variables."""
    escaped = _SPECIAL.sub(lambda match: "\\" + match[0], text)
    return f'"{escaped}"'


def _for_printf(content: bytes) -> str:
    """Return the bytes as a format of the shell's printf, within single quotes."""
    plain = {byte: chr(byte) for byte in range(32, 127) if chr(byte) not in "\\%'"}
    return "".join({**plain, 10: "\\n", 13: "\\r", 37: "%%"}.get(byte, f"\\{byte:03o}") for byte in content)
