"""Where a published schema is not what the service does, with the reason: nothing beyond this list is excused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schema_forms import Narrowed, Path

from mockserver.workersai.catalogue import Model

REQUESTS: Mapping[str, str] = {
    "turn": "The types of some models require nothing of a message; the service asks for role and content (5006).",
    "prompt": "The types of the older models require nothing; without prompt or messages the service refuses (5006).",
    "picture": "The schema of the detector requires no picture; there is nothing to detect in none.",
    "input": "The Responses form of gpt-oss requires nothing; what makes it one is `input`.",
    "adapter": "Most types list `lora`; models without the property answer 405 and 5005.",
    "refused": "A record names the members that a model refuses though others of its family take them.",
    "binding": "`{body: object, contentType}` is a stream in a Worker; JSON has base64 for it.",
}
"""Requests that are narrower than the schema, by name."""

MEMBERS: Mapping[str, str] = {
    r"/(status|model)": "A queued batch answers with its state and model beside `request_id`, as documented.",
    r"/choices/\d+/message/(reasoning|reasoning_content)": "Captured from reasoning models; no type declares it.",
    r"/choices/\d+/message/refusal": "OpenAI's, null; the types of the chat family require it, Qwen3's omit it.",
    r"/usage/(neurons|prompt_tokens_details|completion_tokens_details)": "Captured; the older types omit it.",
    r"/usage": "Captured for all text models; the types of two vision models omit it.",
    r"/(metadata|output/\d+/content/\d+/annotations|usage/\w+_details)": "OpenAI's Responses object requires it.",
}
"""Members that answers have and a schema does not declare, as patterns of pointers."""

VALUES: Mapping[str, str] = {
    r"\$\.response: type: \{.*": "In JSON mode `response` is the parsed object, as captured.",
}
"""Values of another type than a schema declares, as patterns of faults."""

FILES: Mapping[str, str] = {
    "audio/mpeg": "The types of Aura know MP3 only; other encodings answer in their own media types.",
}
"""Media types of answers that stand for others of their kind."""

UNANSWERED = {"speech-recognition-streaming": "Asked over a WebSocket only: a POST is refused."}
"""Families without an answer to a POST."""


def members_for(model: Model) -> Narrowed:
    """Return how schemas, published ones and ours, are read for what a model does not take (adapter, refused)."""

    def narrowed(path: Path, node: dict[str, Any]) -> dict[str, Any]:
        members = node.get("properties") or {}
        refused = {*model.facts.get("refuses", ()), *(() if "lora" in model.capabilities else ("lora",))}
        if refused.isdisjoint(members):
            return node
        return {**node, "properties": {name: each for name, each in members.items() if name not in refused}}

    return narrowed


def narrowed_for(model: Model) -> Narrowed:
    """Return how the published schemas of requests to a model are read."""
    taken = members_for(model)

    def narrowed(path: Path, node: dict[str, Any]) -> dict[str, Any]:
        node = taken(path, node)
        members = node.get("properties")
        if not members:
            return node
        if path[-2:] == ("messages", "[]") and "role" in members and "required" not in node:
            return {**node, "required": ["role", "content"]}  # turn
        if path == () and set(members) == {"image"}:
            return {**node, "required": ["image"]}  # picture
        if path == () and {"prompt", "messages"} <= set(members) and "required" not in node:
            return {**node, "anyOf": [{"required": ["prompt"]}, {"required": ["messages"]}]}  # prompt
        if path == () and "input" in members and "required" not in node:
            return {**node, "required": ["input"]}  # input
        if set(members) == {"body", "contentType"} and members["body"].get("type") == "object":
            return {**node, "properties": {**members, "body": {"type": "string"}}}  # binding
        return node

    return narrowed


def excused(fault: str) -> str | None:
    """Return the pattern in the lists above that excuses a fault of an answer, None when none does."""
    pointer, _, rest = fault.partition(": ")
    if "declares this member" in rest:
        return next((pattern for pattern in MEMBERS if re.fullmatch(pattern, pointer)), None)
    return next((pattern for pattern in VALUES if re.fullmatch(pattern, fault, re.DOTALL)), None)
