"""What Deepgram's options add to a transcript: paragraphs, searched words, moods, topics and intents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from mockserver.workersai.fakes.sentiment import positive
from mockserver.workersai.fakes.sound_transcripts import Transcript, Word, said_in
from mockserver.workersai.fakes.text import keywords

_PARAGRAPH = 4
"""Sentences of a paragraph."""
_UNDECIDED = 0.4
"""The largest score of a text without a telling word."""
_MOST = 100
_TOPICS = 2
"""Topics of a sentence."""
_WISHES = re.compile(r"\b(want|wants|need|needs|would like|please|could you|can you|let me)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")


def paragraphs_of(heard: Transcript) -> dict[str, Any]:
    """Return `paragraphs` of an alternative: the text with blank lines between them, and their sentences."""
    segments = heard.segments
    groups = [segments[start : start + _PARAGRAPH] for start in range(0, len(segments), _PARAGRAPH)]
    return {
        "transcript": "\n\n".join(" ".join(map(said_in, group)) for group in groups),
        "paragraphs": [
            {
                "sentences": [{"text": said_in(segment), **_times(segment)} for segment in group],
                "num_words": sum(map(len, group)),
                **_times((group[0][0], group[-1][-1])),
            }
            for group in groups
        ],
    }


def places_of(terms: Sequence[str], heard: Transcript) -> list[dict[str, Any]]:
    """Return `search` of a channel: for each term where it is said, in any case and between any marks."""
    said = [_bare(word.text) for word in heard.words]
    found = []
    for term in terms[:_MOST]:
        wanted = [bare for bare in map(_bare, term.split()) if bare]
        starts = [at for at in range(len(said)) if wanted and said[at : at + len(wanted)] == wanted][:_MOST]
        spoken = [heard.words[at : at + len(wanted)] for at in starts]
        hits = [{"confidence": 1.0, **_times(words), "snippet": said_in(words)} for words in spoken]
        found.append({"query": term, "hits": hits})
    return found


def moods_of(heard: Transcript) -> dict[str, Any]:
    """Return `sentiments`: neighbouring sentences of one mood with the places of their words, and the average.

    A score goes from -1 (negative) to 1 (positive).
    """
    first, scored = 0, []
    for segment in heard.segments:
        text = said_in(segment)
        scored.append((first, first + len(segment) - 1, text, _score(text)))
        first += len(segment)
    segments = []
    for mood, group in groupby(scored, key=lambda each: _mood(each[3])):
        each = list(group)
        segments.append(
            {
                "text": " ".join(text for _, _, text, _ in each),
                "start_word": each[0][0],
                "end_word": each[-1][1],
                "sentiment": mood,
                "sentiment_score": _mean(score for *_, score in each),
            }
        )
    average = _mean(score for *_, score in scored)
    return {"segments": segments, "average": {"sentiment": _mood(average), "sentiment_score": average}}


def topics_of(heard: Transcript, custom: Sequence[str] = ()) -> dict[str, Any]:
    """Return `topics`: for each sentence what it is about, the caller's own topics first where it names them."""

    def topics(text: str) -> list[dict[str, Any]]:
        named = [each for each in custom if each.lower() in text.lower()]
        words = [word for word in keywords(text) if not named or word.lower() not in " ".join(named).lower()]
        return _ranked("topic", [*named, *words][:_TOPICS])

    return {"segments": list(_parts(heard, "topics", topics))}


def intents_of(heard: Transcript, custom: Sequence[str] = ()) -> dict[str, Any]:
    """Return `intents`: for each sentence what its speaker is after: to ask for, to request or to tell something."""

    def intents(text: str) -> list[dict[str, Any]]:
        named = [each for each in custom if set(_LETTERS.findall(each.lower())) <= set(_LETTERS.findall(text.lower()))]
        about = next(iter(keywords(text)), None)
        verb = "Ask about" if text.endswith("?") else "Request" if _WISHES.search(text) else "Tell about"
        return _ranked("intent", [*named, *([f"{verb} {about}"] if about else [])])

    return {"segments": list(_parts(heard, "intents", intents))}


def _parts(heard: Transcript, name: str, found: Callable[[str], list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield the sentences that something is found in, with the places of their words."""
    first = 0
    for segment in heard.segments:
        text = said_in(segment)
        listed = found(text)
        if listed:
            yield {"text": text, "start_word": first, "end_word": first + len(segment) - 1, name: listed}
        first += len(segment)


def _ranked(name: str, found: Sequence[str]) -> list[dict[str, Any]]:
    return [{name: each, "confidence_score": round(0.98 / (place + 1), 4)} for place, each in enumerate(found)]


def _times(words: Sequence[Word]) -> dict[str, float]:
    return {"start": words[0].start / 1000, "end": words[-1].end / 1000}


def _bare(word: str) -> str:
    return "".join(_LETTERS.findall(word)).lower()


def _score(text: str) -> float:
    return round(2 * positive(text) - 1, 6)


def _mood(score: float) -> str:
    return "neutral" if abs(score) <= _UNDECIDED else "positive" if score > 0 else "negative"


def _mean(scores: Iterable[float]) -> float:
    values = list(scores)
    return round(sum(values) / max(1, len(values)), 6)
