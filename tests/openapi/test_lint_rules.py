"""Each rule on the smallest document that breaks it; and the overlay that mends it, where there is one."""

from typing import Any

import pytest

from mockserver.openapi import source
from mockserver.openapi.lint import RULES, lint, mend
from mockserver.openapi.overlay import apply_overlay, parse_overlay

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
OPERATION = HEAD + "paths:\n  /x:\n    get:\n      responses: {'204': {description: None.}}\n"

# code, pointer, a part of the reason, the text
MENDABLE = [
    ("field-invalid", "/info/version", "put it in quotes",
     "openapi: 3.1.0\ninfo: {title: T, version: 1.5}\npaths: {}\n"),
    ("field-invalid", "/paths/~1x/get/tags", "this is nothing", OPERATION + "      tags:\n"),
    ("reference-unresolved", "/components/schemas/A/items/$ref", "did you mean #/components/schemas/Book?",
     HEAD + "components: {schemas: {A: {items: {$ref: '#/components/schemas/Bok'}}, Book: {}}}\n"),
    ("reference-unresolved", "/components/schemas/A/$ref", "refers to itself",
     HEAD + "components: {schemas: {A: {$ref: '#/components/schemas/A'}}}\n"),
    ("duplicate-operation-id", "/paths/~1b/get/operationId", "'same' is the name of /paths/~1a/get already",
     HEAD + "paths:\n  /a: {get: {operationId: same}}\n  /b: {get: {operationId: same}}\n"),
    ("duplicate-parameter", "/paths/~1x/get/parameters/1", "the query parameter 'q' is number 0",
     OPERATION + "      parameters: [{name: q, in: query}, {name: q, in: query}]\n"),
    ("path-parameter-undeclared", "/paths/~1x~1{id}/get", "{id} of the path is declared neither here",
     OPERATION.replace("/x:", "/x/{id}:")),
    ("path-parameter-unused", "/paths/~1x/get/parameters/0", "the path /x has no {id}",
     OPERATION + "      parameters: [{name: id, in: path, required: true, schema: {}}]\n"),
    ("path-parameter-optional", "/paths/~1x~1{id}/get/parameters/0", "required: true",
     OPERATION.replace("/x:", "/x/{id}:") + "      parameters: [{name: id, in: path}]\n"),
    ("response-without-content", "/paths/~1x/get/responses/default", "its body is not described",
     HEAD + "paths: {/x: {get: {responses: {default: {description: None.}}}}}\n"),
    ("response-without-content", "/components/responses/Bad", "status 400 has no `content`",
     HEAD + "paths: {/x: {get: {responses: {'400': {$ref: '#/components/responses/Bad'}}}}}\n"
     "components: {responses: {Bad: {description: Bad.}}}\n"),
    ("schema-invalid", "/components/schemas/A/type", "'strin' is no type; did you mean 'string'?",
     HEAD + "components: {schemas: {A: {type: strin}}}\n"),
    ("schema-invalid", "/components/schemas/A/properties/b/pattern", "is not a \"regex\"",
     HEAD + "components: {schemas: {A: {properties: {b: {pattern: '(('}}}}}\n"),
    ("schema-invalid", "/components/schemas/A/anyOf/0", "is not of types",
     HEAD + "components: {schemas: {A: {anyOf: [text, {type: string}]}}}\n"),
    ("schema-invalid", "/components/schemas/A/exclusiveMinimum", "is not of type",
     HEAD.replace("3.1.0", "3.0.0") + "paths: {}\ncomponents: {schemas: {A: {minimum: 1, exclusiveMinimum: 1}}}\n"),
    ("required-without-property", "/components/schemas/A/required", "did you mean 'name'?",
     HEAD + "components: {schemas: {A: {required: [nam], properties: {name: {}}}}}\n"),
    ("default-invalid", "/components/schemas/A/default", "3 is greater than the maximum of 2",
     HEAD + "components: {schemas: {A: {maximum: 2, default: 3}}}\n"),
    ("dispatcher-without-rules", "/paths/~1x/get/x-microcks-operation/dispatcher", "SCRIPT chooses by",
     OPERATION + "      x-microcks-operation: {dispatcher: SCRIPT, dispatcherRules: ''}\n"),
    ("examples-not-paired", "/paths/~1x/get/responses/200/content/application~1json/examples", "is called b",
     HEAD + "paths: {/x: {get: {x-microcks-operation: {}, parameters: [{name: q, in: query, examples: {a: {value: 1}}}"
     "], responses: {'200': {description: D, content: {application/json: {examples: {b: {value: 2}}}}}}}}}\n"),
    ("example-invalid", "/components/parameters/P/examples/bad/value", "is not of type",
     HEAD + "components: {parameters: {P: {name: q, in: query, schema: {type: integer}, examples: {bad: {value: x}}"
     "}}}\n"),
    ("example-invalid", "/components/headers/H/example", "is not of type",
     HEAD + "components: {headers: {H: {schema: {type: integer}, example: x}}}\n"),
    ("example-invalid", "/components/requestBodies/B/content/application~1json/examples/e", "1 is not one of",
     HEAD + "components: {requestBodies: {B: {content: {application/json: {schema: {enum: [a, b]},"
     " examples: {e: {$ref: '#/components/examples/E'}}}}}}, examples: {E: {value: 1}}}\n"),
    ("example-invalid", "/components/responses/R/content/application~1json/example", "is not one of",
     HEAD.replace("3.1.0", "3.0.0") + "paths: {}\ncomponents: {responses: {R: {description: D, content:"
     " {application/json: {schema: {type: string, nullable: true, enum: [a]}, example: b}}}}}\n"),
    ("schema-example-invalid", "/components/schemas/A/examples/1", "is less than",
     HEAD + "components: {schemas: {A: {type: integer, minimum: 5, examples: [6, 4, 7]}}}\n"),
    ("schema-example-invalid", "/components/schemas/A/example", "is not allowed for 4",
     HEAD + "components: {schemas: {A: {not: {}, example: 4}}}\n"),
]  # fmt: skip

