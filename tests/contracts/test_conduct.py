"""The checks of HTTP, of who may ask, of validation and of what is new: a server with each flaw, and one without."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest

import contracts
from contracts import Event, Outcome, Report, Severity
from tests.contracts.flaws.verdict import until
from tests.contracts.things_server import TOKEN, Asked, Reply, Spoil, ThingsApp, refusal, things


def _run(spoil: Spoil | None = None, seed: int = 0, listen: Callable[[Event], None] | None = None) -> Report:
    report: Report = contracts.check(
        ThingsApp(spoil), contract=things(), token=TOKEN, seed=seed, own_only=True, on_event=listen
    )
    return report


@cache
def _clean() -> Report:
    return _run()


def twice(asked: Asked, reply: Reply) -> None:
    """A member stands twice."""
    if reply.status == 200:
        reply.body = b'{"size": 9, ' + json.dumps({"name": "a", "size": 1}).encode()[1:]


def not_a_number(asked: Asked, reply: Reply) -> None:
    """A number is NaN."""
    if reply.status == 200 and asked.path == "/things":
        reply.body = b'{"name": "a", "size": 1, "marks": {"a": {"at": NaN}}}'


def marked(asked: Asked, reply: Reply) -> None:
    """A byte order mark."""
    reply.body = b"\xef\xbb\xbf" + reply.content


def sixteen(asked: Asked, reply: Reply) -> None:
    """UTF-16."""
    reply.body = reply.content.decode().encode("utf-16")


def half(asked: Asked, reply: Reply) -> None:
    """Half a character."""
    if reply.status == 200 and asked.path == "/things":
        reply.value = {"name": "\ud83d", "size": 1}


def latin(asked: Asked, reply: Reply) -> None:
    """Another charset than the text has."""
    reply.media_type = "application/json; charset=iso-8859-1"


def two_types(asked: Asked, reply: Reply) -> None:
    """Two content types."""
    reply.headers.append(("content-type", "text/html"))


def empty(asked: Asked, reply: Reply) -> None:
    """A success without a body."""
    if reply.status == 200:
        reply.body = b""


def never(asked: Asked, reply: Reply) -> None:
    """A wait of less than nothing."""
    if reply.status == 400:
        reply.headers.append(("retry-after", "-1"))


def too_many_left(asked: Asked, reply: Reply) -> None:
    """More requests left than there are."""
    reply.headers += [("x-ratelimit-limit", "10"), ("x-ratelimit-remaining", "11")]


def no_allow(asked: Asked, reply: Reply) -> None:
    """A 405 that does not say what is allowed."""
    reply.headers = [pair for pair in reply.headers if pair[0] != "allow"]


def allows_refused(asked: Asked, reply: Reply) -> None:
    """A 405 that allows what it refuses."""
    if reply.status == 405:
        reply.headers = [("allow", f"POST, {asked.method}")]


def deletes(asked: Asked, reply: Reply) -> Reply | None:
    """DELETE is answered."""
    return Reply(200, {}) if asked.method == "DELETE" else None


def other_head(asked: Asked, reply: Reply) -> Reply | None:
    """HEAD is not found."""
    return refusal(404, "nothing here") if asked.method == "HEAD" and reply.status == 200 else None


def head_of_its_own(asked: Asked, reply: Reply) -> None:
    """HEAD tells the length of what it would send itself."""
    if asked.method == "HEAD" and reply.status == 200:
        reply.body = b"{}"


def page(asked: Asked, reply: Reply) -> None:
    """Refusals are pages."""
    if reply.status == 405:
        reply.body, reply.media_type = b"<html><h1>405</h1></html>", "text/html"


def wordless(asked: Asked, reply: Reply) -> None:
    """Refusals are empty."""
    if reply.status == 400:
        reply.body = b""


def no_errors(asked: Asked, reply: Reply) -> None:
    """A refusal without errors."""
    if reply.status == 400:
        reply.value = {"success": False, "errors": []}


def code_as_text(asked: Asked, reply: Reply) -> None:
    """The code of an error is text."""
    if reply.status == 401:
        reply.value["errors"][0]["code"] = "10000"


def insides(asked: Asked, reply: Reply) -> None:
    """A refusal with a traceback."""
    if reply.status == 400:
        text = 'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in make\nKeyError'
        reply.value["errors"][0]["message"] = text


def by_length(asked: Asked, reply: Reply) -> Reply | None:
    """Any token of the right length is taken."""
    right = len(asked.headers.get("authorization", "")) == len(f"Bearer {TOKEN}")
    return Reply(200, {"name": "a", "size": 1}) if reply.status == 401 and right else None


def remembers(asked: Asked, reply: Reply) -> Reply | None:
    """After many requests with the right token, any will do."""
    late = reply.status == 401 and asked.number > 40 and "authorization" in asked.headers
    return Reply(200, {"name": "a", "size": 1}) if late else None


def reads_first(asked: Asked, reply: Reply) -> Reply | None:
    """What is asked for is validated before who asks."""
    return refusal(400, "a name, please") if reply.status == 401 and asked.json == {} else None


def parses_first(asked: Asked, reply: Reply) -> Reply | None:
    """Strangers are told that their body is no JSON."""
    return refusal(400, "no JSON") if reply.status == 401 and asked.body and asked.json is None else None


def tells_token(asked: Asked, reply: Reply) -> None:
    """The refusal of a malformed body holds the request's headers."""
    if reply.status == 400:
        reply.value["errors"][0]["message"] = f"bad request: {asked.headers}"


