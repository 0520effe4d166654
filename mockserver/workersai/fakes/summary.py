"""A summary: the sentences of a text that say most about it, in their order."""

from __future__ import annotations

import re
from collections import Counter

from mockserver.workersai.fakes import text
from mockserver.workersai.tokens import pieces

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+[\"'”’)]*|\n|$)")
_MOST = 3
"""Sentences of a summary."""
_READ = 200_000


def summarise(said: str, longest: int) -> str:
    """Return an extract of a text, of at most `longest` tokens: the first sentence and those with its main words.

    A text of three sentences or fewer loses its least telling one. A first sentence that is too long by itself is cut.
    """
    sentences = [" ".join(each.split()) for each in _SENTENCE.findall(said[:_READ])]
    sentences = [each for each in sentences if each]
    if not sentences:
        return "".join(pieces(said.strip())[: max(1, longest)])
    words = [[word.lower() for word in text.keywords(sentence)] for sentence in sentences]
    weights = Counter(word for each in words for word in each)
    value = [sum(weights[word] for word in each) / (len(each) + 2) for each in words]
    most = min(_MOST, max(1, len(sentences) - 1))
    ranked = [0, *sorted(range(1, len(sentences)), key=lambda index: (-value[index], index))]
    chosen: list[int] = []
    for index in ranked[: most * 4]:
        if len(chosen) < most and len(_joined(sentences, [*chosen, index])) <= longest:
            chosen.append(index)
    if not chosen:
        return "".join(pieces(sentences[0])[: max(1, longest)])
    return "".join(_joined(sentences, chosen))


def _joined(sentences: list[str], chosen: list[int]) -> list[str]:
    return pieces(" ".join([sentences[index] for index in sorted(chosen)]))
