"""A record keeps every exchange as it was, line by line, and survives the end of its run."""

from __future__ import annotations

import errno
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.case_keys import CaseKeys
from contracts.events import Event, ExchangeDone, RunFinished
from contracts.exchanges import Chunk, Exchange, Intent, NoAnswer, Request, Response
from contracts.listeners import Listeners
from contracts.plan import plan
from contracts.records import Header, Recorder, header_of, is_record, read_record
from contracts.run import run, tell
from mockserver.errors import UsageError
from mockserver.openapi.document import Document

HEADER = Header("http://h", "http://h/v1", 3, "Notes", "0123456789abcdef", "0")
DONE = ExchangeDone(
    Exchange(
        1, "say", "streams", Intent.INVALID,
        Request("POST", "http://h/v1/say", (("Content-Type", "a/b"), ("X-Odd", "\ud800é")), b'{"a": "\xc3\xa9"}'),
        Response(
            200, (("content-type", "text/event-stream"), ("x", "1"), ("x", "2")), b"\xff\x00", True, ("it broke off",),
            (Chunk(0.25, 1), Chunk(0.5, 1)), 0.125, 0.5,
        ),
        ("body",), (), "a stream", "wrong", "streamed/a", "first",
    ),
    ("event_stream",), "limits",
)  # fmt: skip
SILENT = ExchangeDone(
    Exchange(2, "say", "smoke", Intent.VALID, Request("POST", "http://h/v1/say"), None, no_answer=NoAnswer.ENDLESS)
)


def written(path: Path, *events: Event) -> Path:
    recorder = Recorder(path, HEADER)
    recorder.start()
    for event in events:
        recorder.handle(event)
    recorder.finish()
    return path


def test_what_was_recorded_is_read(tmp_path: Path) -> None:
    """Status, headers in their order, bytes, arrival of each piece, role, reason: all of it comes back."""
    record = read_record(written(tmp_path / "a", DONE, SILENT))

    assert (HEADER, (DONE, SILENT)) == (record.header, record.exchanges)
    came, sent = record.exchanges[0].exchange.response, DONE.exchange.response
    assert came is not None
    assert sent is not None
    assert (sent.chunks, sent.first_byte, sent.seconds) == (came.chunks, came.first_byte, came.seconds)


def test_each_line_is_there_at_once(tmp_path: Path) -> None:
    """Whoever looks during the run reads what was answered until then."""
    recorder = Recorder(tmp_path / "a", HEADER)
    recorder.start()
    recorder.handle(DONE)

    record = read_record(tmp_path / "a")
    recorder.finish()

    assert (DONE,) == record.exchanges
    assert record.findings is None
    assert "ended before it could say what it found; 1 exchanges were read" in str(record.cut)


class Full(io.BytesIO):
    """A file on a disk that is full after the first line."""

    def write(self, content: Any) -> int:
        if self.tell():
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


