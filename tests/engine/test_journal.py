"""The journal keeps the latest exchanges, within bounds and without credentials."""

from __future__ import annotations

from types import SimpleNamespace

from mockserver.engine import journal
from mockserver.engine.invocation import Invocation
from mockserver.engine.journal import Journal
from mockserver.engine.values import HttpRequest, HttpResponse


def record(kept: Journal, body: bytes = b"", said: bytes = b"", **more: object) -> None:
    request = HttpRequest("POST", "/x", body=body, **more)
    kept.record(Invocation(request, SimpleNamespace(seed=0)), HttpResponse(200, [], said))


def test_the_oldest_exchanges_make_room():
    """So many are kept and no more; the count goes on."""
    kept = Journal(3)
    for number in range(5):
        record(kept, b"%d" % number)
    assert [b"2", b"3", b"4"] == [exchange.body for exchange in kept]
    assert (5, 3) == (kept.count, len(kept))
    assert [3, 4, 5] == [exchange.number for exchange in kept]


def test_bodies_have_a_budget():
    """Long bodies push out old exchanges however many may be kept; what is kept fits the budget."""
    kept = Journal(100_000)
    for _ in range(1000):
        record(kept, b"q" * 100_000, b"a" * 100_000)
    total = sum(exchange.size for exchange in kept)
    assert journal._KEPT_BYTES - 2 * journal._KEPT_BODY - 100 < total <= journal._KEPT_BYTES
    assert 1000 == kept[-1].number == kept.count


def test_clearing_frees_the_budget():
    """After a reset there is room again."""
    kept = Journal(1000)
    for _ in range(2):
        for _ in range(128):
            record(kept, b"q" * 65536, b"a" * 65536)
        assert 127 == len(kept)
        kept.clear()
        assert (0, 0) == (len(kept), kept.count)


def test_a_journal_of_size_zero_keeps_nothing():
    """Nothing is kept, everything is counted."""
    kept = Journal(0)
    record(kept, b"x")
    assert (0, 1) == (len(kept), kept.count)


def test_credentials_never_enter():
    """Headers and query values that are secrets are struck out on the way in."""
    kept = Journal(10)
    record(kept, headers=[(b"authorization", b"Bearer hunter2"), (b"x-fine", b"1")], query="a=1&token=hunter2")
    exchange = kept[-1]
    assert {"authorization": journal.REDACTED, "x-fine": "1"} == exchange.headers
    assert f"a=1&token={journal.REDACTED}" == exchange.query
    assert "hunter2" not in repr([getattr(exchange, name, None) for name in journal.Exchange.__slots__])


def test_names_that_a_document_gives_to_credentials():
    """Headers and query parameters of a document's security schemes are secrets, whatever they are called."""
    kept = Journal(10, ["x-shop"], ["p"])
    record(kept, headers=[(b"x-shop", b"hunter2"), (b"x-fine", b"1")], query="p=hunter2&q=1")
    assert {"x-shop": journal.REDACTED, "x-fine": "1"} == kept[-1].headers
    assert f"p={journal.REDACTED}&q=1" == kept[-1].query


def test_slices():
    """The journal is read like a list."""
    kept = Journal(10)
    for _ in range(3):
        record(kept)
    assert [2, 3] == [exchange.number for exchange in kept[1:]]
