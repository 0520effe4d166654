"""The texts of answers: where they stop, and whether they arrive as they were said."""

from __future__ import annotations

import re
from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shortened, shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import Choice, is_number, is_whole, objects, parameter, prompt_texts, said

_REPLACEMENT = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")
_TELLING = 20
"""Characters from which on it is no chance that a text says again what it began with."""
_ENDLESS_WORD = re.compile("[A-Za-z]{60,}")
_TWICE_ENCODED = re.compile("(?:[\u00c3\u00c2\u00e2\u00f0][\u0080-\u00bf]){2,}|\u00f0\u0178|\u00e2\u20ac")
"""Bytes of UTF-8 that were read as Latin-1 or Windows-1252 and written again."""
_ESCAPED = re.compile("&(?:nbsp|quot|amp|lt|gt|#39|#x27);")
_MARKUP = re.compile("[<>]|html|xml|entit", re.IGNORECASE)
"""What tells that a text is about pages, or is one."""


@check("stop-obeyed", Severity.BREAKING, kind="semantics", source="OpenAI")
def stop_obeyed(exchange: Exchange, context: Context) -> list[Found] | None:
    """No text contains what the caller said it should stop at.

    Finds stops that are not looked at, only the first of which is, or which are given back with the text.
    """
    answer, stops = said(context), _stops(context)
    if answer is None or not stops or context.asked.get("echo"):
        return None
    for choice in answer.choices:
        hit = next((stop for stop in stops if stop in (choice.text or "")), None)
        if hit is not None:
            return [Found(f"no text from {shown(hit)} on", shown(choice.text), "/choices/*")]
    return []


@check("text-is-whole", Severity.BREAKING, kind="semantics", source="HTTP")
def text_is_whole(exchange: Exchange, context: Context) -> list[Found] | None:
    """Texts are made of whole characters, written once.

    Finds characters that were cut between two pieces, halves of surrogate pairs, UTF-8 that was encoded twice, and text
    that was escaped for pages.
    What the caller sent like that may come back.
    """
    answer = said(context)
    if answer is None:
        return None
    sent = "".join(prompt_texts(context))
    for choice in answer.choices:
        text = choice.text or ""
        if choice.finish == "length":
            text = text.rstrip(_REPLACEMENT)  # the limit fell within a character
        for promised, pattern in (
            ("no half of a surrogate pair", _SURROGATE),
            ("no replacement character", re.compile(_REPLACEMENT)),
            ("text that is encoded once", _TWICE_ENCODED),
            ("text that is not escaped for HTML", _ESCAPED),
        ):
            hit = pattern.search(text)
            meant = pattern.search(sent) or (pattern is _ESCAPED and _MARKUP.search(sent + text))
            if hit is not None and not meant:
                came = text[max(0, hit.start() - 10) : hit.end() + 10]
                return [Found(promised, ascii(came), "/choices/*")]
    return []


@check("words-apart", Severity.BREAKING, kind="semantics", source="OpenAI")
def words_apart(exchange: Exchange, context: Context) -> list[Found] | None:
    """The words of an answer are set apart.

    Finds pieces of a stream that lost their blanks: no language has words of 60 Latin letters.
    """
    answer = said(context)
    if answer is None or not answer.text or context.asked.get("echo"):
        return None
    hit = next((found[0] for choice in answer.choices if (found := _ENDLESS_WORD.search(choice.text or ""))), None)
    return [] if hit is None else [Found("words", shown(shortened(hit)), "/choices/*")]


@check("logprobs-given", Severity.BREAKING, kind="semantics", source="OpenAI")
def logprobs_given(exchange: Exchange, context: Context) -> list[Found] | None:
    """Log probabilities come where they were asked for.

    Finds answers and streams that take the parameter, or that of the alternatives, and do nothing with it. Completions
    may leave them out.
    """
    answer = said(context)
    if answer is None or answer.native or context.dialect is not Dialect.CHAT:
        return None
    if context.asked.get("logprobs") is not True or not answer.text:
        return None
    where = "/choices/*/logprobs"
    given = [choice.logprobs if isinstance(choice.logprobs, dict) else {} for choice in answer.choices if choice.text]
    if not all(each.get("content") for each in given):
        return [Found("log probabilities", "none", where)]
    wanted = parameter(context, "top_logprobs")
    tokens = [token for each in given for token in objects(each["content"])]
    if is_whole(wanted) and wanted > 0 and not any(token.get("top_logprobs") for token in tokens):
        return [Found(f"up to {wanted} alternatives for each token", "none", f"{where}/content/*/top_logprobs")]
    return []


