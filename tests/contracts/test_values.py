"""The small values of the kit: commands, redaction, refusals, models, preparation."""

from __future__ import annotations

import json
import subprocess

import pytest

from contracts.checks.words import quoted, shown
from contracts.engine_checks import LEFT_OUT, USED
from contracts.exchanges import Exchange, Intent, Request, Response
from contracts.models import names_for, read_models, select_models
from contracts.preparation import MOST_TOKENS, prepare
from contracts.redaction import Redactor
from contracts.refusals import error_codes, refusal
from contracts.target import find_credentials
from mockserver.errors import UnknownName
from mockserver.openapi.document import Document
from mockserver.workersai.catalogue import Model


def answered(status: int, code: int | None = None, intent: Intent = Intent.VALID) -> Exchange:
    body = b"{}" if code is None else json.dumps({"errors": [{"code": code, "message": ""}]}).encode()
    return Exchange(1, "operation", "fuzzing", intent, Request("POST", "http://host/"), Response(status, (), body))


@pytest.mark.parametrize("body", [b"--a\r\n", b'{"a": "it\'s"}', b"a\r\nb", bytes(range(256)), b"100%\\", "é".encode()])
def test_a_curl_command_sends_the_body_as_it_was(body: bytes) -> None:
    """The shell hands curl exactly these bytes."""
    command = Request("POST", "http://host/", (("Content-Type", "text/plain"),), body).curl()
    shown = command.replace("curl -X", "arguments -X", 1)
    script = 'arguments() { if [ "$6" = --data-raw ]; then printf %s "$7"; else cat; fi; }; ' + shown

    assert body == subprocess.run(["sh", "-c", script], capture_output=True, check=True, input=b"").stdout


@pytest.mark.parametrize(
    ("method", "url", "body", "command"),
    [
        ("HEAD", "http://h/a", b"", 'curl --head "http://h/a"'),
        ("GET", "http://h/a/../b", b"", 'curl -X GET --path-as-is "http://h/a/../b"'),
        ("GET", "http://h/a?b[]=1", b"", 'curl -X GET --globoff "http://h/a?b[]=1"'),
        ("POST", "http://h/a", b"{}", """curl -X POST "http://h/a" -H "Content-Type:" --data-raw '{}'"""),
    ],
    ids=["head", "dots", "brackets", "no media type"],
)
def test_a_curl_command_changes_nothing(method: str, url: str, body: bytes, command: str) -> None:
    """What curl does by itself is switched off: waiting for a body of HEAD, tidying paths, lists, types of forms."""
    assert command == Request(method, url, (), body).curl()


def test_a_secret_is_replaced_wherever_it_stands() -> None:
    redactor = Redactor({"$CLOUDFLARE_API_TOKEN": "cfut_12/34"})
    request = Request("POST", "http://h/cfut_12%2F34", (("Authorization", "Bearer cfut_12/34"),), b"cfut_12/34")

    assert "cfut" not in repr(redactor.request(request))


def test_headers_that_hold_credentials_lose_their_value_even_when_nobody_knows_it() -> None:
    request = Request("GET", "http://h/", (("Cookie", "session=1"), ("X-Auth-Key", "abc"), ("Accept", "*/*")))

    assert (("Cookie", "$CLOUDFLARE_API_TOKEN"), ("X-Auth-Key", "$CLOUDFLARE_API_TOKEN"), ("Accept", "*/*")) == (
        Redactor({}).request(request).headers
    )


@pytest.mark.parametrize(
    ("exchange", "said"),
    [
        (answered(429), "limits"),
        (answered(429, intent=Intent.INVALID), "limits"),
        (answered(403, 5035), "paid plan"),
        (answered(400, 5007), "does not have the model"),
        (answered(500, 3040), "no capacity"),
        (answered(503), "unavailable"),
        (answered(400, 5007, Intent.INVALID), None),
        (answered(403), None),
        (answered(400, 5006), None),
        (answered(500), None),
        (answered(200), None),
    ],
)
def test_refusals_that_say_nothing_about_the_contract(exchange: Exchange, said: str | None) -> None:
    reason = refusal(exchange)

    assert (said is None) == (reason is None)
    assert said is None or said in str(reason)


def model(name: str, family: str, status: str = "active", *capabilities: str) -> Model:
    record = {"name": name, "family": family, "task": "T", "status": status, "description": ""}
    return Model.from_record({**record, "capabilities": list(capabilities)})


def test_one_active_model_of_each_family_is_the_default() -> None:
    models = [
        model("@cf/a/old", "text", "retired"),
        model("@cf/a/new", "text"),
        model("@cf/a/newer", "text"),
        model("@cf/a/speaks", "text", "active", "responses"),
        model("@cf/b/one", "image"),
    ]

    assert ["@cf/a/new", "@cf/a/speaks", "@cf/b/one"] == [model.name for model in select_models(models)]
    assert ["@cf/a/old"] == [model.name for model in select_models(models, ["@cf/a/old"])]
    with pytest.raises(UnknownName, match="did you mean '@cf/a/newer'"):
        select_models(models, ["@cf/a/newest"])


