"""OpenAPI Overlay 1.0: what an action selects, what it changes, and what is refused."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest

from mockserver.errors import OverlayError
from mockserver.openapi.overlay import MISSING, Action, Overlay, apply_overlay, parse_overlay


def overlay(*actions: dict[str, Any]) -> Overlay:
    return parse_overlay(
        {"overlay": "1.0.0", "info": {"title": "Corrections", "version": "1"}, "actions": list(actions)}, "mend.yml"
    )


def applied(document: dict[str, Any], *actions: dict[str, Any]) -> dict[str, Any]:
    return apply_overlay(document, overlay(*actions))


# What an overlay document is


def test_an_overlay_has_a_title_a_version_and_actions():
    content = {
        "overlay": "1.0.1",
        "info": {"title": "Corrections", "version": "2.1"},
        "extends": "openapi.yml",
        "actions": [{"target": "$.info", "description": "Why", "update": None}, {"target": "$.tags", "remove": True}],
    }
    assert (
        Overlay(
            "Corrections",
            "2.1",
            "openapi.yml",
            (Action("$.info", "Why", None, False), Action("$.tags", "", MISSING, True)),
            "mend.yml",
        )
        == parse_overlay(content, "mend.yml")
    )  # fmt: skip


GOOD: dict[str, Any] = {
    "overlay": "1.0.0",
    "info": {"title": "t", "version": "1"},
    "actions": [{"target": "$", "update": {}}],
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"overlay": None}, "mend.yml: not an overlay: it lacks `overlay: 1.0.0`"),
        ({"overlay": None, "openapi": "3.1.0"}, "lacks `overlay: 1.0.0` and says `openapi: 3.1.0`"),
        ({"overlay": "1.1.0"}, "this is overlay '1.1.0'; version 1.0.0 is read"),
        ({"overlay": 1.0}, "this is overlay 1.0; version 1.0.0 is read"),
        ({"info": None}, "`info` is missing; it has to be an object with `title` and `version`"),
        ({"info": {"title": "t"}}, "`info.version` is nothing, it has to be text"),
        ({"extends": 3}, "`extends` is a number, it has to be a URI reference"),
        ({"actions": None}, "`actions` is nothing, it has to be a list of at least one action"),
        ({"actions": []}, "`actions` is an array, it has to be a list of at least one action"),
        ({"actions": ["x"]}, "action 1 of mend.yml: an action is an object, this is text"),
        ({"actions": [{"remove": True}]}, "action 1 of mend.yml: `target` is missing"),
        ({"actions": [{"target": 1, "remove": True}]}, "`target` is a number; it has to be a JSONPath such as $.info"),
        (
            {"actions": [{"target": "$", "update": {}}, {"target": "$.a", "updates": 1}]},
            "action 2 of mend.yml, target $.a: neither `update` nor `remove: true`; it says `updates`",
        ),
        ({"actions": [{"target": "$.a", "remove": False}]}, "neither `update` nor `remove: true`"),
        ({"actions": [{"target": "$.a", "remove": "yes"}]}, "`remove` is text, it has to be true or false"),
        ({"actions": [{"target": "$.a", "update": 1, "description": 2}]}, "`description` is a number"),
        ({"actions": [{"target": "$.a[", "remove": True}]}, "target $.a[: not a JSONPath as RFC 9535 defines it"),
        ({"actions": [{"target": "info.title", "remove": True}]}, "not a JSONPath as RFC 9535 defines it"),
        ({"actions": [{"target": "$.x-tag", "remove": True}]}, "not a JSONPath as RFC 9535 defines it"),
    ],
)
def test_a_malformed_overlay_is_refused_with_what_would_be_right(change: dict[str, Any], complaint: str):
    with pytest.raises(OverlayError) as refused:
        parse_overlay({**GOOD, **change}, "mend.yml")
    assert complaint in str(refused.value)


def test_what_is_not_an_object_is_no_overlay():
    with pytest.raises(OverlayError, match=r"mend\.yml: an overlay is an object, this is an array"):
        parse_overlay([], "mend.yml")


# What an update does


def test_an_update_merges_recursively_into_an_object():
    document = {"info": {"title": "a", "contact": {"name": "b", "url": "c"}}}
    assert {"info": {"title": "a", "contact": {"name": "d", "url": "c", "email": "e"}, "version": "1"}} == applied(
        document, {"target": "$", "update": {"info": {"contact": {"name": "d", "email": "e"}, "version": "1"}}}
    )


def test_a_null_replaces_a_member():
    assert {"a": {"b": None}} == applied({"a": {"b": 1}}, {"target": "$.a", "update": {"b": None}})


def test_a_value_of_another_kind_replaces_a_member():
    document = {"a": {"type": "string", "list": [1], "object": {"x": 1}}}
    assert {"a": {"type": ["string", "null"], "list": {"y": 2}, "object": "z"}} == applied(
        document, {"target": "$.a", "update": {"type": ["string", "null"], "list": {"y": 2}, "object": "z"}}
    )


def test_an_array_inside_an_update_is_concatenated():
    assert {"a": {"required": ["b", "c"]}} == applied(
        {"a": {"required": ["b"]}}, {"target": "$.a", "update": {"required": ["c"]}}
    )


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"name": "c"}, [{"name": "a"}, {"name": "c"}]),
        ("c", [{"name": "a"}, "c"]),
        ([{"name": "c"}, {"name": "d"}], [{"name": "a"}, {"name": "c"}, {"name": "d"}]),
    ],
)
def test_an_update_of_an_array_is_appended_and_a_list_item_by_item(update: Any, expected: list[Any]):
    assert {"tags": expected} == applied({"tags": [{"name": "a"}]}, {"target": "$.tags", "update": update})


def test_every_selected_node_is_updated():
    document = {"paths": {"/a": {"get": {}}, "/b": {"get": {"x": 1}}, "/c": {"post": {}}}}
    assert {"paths": {"/a": {"get": {"s": 1}}, "/b": {"get": {"x": 1, "s": 1}}, "/c": {"post": {}}}} == applied(
        document, {"target": "$.paths.*.get", "update": {"s": 1}}
    )


def test_nodes_that_share_an_update_do_not_share_its_value():
    assert {"a": {"x": {"y": 2}}, "b": {"x": {"y": 1}}} == applied(
        {"a": {}, "b": {}},
        {"target": "$.*", "update": {"x": {"y": 1}}},
        {"target": "$.a.x", "update": {"y": 2}},
    )


def test_a_node_that_the_same_update_replaced_further_up_is_let_be():
    assert {"a": {"b": 1}} == applied({"a": {"b": {"c": {}}}}, {"target": "$..*", "update": {"b": 1}})


def test_an_object_takes_only_an_object():
    with pytest.raises(OverlayError, match=r"target \$\.a: selects an object, so `update` has to be one, this is text"):
        applied({"a": {}}, {"target": "$.a", "update": "x"})


def test_a_primitive_is_changed_through_the_object_around_it():
    with pytest.raises(OverlayError, match=r"selects text; .* so select the object around it"):
        applied({"a": "x"}, {"target": "$.a", "update": "y"})


# What a removal does


def test_a_removal_takes_a_member_out():
    assert {"b": 2} == applied({"a": {"x": 1}, "b": 2}, {"target": "$.a", "remove": True})


def test_a_removal_takes_a_primitive_member_out_too():
    assert {"a": {}} == applied({"a": {"example": "x"}}, {"target": "$.a.example", "remove": True})


def test_a_removal_takes_several_items_out_of_one_array():
    document = {"p": [{"n": 1, "d": 1}, {"n": 2}, {"n": 3, "d": 1}, {"n": 4, "d": 1}]}
    assert {"p": [{"n": 2}]} == applied(document, {"target": "$.p[?@.d]", "remove": True})


def test_a_removal_takes_nodes_inside_one_another_out():
    document = {"a": {"x": {"x": 1, "y": 2}}, "x": [1], "b": 3}
    assert {"a": {}, "b": 3} == applied(document, {"target": "$..x", "remove": True})


def test_a_node_that_is_selected_twice_is_removed_once():
    assert {"b": 2} == applied({"a": 1, "b": 2}, {"target": "$['a','a']", "remove": True})


def test_a_removal_wins_over_an_update():
    assert {} == applied({"a": {}}, {"target": "$.a", "update": {"b": 1}, "remove": True})


def test_the_document_itself_cannot_be_removed():
    with pytest.raises(OverlayError, match="the document itself cannot be removed"):
        applied({"a": 1}, {"target": "$", "remove": True})


# The order, and the input


def test_each_action_works_on_the_result_of_the_one_before():
    assert {"servers": [{"url": "/b"}]} == applied(
        {"servers": [{"url": "/a"}]},
        {"target": "$.servers", "remove": True},
        {"target": "$", "update": {"servers": []}},
        {"target": "$.servers", "update": {"url": "/b"}},
    )


def test_document_and_overlay_stay_as_they_are():
    document = {"a": {"b": [1]}, "c": {}}
    actions = overlay(
        {"target": "$.c", "update": {"new": {"list": []}}},
        {"target": "$.c.new.list", "update": 1},
        {"target": "$.a.b", "update": 2},
        {"target": "$.a", "remove": True},
    )
    before, same = copy.deepcopy(document), copy.deepcopy(actions)
    apply_overlay(document, actions)
    assert (before, same) == (document, actions)
    assert apply_overlay(document, actions) == apply_overlay(document, actions)


# Targets


DOCUMENT: dict[str, Any] = {
    "paths": {"/a/{b}": {"get": {"responses": {"200": {"x": {}}}, "parameters": [{"n": 1}, {"n": 2}]}}},
    "it's": {},
    "ü_1": {},
}


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("$.paths['/a/{b}'].get.responses['200']", ("paths", "/a/{b}", "get", "responses", "200")),
        ('$["paths"]["/a/{b}"]', ("paths", "/a/{b}")),
        ("$.paths['/a/{b}'].get.parameters[1]", ("paths", "/a/{b}", "get", "parameters", 1)),
        ("$.paths['/a/{b}'].get.parameters[-1]", ("paths", "/a/{b}", "get", "parameters", 1)),
        ("$.ü_1", ("ü_1",)),
        ("$['it\\'s']", ("it's",)),
        ("$ .paths [ '/a/{b}' ]", ("paths", "/a/{b}")),
        ("$..x", ("paths", "/a/{b}", "get", "responses", "200", "x")),
        ("$.paths.*.get.parameters[?@.n == 2]", ("paths", "/a/{b}", "get", "parameters", 1)),
    ],
)
def test_a_target_is_a_jsonpath(target: str, location: tuple[str | int, ...]):
    node: Any = applied(DOCUMENT, {"target": target, "update": {"hit": True}})
    for step in location:
        node = node[step]
    assert node["hit"] is True


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ("$.pathz", "$ has 'paths', not 'pathz'"),
        ("$.paths['/a/{c}'].get", "$.paths has '/a/{b}', not '/a/{c}'"),
        ("$.paths['/a/{b}'].get.responses['404']", "$.paths['/a/{b}'].get.responses has '200'"),
        ("$.paths['/a/{b}'].get.parameters[2]", "$.paths['/a/{b}'].get.parameters has 2 items"),
        ("$.paths['/a/{b}'].get.parameters.n", "$.paths['/a/{b}'].get.parameters is an array"),
        ("$['ü_1'].x", "nothing is below $.ü_1"),
        ("$.paths.*.gets.responses", "$['paths'][*] has 'get', not 'gets'"),
        ("$.paths[?@.get['parameters'][1]].got", "$['paths'][?@['get']['parameters'][1]] has 'get', not 'got'"),
        ("$.paths[?@.get == 'a]'].got", "$['paths'] has '/a/{b}'"),
        ("$..get.parameters[7]", "$..['get']['parameters'] has 2 items"),
        ("$..y", "$ has 'paths'"),
    ],
)
def test_a_target_that_matches_nothing_is_an_error_that_says_what_is_there(target: str, complaint: str):
    with pytest.raises(OverlayError) as refused:
        applied(DOCUMENT, {"target": "$", "update": {}}, {"target": target, "remove": True})
    assert f"action 2 of mend.yml, target {target}: matches nothing; {complaint}" in str(refused.value)


def test_a_search_through_a_document_without_end_is_an_error():
    """`..` goes down a hundred levels, and who asked learns that it was that."""
    deep: dict[str, Any] = {}
    node = deep
    for _ in range(400):
        node = node.setdefault("a", {})

    with pytest.raises(OverlayError, match=r"action 1 of mend\.yml, target \$\.\.b: recursion limit"):
        apply_overlay(deep, overlay({"target": "$..b", "remove": True}))


def test_a_plain_target_never_loads_the_jsonpath_library():
    """Loading it takes longer than reading the whole bundled contract."""
    program = (
        "import sys; from mockserver.openapi.overlay import *;"
        "o = parse_overlay({'overlay': '1.0.0', 'info': {'title': 't', 'version': '1'}, 'actions': ["
        "{'target': '$.paths[\"/a\"].get[0]', 'remove': True}, {'target': '$', 'update': {}}]}, 'x');"
        "apply_overlay({'paths': {'/a': {'get': [1]}}}, o); print('jsonpath_rfc9535' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout
