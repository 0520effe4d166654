"""What lists, schemas of models and conversions take: pages, filters, names, several files.

They have few requests each, and no others would show what these do: they come first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.exchanges import Exchange, Intent
from contracts.forms import Part, write_form
from contracts.making import Maker
from contracts.media import SENT_AS, samples
from contracts.models import read_models
from contracts.strategies.registry import strategy

_SCHEMAS_OF = ("text-embeddings", "rerank", "translation-m2m")
"""Families whose models are asked for different things."""
_PAGE = b"<!doctype html><title>Foxes</title><h1>Foxes</h1><p>They hunt alone, mostly at dusk.</p>"
_TABLES = {
    "first": b"name,age\nAda,36\n",
    "second": b"city,river\nOslo,Akerselva\n",
    "third": b"bird,song\nWren,loud\n",
}


@strategy("searches", "search")
def searches(make: Maker) -> Iterator[Case]:
    """Lists by page, and searches by task, author, source and name, among them for a name that was listed, for one that
    nothing has, and for one of signs that databases read.
    """
    names = {str(each.get("name")) for each in make.prepared.parameters if each.get("in") == "query"}
    if make.dialect is not Dialect.OTHER or make.operation.method != "GET" or not names:
        return
    if {"page", "per_page"} <= names:
        for page in ("1", "2", "100000"):
            query = {"page": page, "per_page": "3"}
            yield make.case(query=query, reason=f"page {page} of three each", group="pages", role=f"page-{page}")
    if {"per_page", "search"} <= names:
        some = make.case(query={"per_page": "3"}, reason="some of the list", group="named", role="listed")
        yield replace(some, then=_by_name)
    for query in (
        {"task": "Text Embeddings"},
        {"author": "openai"},
        {"task": "Translation"},
        {"search": "nothing-is-called-so"},
        {"search": "llama"},
        {"search": "100%_' \\"},
        {"source": "2"},
        {"hide_experimental": "true"},
        {"limit": "1"},
    ):
        if set(query) <= names:
            yield make.case(query=query, reason=" ".join(f"{name} {value}" for name, value in query.items()))


def _by_name(exchange: Exchange) -> Case | None:
    """Return a search for the last thing that was listed, by the end of its name."""
    try:
        names = [each["name"] for each in json.loads(exchange.response.body)["result"]] if exchange.response else []
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if exchange.case is None or not names or not isinstance(names[-1], str):
        return None
    query = urlencode({"search": names[-1].rpartition("/")[2]})
    return replace(exchange.case, query=query, reason="a search for something listed", role="found", then=None)


@strategy("schemas-of-models", "search")
def schemas_of_models(make: Maker) -> Iterator[Case]:
    """The schemas of models of different families: each has to be that of the model that is asked for."""
    if make.dialect is not Dialect.OTHER or not make.operation.path.endswith("/models/schema"):
        return
    chosen = {model.family: model for model in reversed(read_models()) if model.active}
    for family in _SCHEMAS_OF:
        if family in chosen:
            name = chosen[family].name
            yield make.case(query={"model": name}, reason=f"the schema of {name}", intent=Intent.PROBE)


@strategy("two-things", "search")
def two_things(make: Maker) -> Iterator[Case]:
    """Two things of different names are made, one with a description and one with an empty one: each has an id of its
    own.
    """
    base = make.smoke_json
    if make.dialect is not Dialect.OTHER or not isinstance(base, dict) or not isinstance(base.get("name"), str):
        return
    for role, text in (("one", ""), ("another", "For a check.")):
        described = {"description": text} if make.allows("description") else {}
        body = {**base, "name": f"{base['name']}-{role}", **described}
        if not make.is_forbidden(body):
            yield make.case(body=body, reason=f"{role} thing is made", group="a", role=role)


@strategy("several-files", "search")
def several_files(make: Maker) -> Iterator[Case]:
    """Several files in one form, in two orders: each has its result, in its place. Then a page and a picture."""
    if make.dialect is not Dialect.OTHER or not make.operation.path.endswith("/tomarkdown"):
        return
    parts = [Part("files", content, f"{name}.csv", "text/csv") for name, content in _TABLES.items()]
    for files, reason in ((parts, "three files"), (parts[::-1], "three files, the last first")):
        media_type, content = write_form(files)
        yield make.case(content=content, media_type=media_type, reason=reason)
    others = (
        Part("files", _PAGE, "\u00dcbersicht.html", "text/html"),
        Part("files", samples("image")[0], "picture.png", SENT_AS["image"]),
    )
    media_type, content = write_form(others)
    yield make.case(content=content, media_type=media_type, reason="a page, and a picture")


STRATEGIES = (searches, schemas_of_models, two_things, several_files)