# what only the author can mend
KEPT = [
    ("duplicate-key", "/paths", "written on line 3 already", HEAD + "paths: {}\npaths: {}\n"),
    ("field-invalid", "/paths", "an object is expected here, this is an array", HEAD + "paths: []\n"),
    ("field-invalid", "/paths/~1x/get/parameters/0", "an object is expected",
     OPERATION + "      parameters: [text]\n"),
    ("field-missing", "/info", "lacks `title`", HEAD.replace("title: T, ", "") + "paths: {}\n"),
    ("field-missing", "", "neither `paths` nor", HEAD),
    ("path-invalid", "/paths/x", "'/x' would be right", HEAD + "paths: {x: {}}\n"),
    ("path-invalid", "/paths/~1x?a=1", "holds more than a path", HEAD + "paths: {'/x?a=1': {}}\n"),
    ("path-invalid", "/paths/~1x~1{b}", "is '/x/{a}' with other names", HEAD + "paths: {'/x/{a}': {}, '/x/{b}': {}}\n"),
    ("field-unknown", "/paths/~1x/get/operationID", "did you mean `operationId`?",
     OPERATION + "      operationID: x\n"),
    ("status-invalid", "/paths/~1x/get/responses/20", "'20' is no status",
     HEAD + "paths: {/x: {get: {responses: {20: {description: D, content: {}}}}}}\n"),
    ("schema-invalid", "/components/schemas/A/properties/b", '"minimum" is a required property',
     HEAD.replace("3.1.0", "3.0.0") + "paths: {}\n"
     "components: {schemas: {A: {properties: {b: {exclusiveMinimum: true}}}}}\n"),
    ("reference-unresolved", "/paths/~1x/get/parameters/0/$ref", "nothing at",
     OPERATION + "      parameters: [{$ref: '#/components/parameters/P'}]\n"),
    ("reference-external", "/paths/~1x/get/parameters/0/$ref", "bundle the files first",
     OPERATION + "      parameters: [{$ref: 'other.yml#/P'}]\n"),
    ("reference-misplaced", "/paths/~1x/get/parameters/0/$ref", "is a schema; a parameter belongs here",
     OPERATION + "      parameters: [{$ref: '#/components/schemas/S'}]\ncomponents: {schemas: {S: {}}}\n"),
    ("dispatcher-unknown", "/paths/~1x/get/x-microcks-operation/dispatcher", "did you mean URI_PARTS?",
     OPERATION + "      x-microcks-operation: {dispatcher: URI_PART}\n"),
    ("dispatcher-not-followed", "/paths/~1x/get/x-microcks-operation/dispatcher", "scripts of a document are not run",
     OPERATION + "      x-microcks-operation: {dispatcher: JS, dispatcherRules: return 'a'}\n"),
    ("dispatcher-rules-invalid", "/paths/~1x/get/x-microcks-operation/dispatcherRules", "neither an object nor JSON",
     OPERATION + "      x-microcks-operation: {dispatcher: FALLBACK, dispatcherRules: '{'}\n"),
    ("dispatcher-rules-invalid", "/paths/~1x/get/x-microcks-operation/dispatcherRules", "JSON_BODY lack exp and cases",
     OPERATION + "      x-microcks-operation: {dispatcher: JSON_BODY, dispatcherRules: {op: equals}}\n"),
    ("microcks-member-unknown", "/paths/~1x/get/x-microcks-operation/dispacher", "did you mean dispatcher?",
     OPERATION + "      x-microcks-operation: {dispacher: RANDOM}\n"),
    ("dispatcher-example-unknown", "/paths/~1x/get/x-microcks-operation/dispatcherRules", "did you mean 'Accepted'?",
     HEAD + "paths: {/x: {get: {x-microcks-operation: {dispatcher: FALLBACK, dispatcherRules: {fallback: Acepted}},"
     " responses: {'200': {description: D, content: {application/json: {examples: {Accepted: {value: 2}}}}}}}}}\n"),
    ("security-undeclared", "/security/0/bear", "did you mean 'bearer'?", HEAD + "security: [{bear: []}]\npaths: {}\n"
     "components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}\n"),
]  # fmt: skip

