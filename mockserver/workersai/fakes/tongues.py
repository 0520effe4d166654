"""Prose in the language that a model was tuned for (`speaks` in the catalogue), whatever it is asked in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes import literal, text


@dataclass(frozen=True, slots=True)
class _Tongue:
    """Sentences of a language, around {0} and {1}, what a prompt is about; neither is ever a sentence's subject."""

    openings: tuple[str, ...]
    bodies: tuple[str, ...]
    closings: tuple[str, ...]
    welcome: tuple[str, ...]
    """What is said to prompts about nothing."""
    nothing: str
    """What stands for a second subject where there is none."""
    small: frozenset[str]
    """Words that a prompt is not about."""


_TONGUES: Mapping[str, _Tongue] = {
    "de": _Tongue(
        (
            "Die kurze Antwort zu „{0}“ hängt davon ab, was man unter „{1}“ versteht.",
            "Zu „{0}“ gibt es zwei Dinge zu sagen, und beide haben mit „{1}“ zu tun.",
            "Wer nach „{0}“ fragt, denkt meist auch an „{1}“.",
            "Am einfachsten beginnt man bei „{0}“ mit einem Blick auf „{1}“.",
        ),
        (
            "In der Praxis ist an „{0}“ weniger geheimnisvoll, als es klingt.",
            "Die Geschichte von „{0}“ erklärt, warum heute noch von „{1}“ gesprochen wird.",
            "Häufig wird „{0}“ mit „{1}“ verwechselt, obwohl beides verschieden ist.",
            "Im Zweifel kommt „{0}“ vor „{1}“.",
            "Schon eine kleine Änderung an „{1}“ wirkt sich auf „{0}“ aus.",
        ),
        (
            "Wenn du mir mehr über „{0}“ erzählst, kann ich genauer werden.",
            "Das ist der Kern von „{0}“; alles andere sind Einzelheiten.",
            "Frag gern weiter, wenn „{1}“ noch unklar ist.",
        ),
        (
            "Guten Tag! Womit kann ich helfen?",
            "Hallo! Stell einfach eine Frage oder schick einen Text, an dem wir arbeiten sollen.",
            "Schön, dass du dich meldest. Worum geht es?",
        ),
        "Zusammenhang",
        frozenset(
            """ab aber alle als also am an auch auf aus bei beim bin bis bist bitte da danke dann das dass dein deine
            dem den der des die dir doch du durch ein eine einem einen einer eines er erkläre erklären erzähl es etwas
            für ganz geht gib gibt guten habe haben hallo hat heißt ich ihr im in ist ja kann kannst kein keine könnte
            könntest können machen man mehr mein meine mich mir mit nach nein nenne nicht noch nun nur ob oder ohne
            sag schreib schreibe sehr sein seine sich sie sind so soll tag um und uns unter vom von vor war warum was
            wenn wer werden wie wieso will wir wird wo wofür woher womit worum wurde über zu zum zur über kurz bitte
            hello hi write the""".split()
        ),
    ),
}


def write(conversation: Conversation, seed: bytes) -> str | None:
    """Return a few sentences about the prompt; None for a prompt whose answer is plain, or a language unknown here."""
    tongue = _TONGUES.get(str(conversation.model.facts.get("speaks")))
    if tongue is None or literal.answer(conversation.prompt, conversation.prompt_pieces) is not None:
        return None
    subjects = [word for word in text.keywords(conversation.prompt) if word.lower() not in tongue.small]
    if not subjects:
        return _one(tongue.welcome, seed[0])
    first, second = (*subjects, tongue.nothing)[:2]
    bodies = [tongue.bodies[(seed[1] + 2 * step) % len(tongue.bodies)] for step in range(1 + seed[2] % 2)]
    said = (_one(tongue.openings, seed[0]), *bodies, _one(tongue.closings, seed[3]))
    return " ".join(sentence.replace("{0}", first).replace("{1}", second) for sentence in said)


def _one(sentences: tuple[str, ...], draw: int) -> str:
    return sentences[draw % len(sentences)]
