"""Sentiment of an English text, decided by a small lexicon."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mockserver.engine import seeds

_GOOD = frozenset(
    """admire adore amazing awesome beautiful best better brilliant calm charming clean
    clever comfortable cool cosy cute delicious delight delighted delightful easy elegant enjoy enjoyed enjoyable
    excellent exciting fabulous fair fantastic fast fine flawless fresh friendly fun funny generous gentle glad good
    gorgeous grateful great happy helpful honest impressed impressive incredible interesting joy kind love loved
    lovely loves lucky magnificent marvelous nice outstanding peaceful perfect perfectly pleasant pleased polite
    positive praise pretty proud quick recommend recommended reliable satisfied smart smooth stunning success superb
    sweet thank thanks tasty terrific thrilled useful warm welcome win wonderful worth yay""".split()
)
_BAD = frozenset(
    """abysmal afraid angry annoyed annoying appalling atrocious avoid awful bad bland bored boring broke broken cheap
    cold complain confusing crash crashed crashes cruel damaged dead defective dirty disappointed disappointing
    disappointment disaster disgusting dislike dreadful dull error evil expensive fail failed fails failure fake
    false filthy frustrated frustrating furious garbage greedy gross hate hated hates horrible horrid hurt
    impossible incompetent inferior junk lame late lazy lie lies loud mediocre mess miserable nasty negative
    noisy outraged overpriced pain painful pathetic poor poorly problem regret ridiculous rotten rude ruined sad
    scam scary sick sloppy slow stale stink stupid terrible tragic ugly unacceptable unfair unhappy unpleasant
    upset useless waste wasted weak weird worse worst worthless wrong""".split()
)
_NOT = frozenset(
    "not no never neither nor nothing nobody none cannot without hardly barely isn't wasn't aren't don't doesn't "
    "didn't".split()
)
_MORE = frozenset("very really so extremely absolutely totally truly incredibly utterly".split())
_TURN = frozenset("but however yet though although still".split())
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|[.!?,;:]")
_SAYINGS = {
    "couldn't be better": "perfect",
    "couldn't be happier": "happy",
    "could not be better": "perfect",
    "could not be happier": "happy",
    "could be better": "mediocre",
    "don't waste": "waste",
    "do not waste": "waste",
    "don't bother": "useless",
    "never again": "terrible",
    "far from": "not",
    "not only": "",
    "nothing but": "",
    "no problem": "fine",
}
"""Turns of phrase that mean other than their words: the word that says what is meant."""
_SAYING = re.compile("|".join(_SAYINGS))
_NAMES_OF_MOODS = re.compile(r"\b(?:positive|negative|neutral)\b", re.IGNORECASE)
_REACH = 3
"""Words after a negation that it turns around."""

_MARGINS = (0.0, 0.88, 0.97, 0.99, 0.996, 0.9988)
"""How far apart the two scores are, by the weight of the words that speak for one side."""


def positive(text: str) -> float:
    """Return how likely a text is positive, from 0 to 1; the negative side is the rest.

    Negations turn the next words around, words of degree double them, what comes after "but" counts twice. A text
    without any telling word is undecided, a little to one side or the other, the same every time.
    """
    weight = _weight(text.lower())
    draw = int.from_bytes(seeds.digest("sentiment", text)[:4], "big") / 2**32
    strength = min(abs(weight), len(_MARGINS) - 1)
    if strength == 0:
        return round(0.5 + (draw - 0.5) * 0.4, 6)
    low = _MARGINS[strength]
    margin = low + (0.9997 - low) * draw * 0.4
    return round(0.5 + (margin if weight > 0 else -margin) / 2, 6)


def mood(text: str) -> float:
    """Return how likely a text is positive; exactly 0.5 where no word tells.

    >>> mood("The parcel was posted on Monday.")
    0.5
    """
    return positive(text) if _weight(text.lower()) else 0.5


def _weight(text: str) -> int:
    weight, factor, turned, degree = 0, 1, 0, 1
    plain = _SAYING.sub(lambda found: _SAYINGS[found[0]], text.replace("’", "'"))
    for word in _WORD.findall(plain):
        if not word[0].isalpha():
            turned = 0  # a negation reaches no further than its clause, "but" as far as the end of the sentence
            factor = 1 if word in ".!?" else factor
            continue
        if word in _NOT or word.endswith("n't"):
            turned, degree = _REACH, 1
            continue
        if word in _TURN:
            turned, factor = 0, 2
            continue
        if word in _MORE:
            degree = 2
            continue
        side = (word in _GOOD) - (word in _BAD)
        if side:
            weight += -side * factor if turned else side * degree * factor
        turned, degree = max(0, turned - 1), 1
    return weight


def among(names: Sequence[str], text: str) -> str | None:
    """Return the name of the text's mood among some, spelled as there; None when they are no names of moods.

    What the text itself calls so is passed over: it says which names there are.
    """
    offered = {name.lower(): name for name in names}
    if not {"positive", "negative"} <= offered.keys():
        return None
    felt = mood(_NAMES_OF_MOODS.sub("", text))
    name = "neutral" if felt == 0.5 and "neutral" in offered else ("positive", "negative")[felt < 0.5]
    return offered[name]
