"""The record of a run: every exchange as a line of JSON, written as it comes, without credentials."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from contracts.events import Event, ExchangeDone, RunFinished
from contracts.exchanges import Chunk, Exchange, Intent, NoAnswer, Request, Response
from contracts.findings import Finding, Severity
from contracts.version import version
from mockserver.errors import UsageError
from mockserver.openapi.document import Document

if TYPE_CHECKING:
    from contracts.plan import Plan

_MARK = "mockflare-record"
_FORM = 1


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a record: what was run."""

    target: str
    """How reports call it."""
    base_url: str
    """What the addresses of its requests begin with."""
    seed: int
    contract: str
    """The title of the contract."""
    digest: str
    """A digest of the contract: two runs with the same one were judged by the same rules."""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A recorded run."""

    header: Header
    exchanges: tuple[ExchangeDone, ...]
    findings: tuple[Finding, ...] | None = None
    """What the run found; None when it was ended before it could say."""
    cut: str | None = None
    """Why the record ends early; None when it is whole."""


def header_of(plan: Plan) -> Header:
    """Return the header of a run by this plan."""
    name, base = plan.place, plan.redactor.text(plan.target.base_url)
    return Header(name, base, plan.seed, plan.document.title, digest_of(plan.contract), version())


def digest_of(document: Document) -> str:
    """Return 16 hexadecimal digits that stand for the content of a contract."""
    text = json.dumps(document.content, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Recorder:
    """A reporter that writes a record; each line is handed to the system at once: a killed run leaves all of them.

    Where the file takes no more (a full disk), the run goes on without it, and is told so when it has ended.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self._path, self._header = path, header
        self._file: IO[bytes] | None = None
        self._fault: UsageError | None = None

    def start(self) -> None:
        """Create the file with its first line; raises UsageError where that is impossible."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("wb")
        except OSError as error:
            raise UsageError(f"the record {self._path} cannot be written: {error.strerror or error}") from None
        self._write({_MARK: _FORM, **asdict(self._header)})
        if self._fault is not None:
            raise self._fault

    def handle(self, event: Event) -> None:
        """Write an exchange, or what the run found."""
        if isinstance(event, ExchangeDone):
            self._write(_exchange_line(event))
        elif isinstance(event, RunFinished):
            report = event.report
            found = (*report.findings, *report.accepted)  # a baseline knows them however they were judged
            self._write({"findings": [asdict(each) for each in found], "stopped": report.stopped})

    def finish(self) -> None:
        """Close the file; raises UsageError when not everything could be written."""
        self._close()
        if self._fault is not None:
            raise self._fault

    def _write(self, content: Any) -> None:
        if self._file is None:
            return
        try:
            self._file.write(json.dumps(content, separators=(",", ":")).encode() + b"\n")
            self._file.flush()
        except OSError as error:
            self._fault = UsageError(f"the record {self._path} cannot be written: {error.strerror or error}")
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # what could not be written is tried again
                self._file.close()
            self._file = None


def is_record(path: str | Path) -> bool:
    """Return whether a file begins like a record."""
    try:
        with Path(path).open("rb") as file:
            return file.read(len(_MARK) + 8).lstrip().startswith(b'{"' + _MARK.encode())
    except OSError:
        return False


def read_record(path: str | Path) -> Record:
    """Return a recorded run; one that was killed in the middle says so in `cut`. Raises UsageError."""
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}; `mockflare check --record FILE` writes a record"
        ) from None
    try:
        first = json.loads(lines[0])
        form = first.pop(_MARK)
        header = Header(**first)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{path} is no record; `mockflare check --record FILE` writes one") from None
    if form != _FORM:
        raise UsageError(f"{path} is a record of form {form}; this version reads form {_FORM}")
    exchanges: list[ExchangeDone] = []
    findings = cut = None
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        try:
            content = json.loads(line)
            if "findings" in content:
                findings = tuple(_finding(each) for each in content["findings"])
            else:
                exchanges.append(_exchange_done(content))
        except (ValueError, KeyError, TypeError, AttributeError):
            cut = f"{path}: line {number} is cut, and what follows is lost: the run was ended while it wrote"
            break
    if cut is None and findings is None:
        cut = f"{path}: the run was ended before it could say what it found; {len(exchanges)} exchanges were read"
    return Record(header, tuple(exchanges), findings, cut)


def _exchange_line(event: ExchangeDone) -> dict[str, Any]:
    exchange = event.exchange
    line: dict[str, Any] = {
        "number": exchange.number,
        "operation": exchange.operation,
        "phase": exchange.phase,
        "intent": exchange.intent.value,
        "reason": exchange.reason,
        "credential": exchange.credential,
        "group": exchange.group,
        "role": exchange.role,
        "negated": list(exchange.negated),
        "request": {
            "method": exchange.request.method,
            "url": exchange.request.url,
            "headers": exchange.request.headers,
            "body": _written(exchange.request.body),
        },
        "failed": list(event.failed),
        "refused": event.refused,
    }
    if exchange.no_answer is not None:
        line["no_answer"] = exchange.no_answer.name
    response = exchange.response
    if response is not None:
        line["response"] = {
            "status": response.status,
            "headers": response.headers,
            "body": _written(response.body),
            "cut_short": response.cut_short,
            "faults": list(response.faults),
            "chunks": [[round(each.seconds, 6), each.length] for each in response.chunks],
            "first_byte": round(response.first_byte, 6),
            "seconds": round(response.seconds, 6),
        }
    return line


def _exchange_done(line: dict[str, Any]) -> ExchangeDone:
    sent, came, unanswered = line["request"], line.get("response"), line.get("no_answer")
    response = None
    if came is not None:
        response = Response(
            int(came["status"]),
            _pairs(came["headers"]),
            _read(came["body"]),
            bool(came["cut_short"]),
            tuple(came["faults"]),
            tuple(Chunk(seconds, length) for seconds, length in came["chunks"]),
            came["first_byte"],
            came["seconds"],
        )
    exchange = Exchange(
        line["number"],
        line["operation"],
        line["phase"],
        Intent(line["intent"]),
        Request(sent["method"], sent["url"], _pairs(sent["headers"]), _read(sent["body"])),
        response,
        tuple(line["negated"]),
        (),
        line["reason"],
        line["credential"],
        line["group"],
        line["role"],
        None if unanswered is None else NoAnswer[unanswered],
    )
    return ExchangeDone(exchange, tuple(line["failed"]), line["refused"])


def _finding(content: dict[str, Any]) -> Finding:
    return Finding(**{**content, "severity": Severity(content["severity"])})


def _pairs(pairs: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in pairs)


def _written(body: bytes) -> str | dict[str, str]:
    """Return a body as text, or as base64 where it is none."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _read(body: Any) -> bytes:
    try:
        return body.encode() if isinstance(body, str) else base64.b64decode(body["base64"], validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