@check("prompt-echoed", Severity.BREAKING, kind="semantics", source="OpenAI")
def prompt_echoed(exchange: Exchange, context: Context) -> list[Found] | None:
    """With `echo`, a completion begins with its own prompt, character for character.

    Finds prompts that were normalised, cut, escaped once more, are there twice, or are another caller's.
    """
    if context.dialect is not Dialect.COMPLETIONS or parameter(context, "echo") is not True:
        return None
    answer, prompts = said(context), prompt_texts(context)
    if answer is None or not answer.choices or not prompts or len(answer.choices) % len(prompts):
        return None
    each = len(answer.choices) // len(prompts)
    for place, choice in enumerate(answer.choices):
        prompt = prompts[place // each]
        if not (choice.text or "").startswith(prompt):
            came = shortened((choice.text or "")[: len(prompt) + 20])
            return [Found(f"a text that begins with {shown(prompt)}", shown(came), "/choices/*/text")]
        if len(prompt) >= _TELLING and (choice.text or "").startswith(prompt * 2):
            return [Found("the prompt once", f"{shown(shortened(prompt))} twice", "/choices/*/text")]
    return []


@check("logprobs-add-up", Severity.BREAKING, kind="semantics", source="OpenAI")
def logprobs_add_up(exchange: Exchange, context: Context) -> list[Found] | None:
    """Log probabilities are not above 0, their tokens join to the text, and no more alternatives come than asked for.

    Finds probabilities in place of their logarithms, tokens that were left out, bytes of other tokens, lists of
    differing lengths, and offsets that do not grow.
    """
    answer = said(context)
    if answer is None or not parameter(context, "logprobs"):
        return None
    found: list[Found] = []
    looked = False
    for choice in answer.choices:
        if isinstance(choice.logprobs, dict):
            looked = True
            found += _chat_logprobs(choice, context) + _completion_logprobs(choice.logprobs)
    return found[:3] if looked else None


def _stops(context: Context) -> list[str]:
    stop = context.asked.get("stop")
    return [each for each in (stop if isinstance(stop, list) else [stop]) if isinstance(each, str) and each]


def _chat_logprobs(choice: Choice, context: Context) -> list[Found]:
    tokens = objects(choice.logprobs.get("content"))
    where = "/choices/*/logprobs/content"
    found = []
    most = parameter(context, "top_logprobs")
    for token in tokens:
        top = objects(token.get("top_logprobs"))
        if any(not _is_log(each.get("logprob")) for each in (token, *top)):
            found.append(Found("log probabilities of 0 or less", shown(token.get("logprob")), f"{where}/*/logprob"))
            break
        if is_whole(most) and len(top) > most:
            found.append(Found(f"at most {most} alternatives", str(len(top)), f"{where}/*/top_logprobs"))
            break
    joined = "".join(str(token.get("token")) for token in tokens)
    text = choice.text or ""
    plain = text.isascii() and joined.isascii() and not choice.calls and not choice.reasoning
    # The sign of the end, and blanks that were trimmed, may be counted as tokens.
    if tokens and plain and text.strip() and text.strip() not in joined:
        found.append(Found(f"tokens that join to {shown(text)}", shown(joined), where))
    written = _bytes(tokens)
    if written is not None and plain and text.strip() and text.strip().encode() not in written:
        found.append(Found(f"bytes that join to {shown(text)}", repr(written[:60]), f"{where}/*/bytes"))
    return found


def _bytes(tokens: list[dict[str, Any]]) -> bytes | None:
    """Return the bytes of tokens one after the other; None where one has none."""
    parts = [token["bytes"] for token in tokens if isinstance(token.get("bytes"), list)]
    try:
        return b"".join(map(bytes, parts)) if parts and len(parts) == len(tokens) else None
    except (TypeError, ValueError):
        return None  # no bytes: the schema says so


def _completion_logprobs(logprobs: dict[str, Any]) -> list[Found]:
    lists = {name: logprobs[name] for name in ("tokens", "token_logprobs", "text_offset") if _is_list(logprobs, name)}
    lengths = {name: len(each) for name, each in lists.items()}
    if len(set(lengths.values())) > 1:
        return [Found("lists of one length", shown(lengths), "/choices/*/logprobs")]
    for value in lists.get("token_logprobs", ()):
        if value is not None and not _is_log(value):
            return [Found("log probabilities of 0 or less", shown(value), "/choices/*/logprobs/token_logprobs")]
    offsets = lists.get("text_offset", [])
    if all(is_whole(each) for each in offsets) and offsets != sorted(offsets):
        return [Found("offsets that grow", shown(offsets), "/choices/*/logprobs/text_offset")]
    if len(set(map(str, offsets))) == 1 < len(offsets) and all(lists.get("tokens", [])):
        return [Found("an offset for each token", shown(offsets), "/choices/*/logprobs/text_offset")]
    return []


def _is_log(value: Any) -> bool:
    return is_number(value) and value <= 1e-6


def _is_list(holder: dict[str, Any], name: str) -> bool:
    return isinstance(holder.get(name), list)


CHECKS: tuple[AnyCheck, ...] = (
    stop_obeyed,
    text_is_whole,
    words_apart,
    prompt_echoed,
    logprobs_given,
    logprobs_add_up,
)
