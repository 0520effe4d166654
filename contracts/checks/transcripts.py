"""Transcripts: words, segments and times that fit together and into the recording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_number, is_whole, objects
from contracts.sent_media import recording_seconds

_SLACK = 0.5
"""Seconds by which times may lie behind the end: models work in steps."""
_OVERLAP = 1.0
"""Seconds by which one may begin before the other ends: times are estimates, and people interrupt each other."""
_CUE = re.compile(r"((?:\d+:)?\d\d:\d\d\.\d{3}) --> ((?:\d+:)?\d\d:\d\d\.\d{3})")
_NO_WORD = re.compile(r"[\W_]+")


@check("times-in-order", Severity.BREAKING, kind="semantics", source="Cloudflare")
def times_in_order(exchange: Exchange, context: Context) -> list[Found] | None:
    """Words, segments and cues begin before they end, follow one another, and lie inside the recording.

    Finds milliseconds in place of seconds, times that begin anew in every segment, ends before beginnings, and words
    that are all said at once.
    """
    spans = list(_spans(context))
    if not spans:
        return None
    seconds = recording_seconds(context)
    for where, pairs in spans:
        before = until = 0.0
        for start, end in pairs:
            if not (is_number(start) and is_number(end) and 0 <= start <= end):
                return [Found("a start of 0 or later, and an end not before it", shown([start, end]), where)]
            if start < before - 1e-6:
                return [Found(f"a start not before {before}", shown(start), where)]
            if start < until - _OVERLAP and start < end:
                return [Found(f"a start not long before {until}, where the one before ends", shown(start), where)]
            if seconds is not None and end > seconds + max(_SLACK, 0.1 * seconds):
                return [Found(f"times within {seconds:.3f} seconds", shown(end), where)]
            before, until = start, end
        starts, ends = ({pair[place] for pair in pairs} for place in (0, 1))
        if len(pairs) > (1 if len(ends) == 1 else 2) and len(starts) == 1 and until > before:
            return [Found("starts one after the other", f"{len(pairs)} at {before}", where)]
    return []


@check("transcript-adds-up", Severity.BREAKING, kind="semantics", source="Cloudflare")
def transcript_adds_up(exchange: Exchange, context: Context) -> list[Found] | None:
    """The words, the segments and the captions of a transcript are those of its text, and `word_count` counts them.

    Finds words that are missing, channels without a transcript, segments of another text, and captions that are no
    WebVTT.
    """
    found: list[Found] = []
    looked = False
    for where, text, said in _transcripts(context):
        looked = True
        for name, parts in said:
            if _letters(" ".join(parts)) != _letters(text):
                found.append(Found(f"{name} of the text {shown(text)}", shown(parts), f"{where}/{name}"))
    answer = context.answer if context.response.succeeded else None
    results = answer.get("results") if isinstance(answer, dict) and context.dialect is Dialect.RUN else None
    for channel in objects(results.get("channels") if isinstance(results, dict) else None):
        looked = True
        if not objects(channel.get("alternatives")):
            found.append(Found("a transcript of each channel", shown(channel), "/results/channels/*/alternatives"))
    if context.dialect is Dialect.RUN and isinstance(answer, dict) and isinstance(answer.get("text"), str):
        looked = True
        count = answer.get("word_count")
        counts = {len(answer["text"].split()), len(objects(answer.get("words")))}
        if is_whole(count) and count not in counts:
            found.append(Found(f"{len(answer['text'].split())} words", str(count), "/word_count"))
        found += _captions(answer)
        info = answer.get("transcription_info")
        found += _info(context, info) if isinstance(info, dict) else []
    return found[:3] if looked else None


def _spans(context: Context) -> Iterator[tuple[str, list[tuple[Any, Any]]]]:
    """Yield the times of everything that has times, each with its place."""
    if context.dialect is not Dialect.RUN or not context.response.succeeded or not isinstance(context.answer, dict):
        return
    answer = context.answer
    for where, holder in (("", answer), *_alternatives(answer)):
        for name in ("words", "segments"):
            items = [each for each in objects(holder.get(name)) if "start" in each or "end" in each]
            if items:
                yield f"{where}/{name}/*", [(each.get("start"), each.get("end")) for each in items]
    within = [word for segment in objects(answer.get("segments")) for word in objects(segment.get("words"))]
    if within:
        yield "/segments/*/words/*", [(each.get("start"), each.get("end")) for each in within]
    if isinstance(answer.get("vtt"), str):
        cues = [(_seconds(start), _seconds(end)) for start, end in _CUE.findall(answer["vtt"])]
        if cues:
            yield "/vtt", cues


def _transcripts(context: Context) -> Iterator[tuple[str, str, list[tuple[str, list[str]]]]]:
    """Yield each text with the lists of its parts."""
    if context.dialect is not Dialect.RUN or not context.response.succeeded or not isinstance(context.answer, dict):
        return
    for where, holder in (("", context.answer), *_alternatives(context.answer)):
        text = holder.get("text", holder.get("transcript"))
        if not isinstance(text, str):
            continue
        lists = []
        words = [each.get("punctuated_word") or each.get("word") for each in objects(holder.get("words"))]
        if words:
            lists.append(("words", [str(each) for each in words]))
        segments = [each["text"] for each in objects(holder.get("segments")) if isinstance(each.get("text"), str)]
        if segments:
            lists.append(("segments", segments))
        if lists:
            yield where, text, lists


def _alternatives(answer: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    results = answer.get("results")
    for channel in objects(results.get("channels") if isinstance(results, dict) else None):
        for each in objects(channel.get("alternatives")):
            yield "/results/channels/*/alternatives/*", each


def _captions(answer: dict[str, Any]) -> list[Found]:
    vtt = answer.get("vtt")
    if not isinstance(vtt, str):
        return []
    if not vtt.startswith("WEBVTT"):
        return [Found("captions that begin with WEBVTT", shown(vtt), "/vtt")]
    lines = [
        line for line in vtt.splitlines()[1:] if line.strip() and not _CUE.search(line) and not line.strip().isdigit()
    ]
    if answer["text"].strip() and not lines:
        return [Found("captions of the text", shown(vtt), "/vtt")]
    return []


def _info(context: Context, info: dict[str, Any]) -> list[Found]:
    found = []
    seconds, duration = recording_seconds(context), info.get("duration")
    if seconds is not None and is_number(duration) and abs(duration - seconds) > max(0.1, 0.1 * seconds):
        found.append(Found(f"a duration of {seconds:.3f} seconds", shown(duration), "/transcription_info/duration"))
    language, asked = info.get("language"), context.asked.get("language")
    if isinstance(asked, str) and isinstance(language, str) and len(asked) == len(language) and asked != language:
        found.append(Found(f"the language {asked}", language, "/transcription_info/language"))
    return found


def _seconds(text: str) -> float:
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    return round(total, 3)


def _letters(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()


CHECKS: tuple[AnyCheck, ...] = (times_in_order, transcript_adds_up)
