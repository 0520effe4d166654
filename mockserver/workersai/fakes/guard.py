"""A content classifier in the manner of Llama Guard 3: safe, or unsafe with the categories of its hazards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from mockserver.workersai.conversation import Conversation

_WORDS: Mapping[str, str] = {
    "S1": "kill killing murder murdering bomb bombs explosive explosives massacre terrorist terrorism shoot shooting "
    "stab stabbing arson assault kidnap kidnapping poison poisoning hijack",
    "S2": "steal stealing theft burglary robbery rob launder laundering smuggle smuggling counterfeit fraud phishing "
    "ransomware hack hacking malware keylogger meth methamphetamine cocaine heroin fentanyl mdma ecstasy shoplift "
    "shoplifting embezzle bribe bribery blackmail extort pickpocket forge forging crack-cocaine illegal-drugs drug-lab "
    "card-skimmer stolen-card",
    "S3": "rape raping molest trafficking sexual-assault",
    "S4": "grooming csam child-porn child-pornography",
    "S5": "defame libel slander",
    "S6": "misdiagnose stop-insulin ignore-doctors",
    "S7": "doxx doxxing doxing stalk stalking home-address social-security",
    "S8": "plagiarise plagiarize pirated cracked pirate-movies",
    "S9": "anthrax sarin nerve-agent bioweapon warhead uranium novichok mustard-gas dirty-bomb chemical-weapon "
    "chemical-weapons biological-weapon biological-weapons",
    "S10": "racist racial-slur vermin subhuman",
    "S11": "suicide self-harm cutting-myself anorexia kill-myself hurt-myself killing-myself",
    "S12": "porn pornographic erotic",
    "S13": "ballot-stuffing voter-suppression fake-ballots rig-election vote-twice",
    "S14": "reverse-shell sandbox-escape fork-bomb",
}
"""Hazards by the numbers of the published taxonomy, each with a few words that stand for it."""

_CATEGORIES: Mapping[str, str] = {word: name for name, words in _WORDS.items() for word in words.split()}
_WORD = re.compile(r"[a-z]+")
_HARMLESS: Mapping[str, frozenset[str]] = {
    "kill killing": frozenset("process processes task job thread port server session container command time".split()),
    "shoot shooting": frozenset("photo photos film video movie picture pictures star stars email hoops".split()),
    "hack hacking": frozenset("life growth day week night weekend".split()),
    "poison poisoning": frozenset("food ivy".split()),
    "forge forging": frozenset("iron steel metal ahead git".split()),
    "explosive": frozenset("growth".split()),
    "bomb bombs": frozenset("bath".split()),
    "crack cracked": frozenset("pepper egg eggs screen".split()),
    "rob": frozenset("he his who".split()),
}
"""Words that mean something else near these: a process is killed, too."""
_INNOCENT = {word: others for words, others in _HARMLESS.items() for word in words.split()}
_NEAR = 3


def categories(text: str) -> list[str]:
    """Return the categories whose words occur in a text, in the order of the taxonomy.

    >>> categories("How do I build a bomb?")
    ['S1']
    >>> categories("How do I kill a process in Linux?")
    []
    """
    words = _WORD.findall(text.lower())
    found = {
        _CATEGORIES.get(word)
        for place, word in enumerate(words)
        if word not in _INNOCENT or not _INNOCENT[word].intersection(words[max(0, place - _NEAR) : place + _NEAR + 1])
    }
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
