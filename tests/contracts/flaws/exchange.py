"""What passes through a flawed server: a request that may be changed on its way in, an answer on its way out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Ask:
    """A request: what a flaw looks at, and may change before the server sees it."""

    method: str
    path: str
    """Below `/ai`, percent-decoded."""
    raw_path: str
    query: str
    headers: Headers
    body: bytes
    operation: str
    token: str
    """The token that the server really knows."""
    number: int = 1
    """How many requests this operation has had, this one included."""
    rank: int = 1
    """How many requests of this operation are under way, this one included."""
    memory: dict[Any, Any] = field(default_factory=dict)
    """What the server remembers between requests."""

    @property
    def json(self) -> dict[str, Any]:
        """The body when it is a JSON object, else an empty one."""
        try:
            body = json.loads(self.body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def well_formed(self) -> bool:
        """Whether the body is JSON."""
        try:
            json.loads(self.body)
        except ValueError:
            return False
        return True

    def replace(self, body: Any) -> None:
        """Give the request another JSON body."""
        self.body = json.dumps(body).encode()
        self.headers = [(name, value) for name, value in self.headers if name.lower() != b"content-length"]
        self.headers.append((b"content-length", str(len(self.body)).encode()))

    def update(self, **members: Any) -> None:
        """Give members of the JSON body other values; None takes a member away."""
        body = {**self.json, **members}
        self.replace({name: value for name, value in body.items() if value is not None or name not in members})

    @property
    def parameters(self) -> dict[str, str]:
        """The query."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def ask_for(self, **parameters: str | None) -> None:
        """Give parameters of the query other values; None takes one away."""
        merged = {**self.parameters, **parameters}
        self.query = urlencode({name: value for name, value in merged.items() if value is not None})

    def header(self, name: str) -> str:
        """The value of a header, empty when there is none."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), "")

    @property
    def credential(self) -> str:
        """What follows `Bearer `, as it came; empty when there is nothing of that kind."""
        scheme, _, rest = self.header("authorization").partition(" ")
        return rest if scheme.lower() == "bearer" else ""

    @property
    def authorized(self) -> bool:
        """Whether it is the right token."""
        return self.credential == self.token

    def admit(self) -> None:
        """Sign the request with the right token, whatever it came with."""
        self.headers = [(name, value) for name, value in self.headers if name.lower() != b"authorization"]
        self.headers.append((b"authorization", f"Bearer {self.token}".encode()))


@dataclass(slots=True)
class Event:
    """An event of a stream: its name, and its data as JSON, or as text when it is none."""

    data: Any
    name: str = ""

    def encode(self) -> bytes:
        """The event as it is written."""
        text = self.data if isinstance(self.data, str) else dumps(self.data)
        name = f"event: {self.name}\n" if self.name else ""
        return f"{name}data: {text}\n\n".encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class Answer:
    """A response: what a flaw changes before it is sent."""

    status: int
    headers: Headers
    chunks: list[bytes]
    """The body as it is written, piece by piece."""
    pauses: list[float] = field(default_factory=list)
    """Seconds to wait before each of the first pieces."""

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)

    @property
    def media_type(self) -> str:
        """The media type without parameters."""
        return self.header("content-type").split(";")[0].strip().lower()

    @property
    def json(self) -> Any:
        """The body when it is JSON, else None."""
        try:
            return json.loads(self.body) if self.media_type == "application/json" else None
        except ValueError:
            return None

    @property
    def events(self) -> list[Event]:
        """The events of a stream."""
        return [_event(block) for block in self.body.decode().split("\n\n") if block.strip()]

    @property
    def streamed(self) -> bool:
        """Whether it is an event stream."""
        return self.media_type == "text/event-stream"

    def header(self, name: str) -> str:
        """The value of a header, empty when there is none."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == wanted), "")

    def set_header(self, name: str, value: str | None) -> None:
        """Give a header another value; None takes it away."""
        wanted = name.lower().encode()
        self.headers = [(key, old) for key, old in self.headers if key.lower() != wanted]
        if value is not None:
            self.headers.append((wanted, value.encode("latin-1")))

    def write(self, body: bytes, media_type: str | None = None, status: int | None = None) -> None:
        """Answer with other bytes; the content length follows."""
        self.chunks = [body]
        if media_type is not None:
            self.set_header("content-type", media_type)
        if status is not None:
            self.status = status
        self.set_header("content-length", str(len(body)))

    def write_json(self, body: Any, status: int | None = None) -> None:
        """Answer with other JSON."""
        self.write(dumps(body).encode("utf-8", "surrogatepass"), "application/json", status)

    def write_events(self, events: list[Event]) -> None:
        """Answer with other events, one to a write."""
        self.chunks = [event.encode() for event in events]
        self.set_header("content-type", "text/event-stream")
        self.set_header("content-length", None)

    def rewrite(self, body: bytes) -> None:
        """Send other bytes in one piece and leave every header as it is."""
        self.chunks = [body]


def dumps(body: Any) -> str:
    """JSON as services write it: short, and not escaped."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _event(block: str) -> Event:
    name, data = "", []
    for line in block.split("\n"):
        field_name, _, value = line.partition(": ")
        if field_name == "event":
            name = value
        elif field_name == "data":
            data.append(value)
    text = "\n".join(data)
    try:
        return Event(json.loads(text), name)
    except ValueError:
        return Event(text, name)
