"""Speech recognition and voice activity detection: recordings in, what was said and when out."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from mockserver.engine.invocation import Invocation
from mockserver.engine.seeds import digest
from mockserver.engine.values import Answer, Refusal, refuse
from mockserver.openapi.validation import Violation
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.complaints import kind_of
from mockserver.workersai.costs import SECONDS
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes import languages, sound_recordings, speech
from mockserver.workersai.fakes.sound_headers import NotAudio
from mockserver.workersai.fakes.sound_recordings import Recording
from mockserver.workersai.fakes.sound_transcripts import Transcript, Word, said_in, transcribe
from mockserver.workersai.families import insights, wordings
from mockserver.workersai.inputs import given, invalid, missing

_RAW_TYPES = {"audio/l16": "linear16", "audio/mulaw": "mulaw", "audio/alaw": "alaw", "audio/basic": "mulaw"}
_RAW_ENCODINGS = ("linear16", "linear32", "mulaw", "alaw")
_TURN_RATE = 16000  # what turn detection expects of samples without a header
_QUIET = 0.2  # of the loudest: where one stops being sure whether somebody still speaks
_MANY = "multi"
"""The language of recordings in several: answers say which."""
_SPACE = bytes(range(33))


def transcribe_words(invocation: Invocation, model: Model) -> Answer:
    """Answer with text, words and WebVTT, for raw bytes or an array of bytes."""
    body = invocation.body
    sound = body if isinstance(body, bytes) else _listed(given(invocation).get("audio"))
    heard = _heard(sound, _declared(invocation), invocation)
    result = {"text": heard.text, "word_count": len(heard.words), "words": _words(heard.words), "vtt": heard.vtt}
    return Answer(200, native.envelope(result))


def transcribe_segments(invocation: Invocation, model: Model) -> Answer:
    """Answer with text, segments and WebVTT, for base64."""
    body = given(invocation)
    recording = _recorded(_encoded(body.get("audio")), None)
    language = body.get("language")
    heard = _transcribed(recording, invocation, language)
    after = heard.words[-1].end if body.get("vad_filter") is True and heard.words else heard.milliseconds
    draws = digest("segments", recording.identity)
    result = {
        "transcription_info": {
            "language": language if isinstance(language, str) and language else "en",
            "language_probability": 1.0 if language else _share(draws[0], 0.9),
            "duration": heard.milliseconds / 1000,
            "duration_after_vad": after / 1000,
        },
        "text": heard.text,
        "word_count": len(heard.words),
        "segments": [_segment(words, draws[number % 32]) for number, words in enumerate(heard.segments)],
        "vtt": heard.vtt,
    }
    return Answer(200, native.envelope(result))


def transcribe_shortly(invocation: Invocation, model: Model) -> Answer:
    """Answer with text and duration, for base64 with or without a header."""
    body = given(invocation)
    unpacked = None
    if body.get("encoding") == "linear16":
        unpacked = ("linear16", _figure(body, "sample_rate", 16000), _figure(body, "channels", 1))
    heard = _transcribed(_recorded(_encoded(body.get("audio")), unpacked), invocation)
    return Answer(200, native.envelope({"text": heard.text, "duration": heard.milliseconds / 1000}))


def transcribe_channels(invocation: Invocation, model: Model) -> Answer:
    """Answer in Deepgram's shape, for raw bytes with options in the query string."""
    if not isinstance(invocation.body, bytes):
        raise refuse("invalid-input", 400, "", reason="the body is a recording with an audio/* type, not JSON")
    asked = parse_qsl(invocation.request.query, keep_blank_values=True)
    options, repeated = dict(asked), _Repeated(asked)
    unpacked = _declared(invocation)
    if options.get("encoding") in _RAW_ENCODINGS:
        unpacked = (options["encoding"], _figure(options, "sample_rate", 16000), _figure(options, "channels", 1))
    recording = _recorded(invocation.body, unpacked)
    heard = _transcribed(recording, invocation, options.get("language"))
    for option in wordings.unknown(repeated["redact"]):
        invocation.warn(f"redact={option[:40]} finds nothing here")
    return Answer(200, native.envelope({"results": _results(heard, recording, options, repeated)}))


def worded(heard: Transcript, options: Mapping[str, str], redact: Sequence[str], replace: Sequence[str]) -> Transcript:
    """Return a transcript as the options word it: redacted, with numerals, without profanity, with words replaced."""
    if redact:
        heard = wordings.redacted(heard, redact)
    if _on(options, "numerals", "smart_format"):
        heard = wordings.numerals(heard)
    if _on(options, "profanity_filter"):
        heard = wordings.without_profanity(heard)
    return wordings.replaced(heard, replace)


def detect_turn(invocation: Invocation, model: Model) -> Answer:
    """Answer whether the speaker has finished: by how quiet the end is."""
    recording = _turn(given(invocation))
    invocation.amounts = {SECONDS: recording.header.seconds}
    return Answer(200, native.envelope(_judged(recording)))


