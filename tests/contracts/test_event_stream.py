"""The reader does what the WHATWG HTML standard says of event streams."""

from __future__ import annotations

import pytest

from contracts.event_stream import EventStreamReader, StreamEvent, read_events

# The examples of section 9.2.6 of the standard, then its rules one by one.
STREAMS = {
    "three lines of data": (
        b"data: YHOO\ndata: +2\ndata: 10\n\n",
        [StreamEvent("YHOO\n+2\n10", line=1)],
    ),
    "a comment, two ids, and an event without its empty line": (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
        [StreamEvent("first event", id="1", line=3), StreamEvent("second event", id="", line=6)],
    ),
    "empty data, then two empty lines of data, then an unfinished event": (
        b"data\n\ndata\ndata\n\ndata:",
        [StreamEvent("", line=1), StreamEvent("\n", line=3)],
    ),
    "a space after the colon is no part of the value": (
        b"data:test\n\ndata: test\n\n",
        [StreamEvent("test", line=1), StreamEvent("test", line=3)],
    ),
    "typed events": (
        b"event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n",
        [StreamEvent("73857293", "add", line=1), StreamEvent("2153", "remove", line=4)],
    ),
    "a byte order mark is dropped once": (b"\xef\xbb\xbfdata: a\n\n", [StreamEvent("a", line=1)]),
    "lines end by CR, LF or both": (
        b"data: a\r\rdata: b\r\n\r\ndata: c\n\n",
        [StreamEvent("a", line=1), StreamEvent("b", line=3), StreamEvent("c", line=5)],
    ),
    "an event without data is not dispatched, and its type is forgotten": (
        b"event: a\n\ndata: b\n\n",
        [StreamEvent("b", line=3)],
    ),
    "an id stays in force": (
        b"id: 7\ndata: a\n\ndata: b\n\n",
        [StreamEvent("a", id="7"), StreamEvent("b", id="7", line=4)],
    ),
    "only one space is dropped, and colons belong to the value": (b"data:  a:b\n\n", [StreamEvent(" a:b", line=1)]),
}

VIOLATIONS = {
    "unfinished line": (b"data: a\n\ndata: b", 3, "the stream ends within a line: data: b"),
    "unfinished event": (b"data: a\n", 2, "the stream ends within an event: no empty line follows its data"),
    "unknown field": (b"date: a\n\n", 1, "an unknown field is ignored: date: a"),
    "retry in words": (b"retry: soon\n\n", 1, "retry takes digits only, this is 'soon'"),
    "NUL in an id": (b"id: a\0b\n\n", 1, "an id with a NUL in it is ignored"),
    "not UTF-8": (b"data: \xff\n\n", 1, "not UTF-8: data: \ufffd"),
}


@pytest.mark.parametrize("name", STREAMS)
def test_streams_are_read_as_the_standard_says(name: str) -> None:
    content, expected = STREAMS[name]

    events, _ = read_events(content)

    assert expected == events


@pytest.mark.parametrize("name", STREAMS)
def test_where_the_bytes_are_cut_does_not_matter(name: str) -> None:
    """A stream read byte by byte has the events of the whole."""
    content, expected = STREAMS[name]
    reader = EventStreamReader()

    events = [event for position in range(len(content)) for event in reader.feed(content[position : position + 1])]
    reader.close()

    assert expected == events


@pytest.mark.parametrize("name", VIOLATIONS)
def test_what_a_reader_has_to_ignore_is_recorded(name: str) -> None:
    content, line, message = VIOLATIONS[name]

    _, violations = read_events(content)

    assert [(line, message)] == [(each.line, each.message) for each in violations]


def test_a_well_formed_stream_has_no_violations() -> None:
    assert [] == read_events(b": hello\nretry: 10\nid: 1\nevent: a\ndata: b\n\n")[1]


def test_retry_is_kept() -> None:
    reader = EventStreamReader()

    reader.feed(b"retry: 1500\n\n")

    assert 1500 == reader.retry


def test_a_character_may_be_cut_in_two() -> None:
    """A character whose bytes come in two pieces is read as one."""
    reader = EventStreamReader()

    events = reader.feed(b"data: \xc3") + reader.feed(b"\xa9\n\n")

    assert ["é"] == [event.data for event in events]
    assert [] == reader.violations


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_long_streams_are_read_whole(end: str) -> None:
    """Tens of thousands of events come out as they went in, whatever ends the lines."""
    content = f"data: {'a' * 90}{end}{end}".encode()

    events, violations = read_events(content * 40_000)

    assert (40_000, []) == (len(events), violations)
