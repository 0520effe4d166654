"""Typed decisions and extraction."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.workersai.fakes import decisions

CLEF, CLAIRIC = "run/@cf/cloudflare/clef-flash", "run/@cf/cloudflare/clairic"
STATE = "The customer cannot log in since the update and has a demonstration at noon."
TEAM = {
    "type": "choice",
    "instructions": "Who should take it?",
    "criteria": {"billing": "Invoices and payments.", "support": "Anything that stopped working after an update."},
}
ANGER = {"type": "score", "instructions": "How angry?", "criteria": ["calm", "annoyed", "furious"]}
URGENT = {"type": "noul", "instructions": "Is the customer blocked since the update?"}


def decide(ask: Any, **questions: Any) -> Any:
    return ask(CLEF, {"model": "clef-flash", "state": STATE, "questions": questions})


def test_answers_are_typed(ask: Any) -> None:
    """Every question is answered under its name, in the type that it asks for; the usage counts what was read."""
    result = decide(ask, urgent=URGENT, team=TEAM, anger=ANGER).result

    assert "clef-flash" == result["model"]
    assert {"urgent": "noul", "team": "choice", "anger": "score"} == {
        name: answer["type"] for name, answer in result["answers"].items()
    }
    assert 0 <= result["answers"]["urgent"]["noul"] <= 1
    assert result["usage"]["input_tokens"] > 10
    assert 0 == result["usage"]["output_tokens"]


def test_probabilities(ask: Any) -> None:
    """Probabilities sum to 1; the choice is the likeliest, which is the one that speaks of the state."""
    answers = decide(ask, team=TEAM, anger=ANGER).result["answers"]

    for answer in answers.values():
        assert 1 == pytest.approx(sum(answer["probabilities"].values()), abs=1e-9)
        assert 0 <= answer["confidence"] <= 1
    team, anger = answers["team"], answers["anger"]
    assert "support" == team["choice"] == max(team["probabilities"], key=team["probabilities"].get)
    assert {"0": "calm", "1": "annoyed", "2": "furious"} == anger["legend"]
    assert 0 <= anger["score"] <= 2


def test_an_answer_stands_alone(ask: Any) -> None:
    """An answer does not depend on the other questions."""
    assert (
        decide(ask, team=TEAM).result["answers"]["team"] == decide(ask, a=URGENT, team=TEAM).result["answers"]["team"]
    )


def test_state_as_json(ask: Any) -> None:
    """A state is text or any JSON."""
    body = {"model": "clef-flash", "state": {"log": [1, None]}, "questions": {"urgent": URGENT}}

    assert "noul" == ask(CLEF, body).result["answers"]["urgent"]["type"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"model": "clef", "state": STATE, "questions": {"urgent": URGENT}}, "model"),
        ({"state": STATE, "questions": {"urgent": URGENT}}, "model"),
        ({"model": "clef-flash", "questions": {"urgent": URGENT}}, "state"),
        ({"model": "clef-flash", "state": STATE, "questions": {"urgent": {"type": "maybe"}}}, "questions"),
        ({"model": "clef-flash", "state": STATE, "questions": {}}, "questions"),
    ],
)
def test_refusals_are_typed(ask: Any, body: Any, field: str) -> None:
    """What breaks the schema is 422, with the fields at fault as JSON inside the message; so is another model."""
    answer = ask(CLEF, body)

    assert 422 == answer.status
    assert answer.message.startswith("AiError: AiError: {")
    details, _ = json.JSONDecoder().raw_decode(answer.message.removeprefix("AiError: AiError: "))
    assert field in details["error"]["details"]["fieldErrors"]


def test_full_name_of_the_model(ask: Any) -> None:
    """The body may give the whole name of the model of the path."""
    body = {"model": "@cf/cloudflare/clef-flash", "state": STATE, "questions": {"urgent": URGENT}}

    assert "@cf/cloudflare/clef-flash" == ask(CLEF, body).result["model"]


def test_too_long_a_state(ask: Any) -> None:
    """A state beyond the context window is 413 and 5021."""
    answer = ask(CLEF, {"model": "clef-flash", "state": "word " * 70_000, "questions": {"urgent": URGENT}})

    assert (413, 5021) == (answer.status, answer.code)


def test_fields(ask: Any) -> None:
    """Fields are read off the state in their types; what is not there is null."""
    fields = {
        "total": {"type": "number", "instructions": "The sum to pay in euros."},
        "due": {"type": "date"},
        "currency": {"enum": ["dollars", "euros"]},
        "paid": {"type": "boolean", "instructions": "Was it settled?"},
        "lines": {"type": "integer", "instructions": "lines"},
    }
    body = {"model": "clairic", "state": "Invoice of 3 March 2026, sum to pay: 1,118.50 euros.", "fields": fields}
    answers = ask(CLAIRIC, body).result["answers"]

    assert 1118.5 == answers["total"]
    assert "2026-03-03" == answers["due"]
    assert "euros" == answers["currency"]
    assert answers["paid"] is False
    assert isinstance(answers["lines"], int)
    nothing = ask(CLAIRIC, {"model": "clairic", "state": "", "fields": {"total": {"type": "number"}}}).result
    assert {"total": None} == nothing["answers"]


INVOICE = "Invoice 2041 of 3 March 2026 from Acme Ltd to Jane Roe, total 118.50 euros, paid: no"
MAIL = "Hi, this is Maria Lopez from Lisbon. My order 5512 has not arrived. Email: maria@example.com, phone: +351 555"


LETTER = (
    "Globex GmbH, VAT DE123456789. Invoice INV-2041 for Jane Roe. Questions: office@globex.example or +49 30 901820, "
    "fax 030 1234 567. Pay at https://globex.example/pay or to DE89 3704 0044 0532 0130 00."
)


MESSAGE = (
    "Dear Sir, please find attached invoice #A-1042 dated 12 May 2026 over EUR 1,250.00 due within 30 days. "
    "Best, Tom Baker, Baker & Sons Ltd, +44 20 7946 0958"
)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("invoice_number", "string", "A-1042"),
        ("amount", "number", 1250.0),
        ("days", "integer", 30),
        ("sender", "string", "Tom Baker"),
        ("company", "string", "Baker & Sons Ltd"),
        ("phone", "string", "+44 20 7946 0958"),
        ("email", "string", None),
        ("date", "date", "2026-05-12"),
    ],
)
def test_fields_of_a_letter(ask: Any, name: str, kind: str, expected: Any) -> None:
    """Amounts stand by their currency, senders sign, firms say what they are, and a telephone number is no amount."""
    body = {"model": "clairic", "state": MESSAGE, "fields": {name: {"type": kind}}}

    assert {name: expected} == ask(CLAIRIC, body).result["answers"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("Issued 1 April 2026. Due 5 May 2026.", {"issued": "2026-04-01", "due_date": "2026-05-05"}),
        ("Invoice date: 1 April 2026\nDue date: 2026-05-05", {"issued": "2026-04-01", "due_date": "2026-05-05"}),
        ("Issued on 12 March, due in 14 days.", {"issued": "2027-03-12", "due_date": "2027-03-18"}),
        ("Issued today, due tomorrow", {"issued": "2027-03-04", "due_date": "2027-03-05"}),
        ("Issued on 45 March 2026", {"issued": "2027-03-04", "due_date": "2027-03-04"}),
        ("Due in 9999 days, issued on 9999-12-31", {"issued": "9999-12-31", "due_date": "2054-07-19"}),
    ],
)
def test_dates_are_told_apart(ask: Any, state: str, expected: dict[str, str]) -> None:
    """The words before a date say which it is; what counts from today counts from the reference date."""
    fields = {name: {"type": "date"} for name in expected}
    body = {"model": "clairic", "state": state, "fields": fields, "reference_date": "2027-03-04"}

    assert expected == ask(CLAIRIC, body).result["answers"]


@pytest.mark.parametrize(
    ("question", "state", "likely"),
    [
        ("Is the customer happy?", "This is terrible, I am furious and want my money back!", False),
        ("Is the customer happy?", "Thank you, the product is great and I love it.", True),
        ("Is the customer angry?", "This is terrible, I am furious and want my money back!", True),
        ("Is the customer angry?", "Thank you, the product is great and I love it.", False),
        ("Has the invoice been paid?", "The invoice was not paid.", False),
    ],
)
def test_moods_and_denials(ask: Any, question: str, state: str, likely: bool) -> None:
    """A question about a feeling is answered by the mood of the state, one about what is denied with no."""
    body = {"model": "clef-flash", "state": state, "questions": {"it": {"type": "noul", "instructions": question}}}

    assert likely is (ask(CLEF, body).result["answers"]["it"]["noul"] > 0.5)


@pytest.mark.parametrize(
    ("state", "choice"),
    [
        ("This is terrible, I am furious!", "negative"),
        ("I love it, great service.", "positive"),
        ("The parcel was posted on Monday.", "neutral"),
    ],
)
def test_a_choice_of_moods(ask: Any, state: str, choice: str) -> None:
    """The mood that is meant, whatever words it is told in."""
    criteria = {"positive": "The writer is happy", "neutral": "Neither", "negative": "The writer complains"}
    question = {"type": "choice", "instructions": "What is the sentiment?", "criteria": criteria}
    body = {"model": "clef-flash", "state": state, "questions": {"mood": question}}

    assert choice == ask(CLEF, body).result["answers"]["mood"]["choice"]


@pytest.mark.parametrize(
    ("state", "name", "wanted", "expected"),
    [
        (INVOICE, "vendor", {"type": "string"}, "Acme Ltd"),
        (INVOICE, "customer", {"type": "string"}, "Jane Roe"),
        (INVOICE, "paid", {"type": "boolean"}, False),
        (INVOICE, "currency", {"type": "string", "enum": ["USD", "EUR"]}, "EUR"),
        (INVOICE, "total", {"type": "number"}, 118.5),
        (INVOICE, "invoice_number", {"type": "integer"}, 2041),
        (MAIL, "customer_name", {"type": "string"}, "Maria Lopez"),
        (MAIL, "email", {"type": "string"}, "maria@example.com"),
        (MAIL, "arrived", {"type": "boolean"}, False),
        ("It cost $7, and it was paid.", "currency", {"enum": ["EUR", "USD"]}, "USD"),
        ("It cost $7, and it was paid.", "paid", {"type": "boolean"}, True),
        ("", "name", {"type": "string"}, None),
        ("Invoice 123 of 2026-11-03, total 45.60 EUR", "total", {"type": "number"}, 45.6),
        ("I am 42 years old and have 3 children", "children", {"type": "integer"}, 3),
        ("Meeting on 3 May 2026 with 7 people", "people", {"type": "integer"}, 7),
        ("Invoice 123 from ACME, total 45.60 EUR", "vendor", {"type": "string"}, "ACME"),
        ("On 2026-11-03", "total", {"type": "number"}, None),
        (LETTER, "phone", {"type": "string"}, "+49 30 901820"),
        (LETTER, "email", {"type": "string"}, "office@globex.example"),
        (LETTER, "vat_id", {"type": "string"}, "DE123456789"),
        (LETTER, "iban", {"type": "string"}, "DE89 3704 0044 0532 0130 00"),
        (LETTER, "website", {"type": "string"}, "https://globex.example/pay"),
        (LETTER, "invoice_number", {"type": "string"}, "INV-2041"),
        (LETTER, "contact_name", {"type": "string"}, "Jane Roe"),
        (LETTER, "fax", {"type": "string"}, "030 1234 567"),
        ("Dear Jane Roe, thank you.", "phone", {"type": "string"}, None),
        ("Dear Jane Roe, thank you.", "email", {"type": "string"}, None),
        ("Dear Jane Roe, thank you.", "vat_number", {"type": "string"}, None),
        ("The train leaves at 14:35 from Lyon", "departure_time", {"type": "string"}, "14:35"),
        ("Ann met Bob Stone in Rome.", "participants", {"type": "array"}, ["Ann", "Bob Stone"]),
        ("Sold: milk, eggs and bread.", "items", {"type": "array"}, ["milk", "eggs", "bread"]),
        ("Write to a@example.com or b@example.com", "emails", {"type": "list"}, ["a@example.com", "b@example.com"]),
        ("On 3 May 2026 and 4 May 2026", "dates", {"type": "array"}, ["2026-05-03", "2026-05-04"]),
        ("Total: $42.10", "currency", {"type": "string"}, "USD"),
        ("Total: 42.10", "currency", {"type": "string"}, None),
        ("Total: 42.10 EUR, paid by Jane Roe in Lisbon", "city", {"type": "string"}, "Lisbon"),
        ("Ship to 12 Main Street, Springfield, IL 62704", "city", {"type": "string"}, "Springfield"),
        ("Hauptstraße 5, 10115 Berlin, Germany", "city", {"type": "string"}, "Berlin"),
        ("Hauptstraße 5, 10115 Berlin, Germany", "country", {"type": "string"}, "Germany"),
        ("Invoice from Acme Ltd, total 12", "city", {"type": "string"}, None),
    ],
)
def test_fields_of_a_real_text(ask: Any, state: str, name: str, wanted: Any, expected: Any) -> None:
    """Labels, the words before a name, signs and denials lead to what a person would fill in."""
    body = {"model": "clairic", "state": state, "fields": {name: wanted}}

    assert {name: expected} == ask(CLAIRIC, body).result["answers"]


@pytest.mark.parametrize("hostile", ["A-" * 25_000, "A" * 50_000, "in " * 16_000, "in a" * 12_000, "A A" * 16_000])
def test_names_in_hostile_text(hostile: str) -> None:
    """Text made to be looked through again and again holds no name of several words, nor one behind "in"."""
    assert decisions.whole_name("B", hostile) is None
    assert decisions.name_behind("city", hostile) is None


def test_pictures_and_recordings_count(ask: Any) -> None:
    """What a drawn picture shows and a spoken text says is part of the state."""
    drawn = ask("run/@cf/leonardo/lucid-origin", {"prompt": "A flooded cellar", "width": 256, "height": 256}).result
    spoken = ask("run/@cf/myshell-ai/melotts", {"prompt": "The roof is leaking"}).result
    place = {
        "type": "choice",
        "instructions": "Where is the damage?",
        "criteria": {"attic": "roof", "basement": "cellar", "garden": "fence"},
    }

    def chosen(**attached: Any) -> str:
        body = {"model": "clef-omni", "state": "See attached.", "questions": {"place": place}, **attached}
        return str(ask("run/@cf/cloudflare/clef-omni", body).result["answers"]["place"]["choice"])

    assert "basement" == chosen(images=[f"data:image/jpeg;base64,{drawn['image']}"])
    assert "basement" == chosen(images=[{"content_type": "image/jpeg", "base64": drawn["image"]}])
    assert "attic" == chosen(audio=[f"data:audio/mpeg;base64,{spoken['audio']}"])


@pytest.mark.parametrize(
    ("attached", "code"),
    [
        ({"images": ["data:image/png;base64,AAAA"]}, 5006),
        ({"images": [{"content_type": "image/png", "base64": "AAAA"}]}, 5006),
        ({"images": ["data:image/png;base64,!"]}, 5004),
        ({"audio": ["data:audio/wav;base64,AAAA"]}, 5006),
    ],
)
def test_what_cannot_be_read(attached: Any, code: int, ask: Any) -> None:
    """Bytes that are no picture and no recording are refused, as by the models that see and hear."""
    answer = ask(
        "run/@cf/cloudflare/clef-omni",
        {"model": "clef-omni", "state": "See attached.", "questions": {"urgent": URGENT}, **attached},
    )

    assert (400, code) == (answer.status, answer.code)