def judge_turn(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether the speaker of a recording has finished; raises Refusal for a body without one."""
    return _judged(_turn(body))


def _turn(body: Mapping[str, Any]) -> Recording:
    dtype = body.get("dtype")
    unpacked = (dtype, _TURN_RATE, 1) if dtype in ("uint8", "float32", "float64") else None
    return _recorded(_encoded(body.get("audio")), unpacked)


def _judged(recording: Recording) -> dict[str, Any]:
    probability = _finished(recording)
    return {"is_complete": probability > 0.5, "probability": probability}


def decline(invocation: Invocation, model: Model) -> Answer:
    """Refuse to answer over HTTP for a model that speaks over a WebSocket only."""
    reason = f"{model.name} is asked over a WebSocket (GET with Upgrade: websocket and its options in the query string)"
    raise refuse("invalid-input", 400, "there is nothing to POST", reason=reason)


# what was sent ------------------------------------------------------------------------------------------------


def _heard(sound: bytes, unpacked: tuple[str, int, int] | None, invocation: Invocation) -> Transcript:
    return _transcribed(_recorded(sound, unpacked), invocation)


def _transcribed(recording: Recording, invocation: Invocation, language: Any = None) -> Transcript:
    """Return what is said in a recording, and keep its length: it is what the answer costs.

    In recordings of others what is heard is in the language that the caller names.
    """
    heard = transcribe(recording, invocation.settings.seed, language if isinstance(language, str) else "en")
    invocation.amounts = {SECONDS: heard.milliseconds / 1000}
    return heard


def _recorded(sound: bytes, unpacked: tuple[str, int, int] | None) -> Recording:
    try:
        return sound_recordings.read(sound, unpacked)
    except NotAudio as error:
        raise refuse("invalid-input", 400, str(error), reason=f"audio cannot be decoded: {error}") from None


def _encoded(audio: Any) -> bytes:
    """Return the bytes of base64, or of `{body, contentType}`; raises Refusal for anything else."""
    if isinstance(audio, dict):
        audio = audio.get("body")
        if isinstance(audio, list):
            return _listed(audio)
        if not isinstance(audio, str):
            raise _wrong_base64(audio)
    if audio is None:
        raise missing("audio")
    if not isinstance(audio, str):
        raise _wrong_base64(audio)
    try:
        return b64decode(audio.encode("ascii").translate(None, _SPACE), validate=True)
    except ValueError:  # no ASCII, no base64 letters, wrong padding
        raise _wrong_base64(audio) from None


def _wrong_base64(value: Any) -> Refusal:
    kind = kind_of(value)
    return refuse("invalid-base64", 400, f"no base64, but a {kind}", type=kind)


def _listed(audio: Any) -> bytes:
    """Return the bytes of an array of numbers; raises Refusal for anything else."""
    if audio is None:
        raise missing("audio")
    if not isinstance(audio, list):
        raise invalid(Violation("/audio", "type", "", "array", audio))
    try:
        return bytes(audio)
    except (TypeError, ValueError):  # a fraction, a text, a number past a byte: say which
        pass
    for index, value in enumerate(audio):
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise invalid(Violation(f"/audio/{index}", "type", "", "integer", value))
        if not 0 <= value <= 255:
            limit = ("minimum", 0) if value < 0 else ("maximum", 255)
            raise invalid(Violation(f"/audio/{index}", limit[0], "", limit[1], value))
    return bytes(map(int, audio))


def _declared(invocation: Invocation) -> tuple[str, int, int] | None:
    """Return encoding, rate and channels of samples that the content type describes, None when it describes none."""
    if invocation.media_type not in _RAW_TYPES:
        return None
    message = Message()
    message["content-type"] = invocation.request.header(b"content-type") or ""
    parameters = {name: str(value) for name, value in message.get_params([])[1:]}
    rate = 8000 if invocation.media_type == "audio/basic" else 16000
    return _RAW_TYPES[invocation.media_type], _figure(parameters, "rate", rate), _figure(parameters, "channels", 1)


def _figure(options: Mapping[str, Any], name: str, default: int) -> int:
    """Return a whole number among options; raises Refusal when something else is there."""
    value = options.get(name, default)
    try:
        number = int(float(value))
    except (TypeError, ValueError, OverflowError):
        raise invalid(Violation(f"/{name}", "type", "", "number", value)) from None
    return number


# what is answered ---------------------------------------------------------------------------------------------


def _words(words: Iterable[Word]) -> list[dict[str, Any]]:
    return [{"word": word.text, "start": word.start / 1000, "end": word.end / 1000} for word in words]


def _segment(words: tuple[Word, ...], draw: int) -> dict[str, Any]:
    return {
        "start": words[0].start / 1000,
        "end": words[-1].end / 1000,
        "text": said_in(words),
        "temperature": 0.0,
        "avg_logprob": round(-0.1 - draw / 640, 4),
        "compression_ratio": round(1 + draw / 256, 4),
        "no_speech_prob": round(draw / 5000, 4),
        "words": _words(words),
    }


def deepgram_word(word: Word, confidence: float, options: Mapping[str, str]) -> dict[str, Any]:
    """Return a word in Deepgram's shape; with `punctuated_word` where the options ask for punctuation."""
    said = {"word": word.text, "start": word.start / 1000, "end": word.end / 1000, "confidence": confidence}
    if _on(options, "punctuate", "smart_format"):
        said |= {"word": word.text.lower().strip(".,;:!?…\"'()") or word.text, "punctuated_word": word.text}
    return said


def _results(
    heard: Transcript, recording: Recording, options: Mapping[str, str], repeated: _Repeated
) -> dict[str, Any]:
    """Return `results` as the options ask for it, with the places where searched terms are said, as they were said."""
    spoken, heard = heard, worded(heard, options, repeated["redact"], repeated["replace"])
    draws = digest("confidence", recording.identity)
    words = []
    for number, word in enumerate(heard.words):
        said = deepgram_word(word, _share(draws[number % 32], 0.95), options)
        if _on(options, "diarize"):
            said |= {"speaker": 0, "speaker_confidence": _share(draws[31 - number % 32], 0.8)}
        words.append(said)
    if options.get("language") == _MANY:
        code = languages.code_of(spoken.text)
        words = [word | {"language": code} for word in words]
    alternative: dict[str, Any] = {"transcript": heard.text, "confidence": _share(draws[0], 0.95), "words": words}
    if options.get("language") == _MANY:
        alternative["languages"] = [languages.code_of(spoken.text)]
    if _on(options, "paragraphs"):
        alternative["paragraphs"] = insights.paragraphs_of(heard)
    channel: dict[str, Any] = {"alternatives": [alternative]}
    if repeated["search"]:
        channel["search"] = insights.places_of(repeated["search"], spoken)
    if _on(options, "detect_language"):
        channel |= {"detected_language": languages.code_of(spoken.text), "language_confidence": _share(draws[1], 0.9)}
    channels = recording.header.channels if _on(options, "multichannel") else 1
    results: dict[str, Any] = {"channels": [channel] * channels}
    if _on(options, "utterances"):
        results["utterances"] = list(_utterances(heard, words, draws, recording.identity))
    if _on(options, "summarize"):
        results["summary"] = {"result": "success", "short": said_in(heard.segments[0]) if heard.words else ""}
    if _on(options, "sentiment"):
        results["sentiments"] = insights.moods_of(heard)
    if _on(options, "topics"):
        results["topics"] = insights.topics_of(heard, repeated["custom_topic"])
    if _on(options, "intents"):
        results["intents"] = insights.intents_of(heard, repeated["custom_intent"])
    return results


class _Repeated:
    """The values of options that may be given several times."""

    def __init__(self, asked: Sequence[tuple[str, str]]) -> None:
        self._asked = asked

    def __getitem__(self, name: str) -> list[str]:
        return [value for each, value in self._asked if each == name and value]


def _utterances(
    heard: Transcript, words: Sequence[dict[str, Any]], draws: bytes, identity: bytes
) -> Iterator[dict[str, Any]]:
    """Yield what is said without a pause, with its words and, where speakers are told apart, who says it."""
    first = 0
    for number, segment in enumerate(heard.segments):
        own = list(words[first : first + len(segment)])
        first += len(segment)
        said = {
            "start": segment[0].start / 1000,
            "end": segment[-1].end / 1000,
            "confidence": _share(draws[number % 32], 0.95),
            "channel": 0,
            "transcript": said_in(segment),
            "words": own,
            "id": moments.uuid(digest("utterance", number, identity).hex()),
        }
        yield said | ({"speaker": own[0]["speaker"]} if "speaker" in own[0] else {})


def _on(options: Mapping[str, str], *names: str) -> bool:
    """Say whether one of the options is switched on."""
    return any(options.get(name, "false").lower() not in ("false", "0") for name in names)


def _share(draw: int, least: float) -> float:
    """Return a number between `least` and 1 for a byte."""
    return round(least + (1 - least) * draw / 256, 4)


def _finished(recording: Recording) -> float:
    """Return how sure it is that a speaker has finished."""
    levels = recording.levels()
    if levels is None:
        if recording.said is not None:  # our own speech is whole, or it was cut
            return 0.98 if recording.header.seconds > speech.seconds(recording.said) - 0.15 else 0.06
        return round(0.02 + 0.96 * digest("turn", recording.identity)[0] / 256, 4)
    loudest = max(levels, default=0.0)
    window = 4 if recording.header.samples else 6
    end = max(levels[-window:], default=0.0) / loudest if loudest else 0.0
    return round(min(0.99, max(0.01, 1 / (1 + (end / _QUIET) ** 2))), 4)