def repeats_token(asked: Asked, reply: Reply) -> None:
    """A stranger's token comes back."""
    if reply.status == 401 and asked.headers.get("authorization"):
        reply.headers.append(("x-refused", asked.headers["authorization"]))


def challenges_success(asked: Asked, reply: Reply) -> None:
    """A challenge with a success."""
    if reply.status == 200:
        reply.headers.append(("www-authenticate", "Bearer"))


def strangers_page(asked: Asked, reply: Reply) -> None:
    """Strangers get plain words."""
    if reply.status == 401:
        reply.body, reply.media_type = b"who are you?", "text/plain"


def refuses_most(asked: Asked, reply: Reply) -> Reply | None:
    """The largest size is refused."""
    sent = asked.json
    big = reply.status == 200 and isinstance(sent, dict) and sent.get("size") == 5
    return refusal(400, "too large") if big else None


def takes_more(asked: Asked, reply: Reply) -> Reply | None:
    """A size out of bounds is taken."""
    sent = asked.json
    size = sent.get("size") if isinstance(sent, dict) else None
    return Reply(200, {"name": "a", "size": 5}) if asked.known and size == 6 else None


def takes_any_page(asked: Asked, reply: Reply) -> Reply | None:
    """Page zero is given."""
    return Reply(200, []) if asked.known and "page=0" in asked.query and asked.method == "GET" else None


def refuses_strangers_members(asked: Asked, reply: Reply) -> Reply | None:
    """Members that are allowed, and not described, are refused."""
    sent = asked.json
    more = isinstance(sent, dict) and set(sent) - {"name", "size", "kind", "note"}
    return refusal(400, "no such member") if reply.status == 200 and more else None


def crashes_on_array(asked: Asked, reply: Reply) -> Reply | None:
    """An array in place of an object ends in a 500."""
    return Reply(500, {"oops": 1}) if asked.known and isinstance(asked.json, list) else None


def new_member(asked: Asked, reply: Reply) -> None:
    """An entry of a list has a new member."""
    if reply.status == 200 and asked.path == "/kinds":
        reply.value[-1]["colour"] = "red"


def new_inner_member(asked: Asked, reply: Reply) -> None:
    """A value of a map has a new member."""
    if reply.status == 200 and asked.path == "/things":
        reply.value["marks"] = {"one": {"at": 1, "by": "me"}}


def new_error_member(asked: Asked, reply: Reply) -> None:
    """An error has a new member."""
    if reply.status == 400:
        reply.value["errors"][0]["hint"] = "read the page"


def new_header(asked: Asked, reply: Reply) -> None:
    """A header of the service that nobody knows."""
    if reply.status == 200:
        reply.headers.append(("cf-ai-queue-length", "3"))


def sunset(asked: Asked, reply: Reply) -> None:
    """An operation is going to go."""
    reply.headers.append(("sunset", "Tue, 01 Dec 2026 00:00:00 GMT"))


def changes(asked: Asked, reply: Reply) -> None:
    """Every second list is shorter."""
    if reply.status == 200 and asked.path == "/kinds" and asked.number % 2:
        reply.value.pop()


def refuses_again(asked: Asked, reply: Reply) -> Reply | None:
    """Every second list is refused."""
    odd = reply.status == 200 and asked.path == "/kinds" and asked.number % 2
    return refusal(400, "again?") if odd else None


def no_rank(asked: Asked, reply: Reply) -> None:
    """A header that is required is missing."""
    reply.headers = [pair for pair in reply.headers if pair[0] != "x-rank"]


def rank_in_words(asked: Asked, reply: Reply) -> None:
    """A header is a word instead of a number."""
    reply.headers = [(name, "first" if name == "x-rank" else value) for name, value in reply.headers]


