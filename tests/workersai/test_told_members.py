"""Structured answers say what the prompt says, as plain answers do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver import HttpRequest, Mock
from mockserver.workersai.fakes import told

MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
MOODS = {"enum": ["positive", "negative", "neutral"]}
KINDS = {"type": "string", "enum": ["bug", "feature", "question"]}
DAY = {"type": "string", "format": "date"}


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock(auth=False)


@pytest.mark.parametrize(
    ("prompt", "name", "schema", "said"),
    [
        ("I hate this product, it is terrible.", "sentiment", MOODS, "negative"),
        ("What is the sentiment of: awful food", "sentiment", MOODS, "negative"),
        ("Positive, negative or neutral? I love it!", "sentiment", MOODS, "positive"),
        ("The parcel was posted on Monday.", "sentiment", MOODS, "neutral"),
        ("This film was wonderful.", "mood", {"enum": ["NEGATIVE", "POSITIVE"]}, "POSITIVE"),
        ("I found a bug: the page stays white.", "kind", KINDS, "bug"),
        ("What is 17*23?", "answer", {"type": "integer"}, 391),
        ("What is 1.5 + 2?", "result", {"type": "number"}, 3.5),
        ("The fair is on 12 March 2027.", "date", DAY, "2027-03-12"),
        ("The fair is on 2027-03-13.", "day", DAY, "2027-03-13"),
    ],
)
def test_members_say_what_the_prompt_says(
    prompt: str, name: str, schema: dict[str, Any], said: Any, mock: Mock
) -> None:
    """One of several values, a mood, a result, a date: read off the prompt where it tells."""
    assert {name: said} == asked(mock, prompt, whole(**{name: schema}))


TEXT, WHOLE, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
TEXTS = {"type": "array", "items": TEXT}
BILL = (
    "Invoice 2041 from Acme Ltd to Jane Roe. Subtotal: $40.00, tax: $2.10, Total: $42.10. Due 5 January 2027. "
    "Questions: office@acme.example or +49 30 1234567, https://acme.example/pay. "
    "Ship to 12 Main Street, Springfield, IL 62704, USA."
)


def whole(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


@pytest.mark.parametrize(
    ("prompt", "members", "said"),
    [
        (
            BILL,
            {"vendor": TEXT, "customer": whole(name=TEXT)},
            {"vendor": "Acme Ltd", "customer": {"name": "Jane Roe"}},
        ),
        (BILL, {"subtotal": NUMBER, "tax": NUMBER, "total": NUMBER}, {"subtotal": 40, "tax": 2.1, "total": 42.1}),
        (BILL, {"currency": TEXT, "due_date": TEXT}, {"currency": "USD", "due_date": "2027-01-05"}),
        (
            BILL,
            {"contact": whole(email=TEXT, phone=TEXT, website={"type": "string", "format": "uri"})},
            {
                "contact": {
                    "email": "office@acme.example",
                    "phone": "+49 30 1234567",
                    "website": "https://acme.example/pay",
                }
            },
        ),
        (
            BILL,
            {"address": whole(street=TEXT, city=TEXT, zip=TEXT, country=TEXT)},
            {"address": {"street": "12 Main Street", "city": "Springfield", "zip": "62704", "country": "USA"}},
        ),
        (
            "Alice and Bob are going to a science fair on Friday.",
            {"name": TEXT, "date": TEXT, "participants": TEXTS},
            {"name": "Science Fair", "date": "Friday", "participants": ["Alice", "Bob"]},
        ),
        ("Buy milk, eggs and bread.", {"items": TEXTS}, {"items": ["milk", "eggs", "bread"]}),
        ("Write to a@example.com and b@example.com", {"emails": TEXTS}, {"emails": ["a@example.com", "b@example.com"]}),
        (
            "I bought 2 apples at $1.50 each and 3 pears for $2.",
            {"items": {"type": "array", "items": whole(name=TEXT, quantity=WHOLE, price=NUMBER)}},
            {
                "items": [
                    {"name": "apples", "quantity": 2, "price": 1.5},
                    {"name": "pears", "quantity": 3, "price": 2.0},
                ]
            },
        ),
        (
            "Participants: Ann (30) and Bob (25)",
            {"people": {"type": "array", "items": whole(name=TEXT, age=WHOLE)}},
            {"people": [{"name": "Ann", "age": 30}, {"name": "Bob", "age": 25}]},
        ),
        (
            "John Smith is 34 years old and lives in Berlin.",
            {"name": TEXT, "age": WHOLE},
            {"name": "John Smith", "age": 34},
        ),
        ("My card was charged twice.", {"kind": {"enum": ["billing", "technical"]}}, {"kind": "billing"}),
        ("You won a free prize!", {"is_spam": {"type": "boolean"}}, {"is_spam": True}),
        ("Translate to French: The fox sleeps.", {"translation": TEXT}, {"translation": "Le renard dort."}),
    ],
)
def test_what_stands_in_a_text_goes_into_the_members(
    prompt: str, members: dict[str, Any], said: Any, mock: Mock
) -> None:
    """Nested objects, lists of things and of people, amounts by their labels, currencies, addresses."""
    assert said == asked(mock, prompt, whole(**members))


def test_references_and_nulls(mock: Mock) -> None:
    """Members behind references, and those that may be null, are read like all others."""
    schema = {
        "$defs": {"Person": whole(name=TEXT, email={"anyOf": [{"type": "string"}, {"type": "null"}]})},
        **whole(people={"type": "array", "items": {"$ref": "#/$defs/Person"}}),
    }

    said = asked(mock, "Ann <ann@example.com> and Bob <bob@example.com> are members.", schema)

    assert [{"name": "Ann", "email": "ann@example.com"}, {"name": "Bob", "email": "bob@example.com"}] == said["people"]


@pytest.mark.parametrize("seed", range(8))
def test_objects_that_may_be_null(seed: int, mock: Mock) -> None:
    """An object of which something is told is there, whatever was made of it."""
    place = {"anyOf": [whole(city=TEXT, inner={"anyOf": [{"type": "null"}, whole(name=TEXT)]}), {"type": "null"}]}

    said = asked(mock, f"{seed}: Maria Lopez lives in Lisbon.", whole(place=place))

    assert "Lisbon" == said["place"]["city"]


def test_bounds_come_first(mock: Mock) -> None:
    """What a prompt tells beyond the bounds of an array is left out; what is too little leaves what was made."""
    few = {"type": "array", "items": TEXT, "maxItems": 2}
    many = {"type": "array", "items": TEXT, "minItems": 5}

    assert ["milk", "eggs"] == asked(mock, "Buy milk, eggs and bread.", whole(items=few))["items"]
    assert 5 <= len(asked(mock, "Buy milk, eggs and bread.", whole(items=many))["items"])
    assert 3 == len(asked(mock, "Invent three random people", whole(people={**TEXTS, "minItems": 1}))["people"])


@pytest.mark.parametrize("part", ["A ", "Aa, ", "in Aa ", "a, ", "$1 ", "is a ", "12 Aa ", "1/1/2020 ", "- a\n", "a@"])
def test_long_prompts(part: str, ends: Callable[[], Any]) -> None:
    """Whatever a prompt repeats, what it tells is there at once."""
    schema = whole(name=TEXT, city=TEXT, date=TEXT, total=NUMBER, people=TEXTS, items=TEXTS, title=TEXT, street=TEXT)
    made = {"name": "", "city": "", "date": "", "total": 1, "people": [], "items": [], "title": "", "street": ""}
    with ends():
        told.fill(made, schema, part * (20_000 // len(part)), lambda value: True, lambda inner, number: "")


@pytest.mark.parametrize("schema", [{"enum": ["positive", "negative"]}, {"type": "integer", "maximum": 5}, DAY])
def test_what_the_prompt_says_is_valid_or_not_taken(schema: dict[str, Any], mock: Mock) -> None:
    """A sum beyond the bounds, and prompts that tell nothing, leave a value of the schema."""
    said = asked(mock, "What is 17*23?", whole(answer=schema))["answer"]
    assert said != 391
    assert said in schema.get("enum", [said])


def asked(mock: Mock, prompt: str, schema: dict[str, Any]) -> Any:
    """Return what a model answers by a schema."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": prompt}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "told", "schema": schema}},
    }
    path = f"/client/v4/accounts/{mock.account_id}/ai/v1/chat/completions"
    headers = [(b"content-type", b"application/json")]
    response = mock.handle(HttpRequest("POST", path, headers=headers, body=json.dumps(body).encode()))
    assert 200 == response.status, response.body
    return json.loads(json.loads(response.body)["choices"][0]["message"]["content"])
