"""Templates: whatever is written and asked, text comes out, within bounds and without side doors."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from mockserver.engine.invocation import Invocation
from mockserver.engine.templates import Scope, Template, TemplateError
from mockserver.engine.templates import xml as xml_bodies
from mockserver.engine.templates.dates import written
from mockserver.engine.templates.functions import FUNCTIONS
from mockserver.engine.values import HttpRequest
from mockserver.settings import Settings


def scope(body: Any = None, *, query: str = "", headers: Any = (), raw: bytes = b"", **settings: Any) -> Scope:
    invocation = Invocation(HttpRequest("GET", "/a/b", query=query, headers=headers, body=raw), Settings(**settings))
    invocation.body = body
    return Scope(invocation)


def rendered(value: Any, media_type: str = "application/json", **request: Any) -> Any:
    return Template(value, media_type).render(scope(**request))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ request.path[1] }}", "b"),
        ("{{request.path[0]}}{{request.path[1]}}", "ab"),
        ("{{ request.params[q] }}", "1"),
        ("{{ request.headers[X-A] }}", "yes"),
        ("{{ request.body/a~1b/0 }}", "slash"),
        ("{{ request.body/list }}", "[1,2]"),
        ("{{ request.body/none || request.body/empty || 'last' }}", "last"),
        ("{{ request.body/zero || 5 }}", "0"),
        ("{{ request.body/no || 5 }}", "false"),
        ("{{ 'a || b' }}", "a || b"),
        ("{{ 'a }} b' }}", "a }} b"),
        ("{{ randomInt(5,5) > put(a) > put(b) }}{{ a }}{{ b }}", "555"),
        ("{{ randomInt(7, 7) }}}", "7}"),
        ("{{ unheard }}", ""),
        ("{{ }}", "{{ }}"),
        ("{{ __class__ }}", ""),
        ("{{ request.__class__ }}", "{{ request.__class__ }}"),
        ("{{ request.path[-1] }}", "{{ request.path[-1] }}"),
        ("{{ open('/etc/passwd') }}", "{{ open('/etc/passwd') }}"),
        ("{{ uuid(1) }}", "{{ uuid(1) }}"),
        ("{{ randomInt(x) }}", "{{ randomInt(x) }}"),
        ("{{ randomString(99999999) }}", "{{ randomString(99999999) }}"),
        ("{{ now(yyyy, 1 year) }}", "{{ now(yyyy, 1 year) }}"),
        ("{{ now(bbb) }}", "{{ now(bbb) }}"),
        ("{{ 1 > 2 }}", "{{ 1 > 2 }}"),
        ("{{ || }}", "{{ || }}"),
        ("no expression", "no expression"),
    ],
)  # fmt: skip
def test_texts(text: str, expected: str) -> None:
    """Each expression becomes its text; what is none stays as it is written."""
    body = {"a/b": ["slash"], "list": [1, 2], "empty": "", "zero": 0, "no": False}
    assert expected == rendered(text, body=body, query="q=1&q=2", headers=[(b"x-a", b"yes")])


def test_faults_say_what_would_be_right() -> None:
    """A fault names what was written and the nearest function."""
    assert ["unknown function 'randomInteger'; did you mean randomInt()?"] == Template("{{ randomInteger() }}").faults
    assert ["uuid() takes 0 arguments, these are 1"] == Template("{{ uuid(1) }}").faults
    assert [] == Template("{{ uuid() }}").faults


def test_nothing_to_fill_in_is_the_same_object() -> None:
    """A value without expressions is not copied."""
    value = {"a": ["{", "}}", {"b": 1}]}
    template = Template(value, "application/json")
    assert not template.is_dynamic
    assert value is template.render(scope())


def test_static_parts_are_kept() -> None:
    """Only the texts with expressions change, at any depth; keys are never templates."""
    value = {"{{ uuid() }}": 1, "a": [{"b": "{{ request.path[0] }}"}, 2]}
    assert {"{{ uuid() }}": 1, "a": [{"b": "a"}, 2]} == rendered(value)


def test_typed() -> None:
    """Typed, a text that is one expression becomes its value; a text around an expression stays text."""
    template = Template({"a": "{{ request.body/n }}", "b": "x{{ request.body/n }}", "c": "{{ request.body/z }}"})
    assert {"a": 5, "b": "x5", "c": None} == template.render(scope({"n": 5}), typed=True)
    assert {"a": "5", "b": "x5", "c": ""} == template.render(scope({"n": 5}))


@pytest.mark.parametrize("said", ['"', "\\", "\n", '","admin":true,"x":"', "é", "\u2028", "</script>"])
def test_json_text_cannot_be_broken_out_of(said: str) -> None:
    """What a caller says stays one string of the JSON text that it is filled into."""
    text = '{"a": "{{ request.body/s }}", "b": {{ request.body/s }}}'
    assert {"a": said, "b": said} == rendered(text, body={"s": said})


def test_output_is_bounded() -> None:
    """An answer cannot multiply a request without end."""
    with pytest.raises(TemplateError, match="longer than"):
        rendered("{{ request.body }}" * 200, "text/plain", body=b"x", raw=b"x" * 100_000)


def test_entities_are_not_expanded() -> None:
    """XML with a DOCTYPE is not read."""
    bomb = b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>'
    assert not xml_bodies.find(bomb, "/a")
    assert "1" == xml_bodies.find(b"<a><b>0</b><b>1</b></a>", "/a/b[2]/text()")
    assert not xml_bodies.find(b"<a/>", "/a[position()=1]")
    assert not xml_bodies.find(b"<a>", "/a")


@pytest.mark.parametrize(
    ("pattern", "amount", "expected"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "", "1970-01-01T00:00:00.000Z"),
        ("dd/MM/yy h:mm a", "", "01/01/70 12:00 AM"),
        ("EEEE, d MMMM yyyy", "45d", "Sunday, 15 February 1970"),
        ("EEE MMM", "1M", "Sun Feb"),
        ("dd/MM/yyyy", "-1M", "01/12/1969"),
        ("HH:mm:ss", "90s", "00:01:30"),
        ("yyyy 'o''clock' ''", "1y", "1971 o'clock '"),
        ("D w u k K X xxx Z z", "", "1 1 4 24 0 Z +00:00 +0000 UTC"),
    ],
)
def test_dates(pattern: str, amount: str, expected: str) -> None:
    """Patterns of Java's, in English and UTC."""
    assert expected == written(0, pattern, amount)