def test_a_full_disk_ends_the_record_and_not_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written stays; that it is not all is said at the end."""
    full = Full()
    monkeypatch.setattr(Path, "open", lambda *_, **__: full)
    recorder = Recorder(tmp_path / "a", HEADER)
    recorder.start()
    recorder.handle(DONE)
    recorder.handle(DONE)

    with pytest.raises(UsageError, match=r"the record .* cannot be written: No space left on device"):
        recorder.finish()
    assert full.closed


def test_every_reporter_finishes() -> None:
    """One that cannot does not keep the others from it; it is told of when they have."""
    finished = []

    class One:
        def __init__(self, fault: str) -> None:
            self.fault = fault

        def start(self) -> None:
            """Nothing."""

        def handle(self, event: Event) -> None:
            """Nothing."""

        def finish(self) -> None:
            finished.append(self.fault)
            if self.fault:
                raise UsageError(self.fault)

    with pytest.raises(UsageError, match="full"), Listeners([One(""), One("full"), One("")]):
        pass
    assert ["", "full", ""] == finished


def test_a_cut_line_is_told(tmp_path: Path) -> None:
    """The last line of a killed run may be half a line: what precedes it is read, and the reader says so."""
    path = written(tmp_path / "a", DONE, SILENT)
    content = path.read_bytes()

    for length in range(len(content.split(b"\n")[0]) + 2, len(content) - 2, 97):
        path.write_bytes(content[:length])
        record = read_record(path)
        assert content[:length].count(b"\n") - 1 <= len(record.exchanges)
        assert record.cut


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_killed_run_leaves_its_record(
    tmp_path: Path, notes_file: Path, notes_app: Any, token: str, serve: Any
) -> None:
    """After kill -9 in the middle of a run the record has every exchange until then."""
    path = tmp_path / "run.ndjson"
    command = [sys.executable, "-m", "contracts", serve(notes_app()), "--spec", str(notes_file), "--token", token]
    process = subprocess.Popen([*command, "--rate", "40", "--record", str(path)], stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None and not (path.exists() and 5 < path.read_bytes().count(b"\n")):
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    record = read_record(path)
    assert 4 < len(record.exchanges)
    assert record.cut
    assert token.encode() not in path.read_bytes()


def test_a_whole_record_knows_its_findings(
    tmp_path: Path, notes: Document, notes_app: Callable[..., Any], token: str
) -> None:
    planned = plan(notes_app("wrong type"), contract=notes, token=token, operations=["readNote"], own_only=True)
    recorder = Recorder(tmp_path / "a", header_of(planned))

    recorder.start()
    report = tell(run(planned), recorder.handle)
    recorder.finish()

    record = read_record(tmp_path / "a")
    assert report.findings == record.findings
    assert record.cut is None
    assert report.requests == len(record.exchanges)


@pytest.mark.parametrize("content", ["", "{}", "[]", "not JSON", '{"mockflare-record": 9, "target": "x"}'])
def test_what_is_no_record_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(content, "utf-8")

    with pytest.raises(UsageError, match="record"):
        read_record(tmp_path / "a")


def test_a_record_of_a_later_form_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a")
    path.write_text(path.read_text("utf-8").replace('"mockflare-record":1', '"mockflare-record":2'), "utf-8")

    assert is_record(path)
    with pytest.raises(UsageError, match="form 2; this version reads form 1"):
        read_record(path)


# keys of cases ------------------------------------------------------------------------------------------------------


def keys(base_url: str, *exchanges: Exchange) -> list[str]:
    made = CaseKeys(base_url)
    return [made.key(each) for each in exchanges]


def sent(url: str, body: bytes = b"", *headers: tuple[str, str], credential: str = "own") -> Exchange:
    return Exchange(0, "say", "smoke", Intent.VALID, Request("POST", url, headers, body), None, credential=credential)


def test_a_case_has_one_key_at_every_target() -> None:
    """Where a request went, and what its headers say of the client, do not matter; what is asked does."""
    here = keys("http://a/v1", sent("http://a/v1/say?x=1", b"{}", ("User-Agent", "one")))

    assert here == keys("https://b/client/v4", sent("https://b/client/v4/say?x=1", b"{}", ("User-Agent", "two")))
    assert here != keys("http://a/v1", sent("http://a/v1/say?x=2", b"{}"))
    assert here != keys("http://a/v1", sent("http://a/v1/say?x=1", b"[]"))
    assert here != keys("http://a/v1", sent("http://a/v1/say?x=1", b"{}", credential="wrong"))
    assert here != keys("http://a/v1", sent("http://a/v1/say?x=1", b"{}", ("Accept", "text/plain")))


def test_the_same_case_twice_has_two_keys() -> None:
    assert 2 == len(set(keys("http://a", sent("http://a/say"), sent("http://a/say"))))


def test_the_boundary_of_a_form_means_nothing() -> None:
    """Two forms with the same parts are the same case, whatever stands between the parts."""
    forms = [
        sent("http://a/x", f"--{mark}\r\nx".encode(), ("Content-Type", f"multipart/form-data; boundary={mark}"))
        for mark in ("abc", "defg")
    ]
    assert keys("http://a", forms[0]) == keys("http://a", forms[1])


def test_a_finished_run_is_the_last_line(tmp_path: Path) -> None:
    from contracts.report import Report

    path = written(tmp_path / "a", RunFinished(Report("h", "c", 0)))

    assert {"findings": [], "stopped": None} == json.loads(path.read_text("utf-8").splitlines()[-1])
