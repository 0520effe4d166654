"""The operations beside inference in the effective contract."""

from __future__ import annotations

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from mockserver import bundled
from mockserver.effective import catalogue, effective
from mockserver.openapi.overlay import parse_overlay
from mockserver.openapi.source import parse, parse_strictly, read, read_text
from mockserver.workersai.expansion import operation_id, without_batches
from mockserver.workersai.surface.operations import OPERATIONS

BELOW = "/accounts/{account_id}/ai/"


def test_it_is_an_openapi_document() -> None:
    """A standard validator has nothing to say."""
    assert [] == [error.message for error in OpenAPIV31SpecValidator(effective().content).iter_errors()]


def test_every_operation_is_described_and_answered() -> None:
    """The contract and the table of responders name the same operations."""
    known = {(each.method, each.path.removeprefix(BELOW)) for each in effective().operations.values()}

    assert set(OPERATIONS) <= known
    others = {(method, path) for method, path in known - set(OPERATIONS) if not path.startswith(("run/", "v1/"))}
    assert set() == others


def test_every_example_verifies() -> None:
    """What the contract shows is valid for what it says."""
    for operation in effective().operations.values():
        if (operation.method, operation.path.removeprefix(BELOW)) in OPERATIONS:
            media_types = [*operation.request_content.values()]
            media_types += [each for response in operation.responses.values() for each in response.content.values()]
            for media_type in media_types:
                assert list(media_type.examples) == list(media_type.verified), media_type.pointer


def test_batches_are_described_where_models_take_them() -> None:
    """Request and result are widened for these models and no other."""
    for model in catalogue().select(status="active"):
        operation = effective_operation(model.name)
        schema = operation["requestBody"]["content"].get("application/json", {}).get("schema")
        assert ("async_batch" in model.capabilities) == (without_batches(schema) is not schema)


def effective_operation(name: str) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    return _CONTRACT.operations[operation_id(name)].raw  # type: ignore[return-value]


_CONTRACT = effective()


def test_the_overlay_says_why() -> None:
    """Each action ends in its basis, both parsers read the file alike, and no text has become a key."""
    overlay = parse_overlay(read(bundled.surface_path()), "surface.yml")
    text = read_text(bundled.surface_path())

    assert [] == [each.target for each in overlay.actions if not re.search(r"\. Basis: [a-z, ]+\.$", each.description)]
    assert parse(text, "a") == parse_strictly(text, "a")
    assert [] == re.findall(r"'[^']* [^']*': None", str(overlay.actions))
