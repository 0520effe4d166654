"""The overlay that mends a document: complete for the bundled one, and never a traceback for any other."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver import bundled
from mockserver.openapi import source
from mockserver.openapi.lint import lint, mend
from mockserver.openapi.lint.mending import target
from mockserver.openapi.overlay import apply_overlay, parse_overlay
from tests.examples import TIMES

TEXT = source.read_text(bundled.upstream_path())
CONTENT = source.parse(TEXT, "upstream.yml")
RUN = "$['paths']['/accounts/{account_id}/ai/run/{model}']['post']"


def mended(content: Any, overlay: dict[str, Any]) -> Any:
    return apply_overlay(content, parse_overlay(overlay, "mend.yml")) if overlay["actions"] else content


def test_mended_document_has_no_faults() -> None:
    overlay = mend(CONTENT, lint(CONTENT, TEXT, "upstream.yml"), "upstream.yml")

    assert ("1.0.0", "upstream.yml") == (overlay["overlay"], overlay["extends"])
    assert [] == lint(mended(CONTENT, overlay), TEXT, "upstream.yml")


def test_overlay_survives_being_written() -> None:
    overlay = mend(CONTENT, lint(CONTENT, TEXT, "upstream.yml"), "upstream.yml")

    assert overlay == source.parse(source.dump_yaml(overlay), "mend.yml")


def test_mending_leaves_the_document_alone_and_repeats_itself() -> None:
    before = copy.deepcopy(CONTENT)
    faults = lint(CONTENT, TEXT, "upstream.yml")

    assert mend(CONTENT, faults, "upstream.yml") == mend(CONTENT, faults, "upstream.yml")
    assert before == CONTENT


def test_valid_parts_of_an_example_are_kept() -> None:
    result = mended(CONTENT, mend(CONTENT, lint(CONTENT, TEXT, "x"), "x"))
    content = result["paths"]["/accounts/{account_id}/ai/v1/embeddings"]["post"]["responses"]["200"]["content"]
    [example] = content["application/json"]["examples"].values()
    value = example["value"]

    assert "Default createEmbeddings 200 response" == example["summary"]
    assert ("list", "example_value") == (value["object"], value["model"])
    assert {"prompt_tokens": 10, "total_tokens": 10} == value["usage"]
    assert ("embedding", 10) == (value["data"][0]["object"], value["data"][0]["index"])


def test_only_the_given_faults_are_mended() -> None:
    faults = lint(CONTENT, TEXT, "x")
    chosen = [fault for fault in faults if fault.code == "dispatcher-without-rules"]

    left = lint(mended(CONTENT, mend(CONTENT, chosen, "x")), TEXT, "x")

    assert [str(fault) for fault in faults if fault not in chosen] == [str(fault) for fault in left]


def test_undescribed_response_is_said_to_hold_any_json() -> None:
    [fault] = [each for each in lint(CONTENT, TEXT, "x") if "run" in each.pointer and "/responses/404" in each.pointer]

    [action] = mend(CONTENT, [fault], "x")["actions"]

    assert f"{RUN}['responses']['404']" == action["target"]
    assert {"content": {"application/json": {"schema": {}}}} == action["update"]


@pytest.mark.parametrize(
    "name",
    ["plain", "/a/{b}", "it's", 'say "x"', "back\\slash", "tab\tnew\nline", "\x00\x1f", "é😀", "~1~0", "", "[0]", "*"],
)
def test_target_selects_any_name(name: str) -> None:
    """RFC 9535 bracket notation reaches every member, whatever it is called."""
    overlay = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"},
               "actions": [{"target": target(("a", 1, name)), "update": {"x": 1}}]}  # fmt: skip

    assert {"a": [0, {name: {"x": 1}}]} == apply_overlay({"a": [0, {name: {}}]}, parse_overlay(overlay, "o"))


PLACES: list[tuple[Any, ...]] = []


def _collect(node: Any, path: tuple[Any, ...]) -> None:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        PLACES.append((*path, key))
        _collect(value, (*path, key))


_collect(CONTENT, ())
SUBTREES = [{}, [], {"$ref": "#/components/schemas/AiRunRequest"}, {"$ref": "#/components"}, {"$ref": "#/nowhere"},
            {"$ref": 3}, {"type": "strin"}, {"required": [["a"], 3]}, {"allOf": {}}, {"type": "object", "example": 3},
            {"description": "d", "content": {"application/json": {"schema": {"maximum": 1}, "example": 2}}},
            "\ud800", float("nan"), float("inf"), 10**30]  # fmt: skip
NAMES = ["$ref", "200", "allOf", "const", "content", "default", "enum", "example", "examples", "get", "in", "items",
         "minimum", "name", "parameters", "pattern", "properties", "required", "responses", "schema", "type", "value",
         "x-microcks-operation"]  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(SUBTREES)
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=50 * TIMES, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), JSON), min_size=1, max_size=4))
def test_any_document_can_be_linted_and_mended(mutations: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Malformed nodes are faults, not exceptions; once mended, nothing that can be mended is left."""
    content = copy.deepcopy(CONTENT)
    for path, value in mutations:
        node = content
        try:
            for step in path[:-1]:
                node = node[step]
            node[path[-1]] = copy.deepcopy(value)
        except (TypeError, KeyError, IndexError):
            continue  # an earlier mutation took the place away

    faults = lint(content, TEXT, "x")
    result = mended(content, mend(content, faults, "x"))
    left = lint(result, TEXT, "x")

    assert faults == lint(content, TEXT, "x")
    assert [] == mend(result, left, "x")["actions"]