def test_end_of_month() -> None:
    """A month after the last day of January is the last day of February."""
    assert "28/02/1970" == written(30 * 86_400_000, "dd/MM/yyyy", "1M")


def test_clock() -> None:
    """The moment is made of the request, or of the machine's clock when that is asked for."""
    assert rendered("{{ now() }}", "text/plain") == rendered("{{ now() }}", "text/plain")
    real = rendered("{{ now(yyyy) }}", "text/plain", clock="real")
    assert 2024 < int(real) < 3000


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions_are_seeded(name: str) -> None:
    """The same seed and request give the same value; some other seed gives another."""
    text = "{{ " + name + ("(a, b)" if name == "randomValue" else "()") + " }}"
    values = [rendered(text, "text/plain", seed=seed) for seed in (0, *range(12))]
    assert values[0] == values[1]
    assert len(set(values)) > 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
BITS = st.sampled_from(
    "{{ }} { } | || > put( put(a) ' \" \\ [ ] ( ) , request.body request.body/a request.path[0] uuid() now( dd 1M "
    "randomInt(3) $guid a true 1 request.params[a] //*[local-name()='a'] request.headers[b]".split(" ")
)


@given(
    st.lists(BITS | st.text(max_size=4), max_size=12).map(" ".join),
    JSON,
    st.sampled_from(["application/json", "text/plain", "text/xml"]),
)
@profile(max_examples=150, deadline=None, derandomize=True)
def test_nothing_breaks(text: str, body: Any, media_type: str) -> None:
    """Any text is a template; rendering it twice gives the same, and JSON-compatible, value."""
    template = Template({"a": [text], "b": text}, media_type)
    one, two = template.render(scope(body)), template.render(scope(body))
    assert one == two
    Template(text, media_type).render(scope(body), typed=True)
    orjson.dumps(str(one).encode("utf-8", "replace").decode())