IDS = [f"{code}-{number}" for number, (code, *_) in enumerate(MENDABLE)]


def faults_of(text: str) -> list[Any]:
    return lint(source.parse(text, "x.yml"), text, "x.yml")


@pytest.mark.parametrize(("code", "pointer", "reason", "text"), MENDABLE, ids=IDS)
def test_rule_finds_its_fault_and_mending_silences_it(code: str, pointer: str, reason: str, text: str) -> None:
    [fault] = faults_of(text)
    assert (code, pointer) == (fault.code, fault.pointer)
    assert reason in fault.reason
    content = source.parse(text, "x.yml")

    overlay = mend(content, [fault], "x.yml")

    assert all(action["description"].startswith(code) for action in overlay["actions"])
    assert [] == lint(apply_overlay(content, parse_overlay(overlay, "mend.yml")), text, "x.yml")


@pytest.mark.parametrize(("code", "pointer", "reason", "text"), KEPT, ids=[each[0] for each in KEPT])
def test_rule_finds_its_fault_that_only_the_author_can_mend(code: str, pointer: str, reason: str, text: str) -> None:
    [fault] = [each for each in faults_of(text) if each.code != "field-missing" or code == "field-missing"]

    assert (code, pointer) == (fault.code, fault.pointer)
    assert reason in fault.reason
    assert [] == mend(source.parse(text, "x.yml"), [fault], "x.yml")["actions"]


def test_answers_to_webhooks_and_callbacks_need_no_content() -> None:
    """What whoever is called answers is no part of the API."""
    called = "{post: {responses: {'200': {description: Seen.}}}}"
    text = (
        HEAD
        + f"webhooks: {{new: {called}}}\npaths:\n  /x:\n    post:\n      responses: {{'204': {{description: x}}}}\n"
    )
    assert [] == faults_of(text + "      callbacks: {done: {'{$request.body#/url}': " + called + "}}\n")


