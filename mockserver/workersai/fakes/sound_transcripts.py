"""Transcripts: what was said in a recording, word by word, and as WebVTT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes.sound_recordings import Recording

_WORDS_PER_SECOND = 2.5
_MOST_WORDS = 10_000
_TAIL = 300
"""Milliseconds at the end in which nothing is said, as far as there is room."""
_SEGMENT = 14
"""Words of a segment at most."""
_ENDS = (".", "!", "?", "…", "。", "！", "？")

SENTENCES = tuple(
    sentence.split()
    for sentence in (
        "Good morning, and thank you for calling.",
        "I would like to go over the notes from last week.",
        "We can start as soon as everybody has arrived.",
        "The train was late again, so I walked the rest of the way.",
        "Could you send me the address before noon?",
        "There is a small café on the corner that opens early.",
        "Let me know if that works for you.",
        "The weather should be fine until Thursday.",
        "I have put the keys on the kitchen table.",
        "Nobody has heard from them since the meeting.",
        "It took us about two hours to get there.",
        "Please turn left after the second bridge.",
        "That is all I wanted to say for now.",
        "Do you remember what the doctor told us?",
        "The new version is easier to read than the old one.",
        "My sister is going to bring the photographs.",
    )
)
"""What is heard where nobody said what was spoken, word by word."""
SENTENCES_OF: Mapping[str, tuple[list[str], ...]] = {
    code: tuple(sentence.split() for sentence in sentences.splitlines())
    for code, sentences in {
        "de": """Guten Morgen und vielen Dank für Ihren Anruf.
Ich möchte noch einmal die Notizen von letzter Woche durchgehen.
Der Zug hatte wieder Verspätung, also bin ich zu Fuß gegangen.
Könnten Sie mir die Adresse bis heute Mittag schicken?
An der Ecke gibt es ein kleines Café, das früh öffnet.
Das ist alles, was ich im Moment sagen wollte.
Die Schlüssel liegen auf dem Tisch in der Küche.""",
        "fr": """Bonjour et merci de votre appel.
Je voudrais revoir les notes de la semaine dernière.
Le train était encore en retard, alors je suis venu à pied.
Pourriez-vous m'envoyer l'adresse avant midi ?
Il y a un petit café au coin de la rue qui ouvre tôt.
C'est tout ce que je voulais dire pour le moment.
J'ai laissé les clés sur la table de la cuisine.""",
        "es": """Buenos días y gracias por llamar.
Me gustaría repasar las notas de la semana pasada.
El tren llegó tarde otra vez, así que vine a pie.
¿Podría enviarme la dirección antes del mediodía?
Hay un pequeño café en la esquina que abre temprano.
Eso es todo lo que quería decir por ahora.
He dejado las llaves en la mesa de la cocina.""",
        "it": """Buongiorno e grazie per la chiamata.
Vorrei rivedere gli appunti della settimana scorsa.
Il treno era di nuovo in ritardo, quindi sono venuto a piedi.
Potrebbe mandarmi l'indirizzo prima di mezzogiorno?
C'è un piccolo bar all'angolo che apre presto.
Per ora è tutto quello che volevo dire.
Ho lasciato le chiavi sul tavolo della cucina.""",
        "pt": """Bom dia e obrigado pela sua chamada.
Eu gostaria de rever as notas da semana passada.
O trem estava atrasado outra vez, então vim a pé.
Você poderia me enviar o endereço antes do meio-dia?
Há um pequeno café na esquina que abre cedo.
Isso é tudo o que eu queria dizer por agora.
Deixei as chaves na mesa da cozinha.""",
        "nl": """Goedemorgen en bedankt voor het bellen.
Ik wil graag de notities van vorige week doornemen.
De trein was weer te laat, dus ben ik gaan lopen.
Kunt u mij het adres voor de middag sturen?
Er is een klein café op de hoek dat vroeg opengaat.
Dat is alles wat ik voor nu wilde zeggen.
Ik heb de sleutels op de keukentafel gelegd.""",
    }.items()
}
"""The same in other languages."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it is said, in milliseconds."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a recording."""

    text: str
    words: tuple[Word, ...]
    milliseconds: int
    """How long the recording is."""

    @property
    def segments(self) -> tuple[tuple[Word, ...], ...]:
        """The words in groups: sentences, or fourteen words of a long one."""
        found: list[tuple[Word, ...]] = []
        group: list[Word] = []
        for word in self.words:
            group.append(word)
            if word.text.endswith(_ENDS) or len(group) == _SEGMENT:
                found.append(tuple(group))
                group = []
        return (*found, tuple(group)) if group else tuple(found)

    @property
    def vtt(self) -> str:
        """The segments as WebVTT, without a line at the end."""
        return "\n\n".join(("WEBVTT", *map(_cue, self.segments)))


def transcribe(recording: Recording, seed: int, language: str = "en") -> Transcript:
    """Return what is said in a recording: its own words, or words that fit its length, the same for the same sound.

    The latter are in a language (de, fr-CA), in English where that is not known.
    """
    length = recording.milliseconds
    if recording.said is not None:
        return Transcript(recording.said, _timed(recording.said.split(), length), length)
    words = (
        () if recording.silent else tuple(_invented(recording, seed, SENTENCES_OF.get(language.lower()[:2], SENTENCES)))
    )
    return Transcript(" ".join(words), _timed(words, length), length)


def said_in(words: Sequence[Word]) -> str:
    """Return the words of a segment as text."""
    return " ".join(word.text for word in words)


def _invented(recording: Recording, seed: int, sentences: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield as many words as fit the recording, the last one with a full stop."""
    left = max(1, min(_MOST_WORDS, round(recording.header.seconds * _WORDS_PER_SECOND)))
    draws = digest("transcript", seed, recording.identity)
    number = 0
    while left:
        sentence = sentences[(draws[number % 32] + number // 32) % len(sentences)][:left]
        number += 1
        left -= len(sentence)
        yield from sentence[:-1]
        yield sentence[-1] if sentence[-1].endswith(_ENDS) else sentence[-1].rstrip(",") + "."


def _timed(words: Sequence[str], length: int) -> tuple[Word, ...]:
    """Give each word a time that is proportionate to its letters; no word ends after the recording."""
    characters = sum(map(len, words)) + max(0, len(words) - 1)
    if not characters:
        return ()
    spoken = length - min(_TAIL, length // 4)
    found, place = [], 0
    for word in words:
        end = place + len(word)
        found.append(Word(word, spoken * place // characters, spoken * end // characters))
        place = end + 1
    return tuple(found)


def _cue(words: tuple[Word, ...]) -> str:
    text = said_in(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_clock(words[0].start)} --> {_clock(words[-1].end)}\n{text}"


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}" if hours else f"{minutes:02}:{seconds:02}.{rest:03}"
