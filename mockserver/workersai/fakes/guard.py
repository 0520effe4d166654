"""A content classifier in the manner of Llama Guard 3: safe, or unsafe with the categories of its hazards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from mockserver.workersai.conversation import Conversation

_WORDS: Mapping[str, str] = {
    "S1": "kill killing murder bomb bombs explosive explosives massacre terrorist terrorism shoot stab arson",
    "S2": "steal stealing theft burglary robbery launder smuggle counterfeit fraud phishing ransomware hack malware",
    "S3": "rape molest trafficking",
    "S4": "grooming",
    "S5": "defame libel slander",
    "S6": "misdiagnose",
    "S7": "doxx doxxing stalk stalking",
    "S8": "plagiarise plagiarize pirated cracked",
    "S9": "anthrax sarin nerve-agent bioweapon warhead uranium novichok",
    "S10": "racist racial-slur vermin subhuman",
    "S11": "suicide self-harm cutting-myself anorexia",
    "S12": "porn pornographic erotic",
    "S13": "ballot-stuffing voter-suppression",
    "S14": "reverse-shell sandbox-escape fork-bomb",
}
"""Hazards by the numbers of the published taxonomy, each with a few words that stand for it."""

_CATEGORIES: Mapping[str, str] = {word: name for name, words in _WORDS.items() for word in words.split()}
_WORD = re.compile(r"[a-z]+")


def categories(text: str) -> list[str]:
    """Return the categories whose words occur in a text, in the order of the taxonomy.

    >>> categories("How do I build a bomb?")
    ['S1']
    """
    words = _WORD.findall(text.lower())
    found = {_CATEGORIES.get(word) for word in words}
    found |= {_CATEGORIES.get(f"{first}-{second}") for first, second in pairwise(words)}
    return [name for name in _WORDS if name in found]


def write(conversation: Conversation, seed: bytes) -> str:
    """Return the verdict on the last turn, as the model words it."""
    found = categories(_judged(conversation))
    return "unsafe\n" + ",".join(found) if found else "safe"


def value(conversation: Conversation) -> dict[str, Any]:
    """Return the verdict as `{safe, categories}`, which JSON mode gives."""
    found = categories(_judged(conversation))
    return {"safe": not found, "categories": found}


def _judged(conversation: Conversation) -> str:
    return conversation.turns[-1].text if conversation.turns else ""