def test_each_endpoint_takes_models_of_its_kind() -> None:
    chosen = select_models(read_models())
    family = {model.name: model.family for model in chosen}

    embeddings = names_for("/accounts/{account_id}/ai/v1/embeddings", chosen) or []
    responses = names_for("/accounts/{account_id}/ai/v1/responses", chosen) or []

    assert embeddings
    assert all(family[name].startswith("text-embeddings") for name in embeddings)
    assert responses
    assert all("gpt-oss" in name for name in responses)
    assert names_for("/notes", chosen) is None


CHAT = {
    "openapi": "3.1.0",
    "info": {"title": "Chat", "version": "1"},
    "paths": {
        "/accounts/{account_id}/ai/v1/chat/completions": {
            "parameters": [{"name": "account_id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": {
                "operationId": "chat",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Chat"}}}},
                "responses": {"200": {"description": "Said"}},
            },
        }
    },
    "components": {
        "schemas": {
            "Chat": {
                "type": "object",
                "properties": {"model": {"type": "string"}, "max_tokens": {"type": "integer", "maximum": 9000}},
            }
        }
    },
}


def test_placeholders_become_real_and_answers_short() -> None:
    document = Document(CHAT)

    prepared = prepare(document, account="abc", models=["@cf/openai/gpt-oss-20b"])

    path = "/accounts/abc/ai/v1/chat/completions"
    assert {("POST", path): "chat"} == prepared.origins
    operation = prepared.content["paths"][path]["post"]
    properties = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert [] == operation["parameters"]
    assert ["@cf/openai/gpt-oss-20b"] == properties["model"]["enum"]
    assert MOST_TOKENS == properties["max_tokens"]["maximum"]


def test_the_contract_itself_is_left_alone() -> None:
    before = json.dumps(CHAT)

    prepare(Document(CHAT), account="abc")

    assert before == json.dumps(CHAT)


@pytest.mark.parametrize(
    ("schemes", "expected"),
    [
        ({"a": {"type": "http", "scheme": "bearer"}}, {"Authorization": "Bearer t"}),
        ({"a": {"type": "http", "scheme": "Bearer"}}, {"Authorization": "Bearer t"}),
        ({"k": {"type": "apiKey", "in": "header", "name": "X-Key"}}, {"X-Key": "t"}),
        (
            {"k": {"type": "apiKey", "in": "header", "name": "X-Key"}, "a": {"type": "http", "scheme": "bearer"}},
            {"Authorization": "Bearer t"},
        ),
        ({"k": {"type": "apiKey", "in": "query", "name": "key"}}, {}),
        ({}, {}),
    ],
)
def test_the_token_travels_as_the_document_asks(schemes: dict[str, object], expected: dict[str, str]) -> None:
    document = Document({"openapi": "3.1.0", "components": {"securitySchemes": schemes}})

    assert expected == find_credentials(document, "t")


def test_keys_that_single_operations_ask_for() -> None:
    """Where the usual credentials do not do for an operation, the key that it asks for is sent as well."""
    schemes = {
        "a": {"type": "http", "scheme": "bearer"},
        "k": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "other": {"type": "apiKey", "in": "header", "name": "X-Other"},
    }
    paths = {
        "/either": {"get": {"security": [{"other": []}, {"a": []}]}},
        "/key": {"get": {"security": [{"k": []}]}},
    }
    document = Document({"openapi": "3.1.0", "components": {"securitySchemes": schemes}, "paths": paths})

    assert {"Authorization": "Bearer t", "X-Key": "t"} == find_credentials(document, "t")


def test_every_check_of_the_engine_is_used_or_left_out_for_a_reason() -> None:
    from schemathesis.config._checks import _BUILTIN_CHECK_NAMES

    assert set(_BUILTIN_CHECK_NAMES) == {*USED, *LEFT_OUT}
    assert all(LEFT_OUT.values())


@pytest.mark.parametrize("body", [b"[" * 99_999, b'{"errors": 7}', b'{"errors": [7]}', b"7", b"\xff", b""])
def test_a_refusal_of_any_form_has_no_codes(body: bytes) -> None:
    assert frozenset() == error_codes(body)


@pytest.mark.parametrize(
    ("told", "content"),
    [
        ("'é\\n'", "é\n".encode()),
        (repr("x" * 119 + "…"), b"x" * 500),
        ("b'\\x89PNG'", b"\x89PNG"),
        ("b'\\x89PNGxxxxxxxxxxxxxxxxxxxx…' (104 bytes)", b"\x89PNG" + b"x" * 100),
    ],
)
def test_bytes_are_quoted_as_the_text_they_are_or_by_their_beginning(told: str, content: bytes) -> None:
    """A picture in place of a refusal is not two hundred escapes."""
    assert told == quoted(content) == shown(content)