FLAWS: tuple[tuple[str, Spoil], ...] = (
    ("response_headers_conformance", no_rank),
    ("response_headers_conformance", rank_in_words),
    ("json-text", twice),
    ("json-text", not_a_number),
    ("json-text", marked),
    ("json-text", sixteen),
    ("json-text", half),
    ("charset", latin),
    ("single-headers", two_types),
    ("something-came", empty),
    ("header-values", never),
    ("header-values", too_many_left),
    ("unsupported_method", no_allow),
    ("unsupported_method", allows_refused),
    ("unsupported_method", deletes),
    ("head-like-get", other_head),
    ("head-like-get", head_of_its_own),
    ("error-body", page),
    ("error-body", wordless),
    ("error-envelope", no_errors),
    ("error-envelope", code_as_text),
    ("no-insides", insides),
    ("auth", by_length),
    ("auth", remembers),
    ("credentials-first", reads_first),
    ("credentials-first", parses_first),
    ("token-kept", tells_token),
    ("token-kept", repeats_token),
    ("challenge", challenges_success),
    ("strangers-refused-alike", strangers_page),
    ("positive_data_acceptance", refuses_most),
    ("positive_data_acceptance", refuses_strangers_members),
    ("negative_data_rejection", takes_more),
    ("negative_data_rejection", takes_any_page),
    ("not_a_server_error", crashes_on_array),
    ("undocumented-member", new_member),
    ("undocumented-member", new_inner_member),
    ("undocumented-member", new_error_member),
    ("undocumented-header", new_header),
    ("undocumented-header", sunset),
    ("same-answer", changes),
    ("same-outcome", refuses_again),
)


@pytest.mark.parametrize(("check", "spoil"), FLAWS, ids=lambda each: getattr(each, "__name__", str(each)))
def test_the_flaw_is_found(check: str, spoil: Spoil) -> None:
    """A server with one flaw is found by the check for it, whatever the seed."""
    for seed in (0, 3):
        report = until(lambda event: check in event.failed, partial(_run, spoil, seed))

        assert check in {each.check for each in report.findings}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_found_without_a_flaw(seed: int) -> None:
    """The same server without a flaw is clean."""
    report = _run(seed=seed)

    assert [] == [each.message for each in report.findings]
    assert (Outcome.CLEAN, ()) == (report.outcome(), report.broken)


@pytest.mark.parametrize(
    "check", sorted({check for check, _ in FLAWS} - {"challenge", "header-values", "undocumented-header"})
)
def test_the_check_looked_at_the_clean_server(check: str) -> None:
    """It was silent because it looked, not because it did not apply."""
    assert check not in _clean().not_checked


def _other_words(asked: Asked, reply: Reply) -> None:
    if reply.status >= 400:
        reply.value = {"errors": [{"message": "Non, merci.", "code": 7}], "success": False}
        reply.headers += [("www-authenticate", 'Bearer realm="things", error="invalid_token"'), ("server", "x")]


def _more_headers(asked: Asked, reply: Reply) -> None:
    reply.media_type = 'application/json; charset="UTF-8"'
    reply.headers += [("vary", "accept"), ("vary", "origin"), ("retry-after", "Tue, 01 Dec 2026 00:00:00 GMT")]
    reply.headers += [("ratelimit-limit", "10, 10;w=60"), ("ratelimit-remaining", "9"), ("set-cookie", "a=1")]


def _knows_options(asked: Asked, reply: Reply) -> Reply | None:
    return Reply(204, headers=[("allow", "GET, POST")], body=b"", media_type="") if asked.method == "OPTIONS" else None


def _null_is_nothing(asked: Asked, reply: Reply) -> None:
    if reply.status == 200 and isinstance(reply.value, dict):
        reply.value["marks_of_others"] = None


def _forbidden(asked: Asked, reply: Reply) -> None:
    if reply.status == 401:
        reply.status = 403 if "authorization" in asked.headers else 401


@pytest.mark.parametrize("spoil", [_other_words, _more_headers, _knows_options, _null_is_nothing])
def test_harmless_differences_are_none(spoil: Spoil) -> None:
    """Other words, more headers, OPTIONS for browsers, members that are null: nobody is hurt, and nothing is said."""
    assert [] == [each.message for each in _run(spoil).findings]


def test_null_that_is_taken_for_absent_is_told_softly() -> None:
    """Many servers take null for an absent member: that is cosmetic, and fails no run."""

    def lenient(asked: Asked, reply: Reply) -> Reply | None:
        sent = asked.json
        if reply.status == 400 and asked.path == "/things" and isinstance(sent, dict) and None in sent.values():
            return Reply(200, {"name": "a", "size": 0})
        return None

    report = _run(lenient)

    assert {(Severity.COSMETIC, "negative_data_rejection")} == {(e.severity, e.check) for e in report.findings}
    assert Outcome.CLEAN is report.outcome(Severity.BREAKING)


def test_no_token_is_shown_where_it_was_found() -> None:
    """A finding about a token does not hold it, nor the nearly right ones."""
    for spoil in (tells_token, repeats_token):
        report: Any = _run(spoil)
        told = repr(report)

        assert TOKEN not in told
        assert TOKEN[:-1] not in told
