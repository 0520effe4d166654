"""The objects of OpenAPI 3.0 and 3.1 as data: which fields each kind has, and what they hold.

A field holds `text`, `bool`, `any`, or an object of a kind; `[...]` is an array and `{...}` a map of it, `|`
separates alternatives, `!` marks a required field. The field `*` stands for every other name.
"""

from __future__ import annotations

from dataclasses import dataclass

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

REFERABLE = frozenset(
    ("callback", "example", "header", "link", "parameter", "path-item", "request-body", "response", "schema",
     "security-scheme")
)  # fmt: skip
"""Kinds of which an object may be a reference, `{"$ref": ...}`."""

OPEN = frozenset(["schema"])
"""Kinds that may hold any other field as well."""


@dataclass(frozen=True, slots=True)
class Form:
    """What one field holds."""

    shape: str
    """"" for one thing, "[]" for an array of them, "{}" for a map."""
    kind: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind of object."""

    forms: tuple[Form, ...]
    required: bool


_TABLE = {
    "document": """
        openapi text! info info! jsonSchemaDialect text servers [server] paths paths webhooks {path-item}
        components components security [requirement] tags [tag] externalDocs docs $self text""",
    "info": "title text! summary text description text termsOfService text contact contact license license "
    "version text!",
    "contact": "name text url text email text",
    "license": "name text! identifier text url text",
    "server": "url text! name text description text variables {server-variable}",
    "server-variable": "enum [text] default text! description text",
    "tag": "name text! summary text description text parent text kind text externalDocs docs",
    "docs": "description text url text!",
    "requirement": "* [text]",
    "paths": "* path-item",
    "path-item": "$ref text summary text description text servers [server] parameters [parameter] "
    + " ".join(f"{method} operation" for method in METHODS),
    "operation": """
        tags [text] summary text description text externalDocs docs operationId text parameters [parameter]
        requestBody request-body responses responses callbacks {callback} deprecated bool security [requirement]
        servers [server]""",
    "responses": "* response",
    "callback": "* path-item",
    "parameter": """
        name text! in text! description text required bool deprecated bool allowEmptyValue bool style text
        explode bool allowReserved bool schema schema example any examples {example} content {media-type}""",
    "header": """
        description text required bool deprecated bool allowEmptyValue bool style text explode bool
        allowReserved bool schema schema example any examples {example} content {media-type}""",
    "request-body": "description text content {media-type}! required bool",
    "response": "description text! headers {header} content {media-type} links {link}",
    "media-type": "schema schema x-itemSchema schema example any examples {example} encoding {encoding}",
    "encoding": "contentType text headers {header} style text explode bool allowReserved bool",
    "example": "summary text description text value any externalValue text",
    "link": "operationRef text operationId text parameters any requestBody any description text server server",
    "components": """
        schemas {schema} responses {response} parameters {parameter} examples {example} requestBodies {request-body}
        headers {header} securitySchemes {security-scheme} links {link} callbacks {callback} pathItems {path-item}""",
    "security-scheme": """
        type text! description text name text in text scheme text bearerFormat text flows any
        openIdConnectUrl text""",
    "schema": """
        additionalItems schema additionalProperties schema contains schema contentSchema schema else schema if schema
        items [schema]|schema not schema propertyNames schema then schema unevaluatedItems schema
        unevaluatedProperties schema allOf [schema] anyOf [schema] oneOf [schema] prefixItems [schema]
        $defs {schema} definitions {schema} dependentSchemas {schema} patternProperties {schema} properties {schema}""",
}


def _field(text: str) -> Field:
    forms = tuple(
        Form({"[": "[]", "{": "{}"}.get(each[0], ""), each.strip("[]{}")) for each in text.rstrip("!").split("|")
    )
    return Field(forms, text.endswith("!"))


def _fields(text: str) -> dict[str, Field]:
    words = text.split()
    return {name: _field(form) for name, form in zip(words[::2], words[1::2], strict=True)}


GRAMMAR = {name: _fields(text) for name, text in _TABLE.items()}
"""The fields of every kind of object by their names."""
