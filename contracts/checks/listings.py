"""Lists of the catalogue, and what is made, sent and converted: each thing once, as asked, and counted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.form_parts import read_files, read_parts
from contracts.said import is_whole, objects

_EARLIEST, _LATEST = 2020, 2040
_OFFERED = ("/models/search", "/tasks/search", "/authors/search", "/finetunes/public", "/tomarkdown/supported")


@check("listed-once", Severity.BREAKING, kind="semantics", source="Cloudflare")
def listed_once(exchange: Exchange, context: Context) -> list[Found] | None:
    """A list names each thing once.

    Finds lists that were put together from pages that overlap, and ids that are a constant.
    """
    items = _listed(context)
    if not items:
        return None
    for name in ("id", "extension") if _is_listing(context) else ():
        values = [each[name] for each in items if isinstance(each.get(name), str)]
        twice = next((each for each in values if values.count(each) > 1), None)
        if twice is not None:
            return [Found("each of the list once", f"{shown(twice)} {values.count(twice)} times", f"/result/*/{name}")]
    return []


@check("listing-counted", Severity.BREAKING, kind="semantics", source="Cloudflare")
def listing_counted(exchange: Exchange, context: Context) -> list[Found] | None:
    """`result_info` counts what is listed, tells of the page that was asked for, and no page is longer than asked.

    Finds counts of another page, and totals below what this page and those before it show.
    """
    items = _listed(context)
    if items is None or not _is_listing(context):
        return None
    info = context.json.get("result_info")
    info = info if isinstance(info, dict) else {}
    asked = parse_qs(urlsplit(exchange.request.url).query)
    found = []
    if is_whole(info.get("count")) and info["count"] != len(items):
        found.append(Found(f"a count of {len(items)}", str(info["count"]), "/result_info/count"))
    total, before = info.get("total_count"), _earlier(info) if items else 0
    if is_whole(total) and total < before + len(items):
        found.append(Found(f"a total of {before + len(items)} at least", str(total), "/result_info/total_count"))
    for name in ("page", "per_page"):
        wanted = asked.get(name, [""])[-1]
        if wanted.isascii() and wanted.isdigit() and is_whole(info.get(name)) and info[name] != int(wanted):
            found.append(Found(f"the {name} {wanted}", str(info[name]), f"/result_info/{name}"))
    most = asked.get("per_page", [""])[-1]
    if most.isascii() and most.isdigit() and 0 < int(most) < len(items) and context.response.succeeded:
        severity = Severity.ADDITIVE if total == len(items) else None  # some saw the service give all there is at once
        found.append(Found(f"at most {most} on a page", str(len(items)), "/result", severity))
    return found


@check("listing-not-empty", Severity.BREAKING, kind="semantics", source="Cloudflare")
def listing_not_empty(exchange: Exchange, context: Context) -> list[Found] | None:
    """What the service offers to everybody is not nothing, and is public where it is called so.

    Finds catalogues that are empty although nothing was filtered.
    """
    items = _listed(context)
    if items is None or not _is_listing(context) or urlsplit(exchange.request.url).query:
        return None
    path = context.operation.path
    if not path.endswith(_OFFERED):
        return None
    if not items:
        return [Found("a list of what there is", "an empty list", "/result")]
    for name in ("id", "name", "extension", "mimeType"):
        if any(each.get(name) == "" for each in items):
            return [Found(f"things with a {name}", "an empty text", f"/result/*/{name}")]
    if path.endswith("/public") and any(each.get("public") is False for each in items):
        return [Found("public ones only", "public: false", "/result/*/public")]
    return []


@group_check("listing-steady", Severity.BREAKING, kind="stability", source="Cloudflare")
def listing_steady(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """The same list twice names the same things in the same order.

    Finds lists that lose things now and then, or are put together anew in another order: pages overlap.
    """
    if not context.contexts[0].operation.path.endswith(_OFFERED):
        return None  # what callers make themselves comes and goes
    if len({each.request.url for each in exchanges}) > 1 or not all(map(_is_listing, context.contexts)):
        return None
    alike = [
        each for each in (context.smoke,) if each is not None and each.exchange.request.url == exchanges[0].request.url
    ]
    lists = [_listed(each) for each in (*alike, *context.contexts)]
    names = [[each.get("name", each.get("extension")) for each in items] for items in lists if items is not None]
    if len(names) < 2:
        return None
    for other in names[1:]:
        if other != names[0]:
            missing = [each for each in names[0] if each not in other]
            came = f"without {shown(missing)}" if missing else "in another order"
            return [Found("the same list again", f"{len(names[0])} things, then {len(other)} {came}", "/result")]
    return []


@group_check("pages-differ", Severity.BREAKING, kind="semantics", source="Cloudflare")
def pages_differ(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """The second page lists other things than the first, and a page behind the last nothing.

    Finds a page that is not looked at: clients that read on to the empty page never come to an end.
    """
    pages = [_listed(each) for each in context.contexts]
    if not context.group.startswith("searches/pages") or any(each is None for each in pages):
        return None
    first, second, beyond = ([json.dumps(item, sort_keys=True) for item in each or ()] for each in pages[:3])
    both = set(first) & set(second)
    if both:
        return [Found("other things on the second page", f"{len(both)} of the first", "/result")]
    return [Found("nothing on the page 100,000", f"{len(beyond)} things", "/result")] if beyond else []


@check("filters-obeyed", Severity.BREAKING, kind="semantics", source="Cloudflare")
def filters_obeyed(exchange: Exchange, context: Context) -> list[Found] | None:
    """A search for a task, an author or a source lists what is of it, one for a name that is none nothing.

    Finds filters that are not looked at.
    """
    items = _listed(context)
    asked = parse_qs(urlsplit(exchange.request.url).query)
    if items is None or not _is_listing(context):
        return None
    looked = False
    for each in items:
        task, name = each.get("task"), each.get("name")
        if "task" in asked and isinstance(task, dict):
            looked = True
            if task.get("name") != asked["task"][-1]:
                return [Found(f"the task {asked['task'][-1]}", shown(task.get("name")), "/result/*/task")]
        if "search" in asked and "nothing-is-called-so" in asked["search"]:
            return [Found("nothing, as nothing is called so", shown(name), "/result")]
        if "author" in asked and isinstance(name, str) and name.count("/") > 1:
            looked = True
            if name.split("/")[1].lower() != asked["author"][-1].lower():
                return [Found(f"models of {asked['author'][-1]}", name, "/result/*/name")]
        if "source" in asked and is_whole(each.get("source")):
            looked = True
            if str(each["source"]) != asked["source"][-1]:
                return [Found(f"the source {asked['source'][-1]}", shown(each["source"]), "/result/*/source")]
    return [] if looked or "search" in asked else None


@group_check("found-by-name", Severity.BREAKING, kind="semantics", source="Cloudflare")
def found_by_name(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """What is listed is found by its name.

    Finds searches that find nothing, or that look at something else than the name.
    """
    listed, came = context.role("listed"), context.role("found")
    if not context.group.startswith("searches/named") or listed is None or came is None:
        return None
    things, found = _listed(listed), _listed(came)
    if not things or found is None:
        return None
    name = things[-1].get("name")
    if any(each.get("name") == name for each in found):
        return []
    return [Found(f"{shown(name)} among what is found", f"{len(found)} other things", "/result")]


@check("sent-comes-back", Severity.BREAKING, kind="semantics", source="Cloudflare")
def sent_comes_back(exchange: Exchange, context: Context) -> list[Found] | None:
    """What is made has the name, model and description it was given; each file that is sent has one result, in order.

    Finds names that were changed, times of long ago, files that were dropped, and texts of another file.
    """
    result = context.json.get("result") if isinstance(context.json, dict) else None
    if context.dialect is not Dialect.OTHER or not context.response.succeeded or exchange.request.method != "POST":
        return None
    if isinstance(result, dict) and isinstance(context.request_json, dict):
        for name in ("name", "model", "description", "public"):
            given = context.request_json.get(name)
            if given is not None and name in result and result[name] != given:
                return [Found(f"the {name} {shown(given)}", shown(result[name]), f"/result/{name}")]
        return _times(result)
    converts = any(name == "files" for name, _ in read_parts(exchange.request))
    sent = list(read_files(exchange.request)) if converts else []
    files = [name for name, _ in sent]
    if not isinstance(result, list) or not files:
        return None
    names = [each.get("name") for each in objects(result)]
    if len(result) != len(files):
        return [Found(f"{len(files)} results", str(len(result)), "/result")]
    if names != files:
        return [Found(f"results of {shown(files)}", shown(names), "/result/*/name")]
    for (name, content), each in zip(sent, objects(result), strict=True):
        lost = _lost(name, content, each.get("data"))
        if lost:
            return [Found(f"the words of {name}", f"a text without {shown(lost)}", "/result/*/data")]
    return []


def _times(made: Mapping[str, Any]) -> list[Found]:
    """Return where something was made long before it was asked for, or changed before it was made."""
    created, modified = (_time(made.get(name)) for name in ("created_at", "modified_at"))
    if created is not None and not _EARLIEST <= created.year <= _LATEST:
        promised = f"a time of the years {_EARLIEST} to {_LATEST}"
        return [Found(promised, shown(made["created_at"]), "/result/created_at")]
    if created is not None and modified is not None and modified < created:
        return [Found(f"a change not before {made['created_at']}", shown(made["modified_at"]), "/result/modified_at")]
    return []


def _time(value: Any) -> datetime | None:
    try:
        told = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None  # the schema says what it has to be
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _earlier(info: Mapping[str, Any]) -> int:
    """Return how many things the pages before this one have."""
    page, size = info.get("page"), info.get("per_page")
    return (page - 1) * size if is_whole(page) and is_whole(size) and page > 0 and size > 0 else 0


def _listed(context: Context) -> list[dict[str, Any]] | None:
    if context.dialect is not Dialect.OTHER or not context.response.succeeded or not isinstance(context.json, dict):
        return None
    result = context.json.get("result")
    return objects(result) if isinstance(result, list) else None


def _is_listing(context: Context) -> bool:
    return context.exchange.request.method == "GET"


def _lost(name: str, content: bytes, text: Any) -> list[str]:
    """Return which words of a table are not in the text that was made of it."""
    if not name.endswith(".csv") or not isinstance(text, str):
        return []
    return [word for word in re.findall(r"\w{3,}", content.decode("utf-8", "replace")) if word not in text]


CHECKS: tuple[AnyCheck, ...] = (
    listed_once,
    listing_counted,
    listing_not_empty,
    filters_obeyed,
    found_by_name,
    sent_comes_back,
    listing_steady,
    pages_differ,
)
