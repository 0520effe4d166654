"""The checks of stability and of addresses: a server with each flaw; and how long answers may take."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checks import GroupCheck, builtin
from contracts.context import Context, GroupContext, World
from contracts.exchanges import Exchange, Intent, Request, Response
from contracts.judge import Judge
from contracts.validity import Validity
from tests.contracts.flaws.conditions import both, given, lacks, list_of, method, path, text, third_at_once, unless
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import Flaw, answer, body, request
from tests.contracts.flaws.operations import CHAT, COMPLETION, EMBEDDINGS, MODELS, NATIVE, RERANK, SENTIMENT, SMALL
from tests.contracts.flaws.server import serve
from tests.contracts.flaws.verdict import check as run
from tests.contracts.flaws.verdict import clean_run
from tests.contracts.things_server import things


@answer("http", SMALL, when=both(path("%2[fF]"), method("POST")))
def encoded_slash(said: Answer, ask: Ask) -> None:
    """Encoded slashes are not known."""
    errors = [{"code": 7000, "message": "No route for that URI"}]
    said.write_json({"result": None, "success": False, "errors": errors, "messages": []}, 404)


@body("stability", CHAT, when=third_at_once, lingers=True)
def counts_twice(said: Any, ask: Ask) -> None:
    """The third of requests at once is counted twice."""
    said["usage"]["prompt_tokens"] *= 2
    said["usage"]["total_tokens"] = said["usage"]["prompt_tokens"] + said["usage"]["completion_tokens"]


@answer("stability", COMPLETION, when=third_at_once, lingers=True)
def refuses_crowds(said: Answer, ask: Ask) -> None:
    """The third of requests at once is refused."""
    if said.status == 200:
        said.write_json({"result": {}, "success": False, "errors": [{"code": 1, "message": "a"}], "messages": []}, 400)


@body("stability", SMALL)
def cache_by_size(said: Any, ask: Ask) -> None:
    """Vectors are kept by the size of the text."""
    key = str([len(each) for each in ask.json.get("text") or ()])
    said["result"]["data"] = ask.memory.setdefault(key, said["result"]["data"])


@body("stability", RERANK, when=third_at_once, lingers=True)
def empty_ranking(said: Any, ask: Ask) -> None:
    """The third of rankings at once is empty."""
    said["result"]["response"] = []


@body("additive", SENTIMENT, when=text("[?]"))
def neutral(said: Any, ask: Ask) -> None:
    """A third label for questions."""
    said["result"].append({"label": "NEUTRAL", "score": 0.0})


def _after_one(ask: Ask) -> bool:
    before = ask.memory.get("limit")
    if ask.method == "POST" and ask.authorized and ask.json:
        ask.memory["limit"] = ask.json.get("max_tokens")
    return before == 1 and lacks("max_tokens")(ask)


@request("stability", NATIVE, when=_after_one)
def keeps_the_limit(ask: Ask) -> None:
    """A limit of one token holds for the next request, too."""
    ask.update(max_tokens=1)


@body("stability", MODELS)
def shuffled(said: Any, ask: Ask) -> None:
    """Every other list is turned."""
    if ask.number % 2 and isinstance(said.get("result"), list):
        said["result"].reverse()


FLAWS = (
    ("same-address", encoded_slash),
    ("same-count", counts_twice),
    ("same-outcome", refuses_crowds),
    ("own-answer", cache_by_size),
    ("same-answer", empty_ranking),
    ("new-label", neutral),
    ("nothing-inherited", keeps_the_limit),
    ("same-answer", shuffled),
)


@pytest.mark.parametrize(("check", "flaw"), FLAWS, ids=str)
def test_the_flaw_is_found(check: str, flaw: Flaw) -> None:
    """A server with one flaw is found by the check for it, and the check is silent without it, having looked."""
    found = run(serve(flaw), flaw.operations, 1, own_only=True)
    clean = clean_run(flaw.operations, 1, True)

    assert check in {each.check for each in found.findings}
    assert () == clean.findings
    assert check not in clean.not_checked


@body("", EMBEDDINGS, when=both(unless(list_of("input", 2)), unless(given(encoding_format="base64"))))
def jitters(said: Any, ask: Ask) -> None:
    """The numbers of a vector are a little different every time."""
    for each in said["data"]:
        if isinstance(each["embedding"], list):
            each["embedding"] = [number * (1 + 0.001 * (ask.number % 5)) for number in each["embedding"]]


def test_vectors_that_differ_a_little_are_the_same() -> None:
    """Hardware adds in another order: that is no other answer."""
    report = run(serve(jitters), (EMBEDDINGS,), 0, own_only=True)

    assert set() == {each.check for each in report.findings} & {"same-answer", "own-answer"}


def _world() -> World:
    document = things()
    judge = Judge(document)
    return World(document, judge, Validity(document, judge))


def _exchange(seconds: float, role: str) -> Exchange:
    response = Response(200, (("content-type", "application/json"),), b"[]", seconds=seconds)
    sent = Request("GET", "http://host/kinds")
    made = Exchange(1, "listKinds", "sequences", Intent.VALID, sent, response)
    return replace(made, group="same-twice/a", role=role)


@pytest.mark.parametrize(
    ("seconds", "came"),
    [
        ((0.01, 0.02, 1.0), ["67 times as long"]),
        ((0.01, 0.02, 0.3), []),
        ((0.4, 0.5, 2.0), []),
    ],
)
def test_steady_pace(seconds: tuple[float, ...], came: list[str]) -> None:
    """An answer is out of line when it takes much longer than the others, and long at all."""
    world = _world()
    exchanges = [_exchange(each, f"parallel-{place}") for place, each in enumerate(seconds)]
    check = builtin()["steady-pace"]
    assert isinstance(check, GroupCheck)

    found = check.judge(exchanges, GroupContext([Context(each, world) for each in exchanges], world))

    assert came == [each.came for each in found or ()]