def test_schemas_that_are_called_by_name() -> None:
    """A reference to the `$id` or the anchor of a schema of the document, relative to the `$id` around it, is found."""
    text = HEAD + (
        "components:\n  schemas:\n    List: {$id: 'https://example.com/list', $anchor: all, type: array}\n"
        "    Texts: {$id: 'https://example.com/texts', allOf: [{$ref: list}, {$ref: 'list#all'}, {$ref: '#own'}],"
        " $defs: {own: {$anchor: own}}}\n    Alias: {$ref: 'https://example.com/texts'}\n"
    )
    assert [] == [(each.code, each.pointer) for each in faults_of(text)]
    assert ["reference-external"] == [each.code for each in faults_of(text.replace("$ref: list}", "$ref: lost}"))]


def test_every_rule_is_shown_here() -> None:
    assert set(RULES) - {"not-openapi", "document-unbounded"} == {code for code, *_ in [*MENDABLE, *KEPT]}


@pytest.mark.parametrize(
    "schema",
    [
        "{type: object, properties: {$ref: {type: string}}}",
        "{type: object, default: {$ref: '#/nowhere'}, enum: [{$ref: '#/nowhere'}], const: {$ref: '#/nowhere'}}",
        "{example: {$ref: '#/nowhere'}, examples: [{$ref: '#/nowhere'}]}",
        "{allOf: [{required: [a]}, {properties: {a: {type: string}}}]}",
        "{type: object, x-extra: {$ref: '#/nowhere'}}",
    ],
)
def test_data_inside_a_schema_is_no_reference(schema: str) -> None:
    """No `$ref` is followed inside of example, examples, default, enum, const and extensions."""
    codes = {fault.code for fault in faults_of(HEAD + f"components: {{schemas: {{A: {schema}}}}}\n")}

    assert not {"reference-unresolved", "schema-invalid", "required-without-property"} & codes


def test_schema_that_refers_to_a_broken_one_is_not_reported_itself() -> None:
    text = HEAD + "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {type: strin}}}\n"

    assert ["/components/schemas/B/type"] == [fault.pointer for fault in faults_of(text)]


def test_overlaid_content_is_linted_with_the_lines_of_the_source() -> None:
    """What the overlay added has the line of the nearest ancestor that was written."""
    text = HEAD + "components:\n  schemas:\n    A: {}\n"
    content = source.parse(text, "x.yml")
    content["components"]["schemas"]["A"]["items"] = {"maximum": 1, "default": 2}

    [fault] = lint(content, text, "x.yml")

    assert (5, "/components/schemas/A/items/default") == (fault.line, fault.pointer)


BOMB = ", ".join(f"&a{n} {{properties: {{a: *a{n - 1}, b: *a{n - 1}}}}}" for n in range(1, 40))


@pytest.mark.parametrize(
    "text",
    [
        "components: {schemas: {A: &a {properties: {b: *a, c: *a}}}}",
        "components: {schemas: {A: {example: &a [*a]}}}",
        "x-deep: " + "[" * 450 + "]" * 450,
        f"x-bomb: [&a0 {{type: object}}, {BOMB}]\ncomponents: {{schemas: {{A: *a39}}}}",
    ],
)
def test_document_that_holds_itself_or_explodes_is_one_fault(text: str) -> None:
    faults = faults_of(HEAD + text)

    assert ["document-unbounded"] == [fault.code for fault in faults]
    assert [] == mend(source.parse(HEAD + text, "x"), faults, "x")["actions"]


@pytest.mark.parametrize(
    ("written", "is_fault"),
    [
        ("'{\"a\": 1}'", False),
        ("'{\"a\": true}'", True),
        ("'{{ request.body }}'", False),
        ("{a: '{{ randomInt() }}'}", False),
    ],
)
def test_examples_as_microcks_writes_them(written: str, is_fault: bool) -> None:
    """Text that holds JSON is judged as that JSON, and templates are not judged."""
    text = (
        HEAD + "paths: {/x: {get: {x-microcks-operation: {delay: 1}, responses: {'200': {description: D, content: "
        "{application/json: {schema: {type: object, properties: {a: {type: integer}}}, examples: {b: {value: "
        + written + "}}}}}}}}}\n"
    )  # fmt: skip

    assert is_fault == ("example-invalid" in {fault.code for fault in faults_of(text)})
