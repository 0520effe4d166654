"""Text to speech: sound that other people's decoders read, of the right length, with the text inside."""

from __future__ import annotations

import base64
import io
import itertools
import json
import wave
from array import array
from hashlib import blake2b
from typing import Any

import av
import pytest

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.values import HttpRequest, HttpResponse
from mockserver.workersai.fakes import sound_bank, speech
from mockserver.workersai.fakes.sound_syllables import PITCHES, VOWELS
from mockserver.workersai.families.speaking import ENCODINGS

TEXT = "The quick brown fox jumps over the lazy dog. It sleeps in the sun, and nobody minds!"
VOICED = [model.name for model in catalogue().select(family="text-to-speech-deepgram", status="active")]
BASE64 = [model.name for model in catalogue().select(family="text-to-speech-melotts", status="active")]
MEDIA_TYPES = {
    ("mp3", "none"): "audio/mpeg",
    ("linear16", "wav"): "audio/wav",
    ("linear16", "none"): "audio/l16;rate={};channels=1",
    ("mulaw", "wav"): "audio/wav",
    ("mulaw", "none"): "audio/mulaw;rate={};channels=1",
    ("alaw", "wav"): "audio/wav",
    ("alaw", "none"): "audio/alaw;rate={};channels=1",
    ("flac", "none"): "audio/flac",
    ("opus", "ogg"): "audio/ogg",
    ("aac", "none"): "audio/aac",
}
FORMATS = [
    (encoding, container, rate)
    for encoding, choices in ENCODINGS.items()
    for container in choices.containers
    for rate in choices.sample_rates
]


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock()


def ask(mock: Mock, model: str, body: Any, **headers: str) -> HttpResponse:
    path = f"/client/v4/accounts/{mock.account_id}/ai/run/{model}"
    sent = {"authorization": f"Bearer {mock.token}", "content-type": "application/json", **headers}
    raw = [(name.encode(), value.encode()) for name, value in sent.items()]
    return mock.handle(HttpRequest("POST", path, headers=raw, body=json.dumps(body).encode()))


def header(response: HttpResponse, name: str) -> str:
    return dict(response.headers)[name.encode()].decode()


def decoded(sound: bytes) -> tuple[str, int, array[int]]:
    """Decode with FFmpeg: the container's name, the rate, the samples."""
    with av.open(io.BytesIO(sound)) as opened:
        to_samples = av.AudioResampler(format="s16", layout="mono")
        samples: array[int] = array("h")
        for frame in opened.decode(audio=0):
            for piece in to_samples.resample(frame):
                samples.frombytes(bytes(piece.planes[0])[: 2 * piece.samples])
        return opened.format.name, opened.streams.audio[0].rate, samples


@pytest.mark.parametrize(("encoding", "container", "rate"), FORMATS)
def test_every_format_is_what_it_says(mock: Mock, encoding: str, container: str, rate: int) -> None:
    """Each encoding, container and sample rate comes with its media type, and FFmpeg plays it."""
    asked = {"text": TEXT, "encoding": encoding, "container": container, "sample_rate": rate}
    response = ask(mock, VOICED[0], asked)

    assert 200 == response.status, response.body
    assert "responder" == header(response, "x-mockflare-source")
    assert MEDIA_TYPES[encoding, container].format(rate) == header(response, "content-type")
    length = len(TEXT) / speech.PACE + speech.PAUSE
    if container == "none" and encoding in ("linear16", "mulaw", "alaw"):
        assert pytest.approx(length, abs=0.05) == len(response.body) / rate / (2 if encoding == "linear16" else 1)
        return
    _, played_rate, samples = decoded(response.body)
    assert rate == played_rate
    assert pytest.approx(length, abs=0.25) == len(samples) / rate
    assert max(samples) > 8000, "something is to be heard"
    assert max(map(abs, samples[-rate // 10 :])) < 100, "it ends in silence"


def test_words_are_where_they_belong(mock: Mock) -> None:
    """Every encoding is loud and quiet at the same times."""
    outlines = {}
    for encoding in ENCODINGS:
        _, rate, samples = decoded(
            ask(mock, VOICED[0], {"text": "hello" + " " * 25 + "you", "encoding": encoding}).body
        )
        step = rate // 10
        outlines[encoding] = "".join(
            "x" if max(samples[start : start + step]) > 1500 else "." for start in range(0, len(samples), step)
        )
    for encoding, outline in outlines.items():
        assert "x" in outline[:3], (encoding, outline)
        assert "x" not in outline[8:19], (encoding, outline)
        assert "x" in outline[19:23], (encoding, outline)


@pytest.mark.parametrize(("encoding", "width"), [("linear16", 2)])
@pytest.mark.parametrize("rate", [8000, 16000, 24000, 32000, 48000])
def test_wave_module_reads_it(mock: Mock, encoding: str, width: int, rate: int) -> None:
    """The standard library reads one channel of 16 bits at the asked rate."""
    body = ask(mock, VOICED[0], {"text": TEXT, "encoding": encoding, "sample_rate": rate}).body
    with wave.open(io.BytesIO(body)) as opened:
        assert (1, width, rate) == opened.getparams()[:3]
        assert pytest.approx(len(TEXT) / 15 + 0.3, abs=0.05) == opened.getnframes() / rate
        assert len(body) == 44 + width * opened.getnframes()


@pytest.mark.parametrize("encoding", ["mulaw", "alaw", "flac"])
def test_lossless_and_companded_sound_is_the_same_sound(encoding: str) -> None:
    """FLAC has the samples of linear16; companded samples are within the steps of G.711."""
    plain = decoded(speech.speak(TEXT, "luna", speech.Format("linear16", "wav", 8000)))[2]
    container = "none" if encoding == "flac" else "wav"
    _, _, other = decoded(speech.speak(TEXT, "luna", speech.Format(encoding, container, 8000)))
    assert len(plain) == len(other)
    step = 2 if encoding == "flac" else 1030
    assert all(abs(one - two) <= step for one, two in zip(plain, other, strict=True))


@pytest.mark.parametrize(("bit_rate", "size"), [(None, 6000), (48000, 6000), (32000, 4000)])
def test_bit_rate_of_mp3_is_kept(mock: Mock, bit_rate: int | None, size: int) -> None:
    """A second of MP3 has as many bytes as its bit rate says."""
    body = ask(mock, VOICED[0], {"text": TEXT, "bit_rate": bit_rate}).body
    assert pytest.approx(size, rel=0.1) == len(body) / (len(TEXT) / 15 + 0.3)


@pytest.mark.parametrize("name", VOICED)
def test_every_voice_answers(mock: Mock, name: str) -> None:
    """The smallest request and the one with everything are answered, with each voice of the model."""
    smallest = ask(mock, name, {"text": "Hi"})
    assert (200, "audio/mpeg") == (smallest.status, header(smallest, "content-type"))
    sounds = set()
    for voice in catalogue()[name].facts["audio"]["voices"]:
        most = {"text": TEXT, "speaker": voice, "encoding": "mp3", "container": "none", "sample_rate": 22050,
                "bit_rate": 32000, "voice": "ignored", "speed": 1.2}  # fmt: skip
        response = ask(mock, name, most)
        assert (200, "responder") == (response.status, header(response, "x-mockflare-source"))
        sounds.add(response.body)
    assert len(sounds) > 1, "voices differ"


@pytest.mark.parametrize("name", BASE64)
def test_base64_and_bytes_hold_the_same_sound(mock: Mock, name: str) -> None:
    """MP3 comes as base64 in the envelope, and as it is to whoever accepts sound only."""
    body = {"prompt": "Bonjour tout le monde", "lang": "fr"}
    response = ask(mock, name, body)
    assert ("application/json", "responder") == (
        header(response, "content-type"),
        header(response, "x-mockflare-source"),
    )
    said = json.loads(response.body)
    assert ({"audio"}, True) == (set(said["result"]), said["success"])
    sound = base64.b64decode(said["result"]["audio"], validate=True)
    bare = ask(mock, name, body, accept="audio/mpeg")
    assert (200, "audio/mpeg", sound) == (bare.status, header(bare, "content-type"), bare.body)
    assert ("mp3", 22050) == decoded(sound)[:2]
    assert 200 == ask(mock, name, {"prompt": "Hi"}).status


COMBINATIONS = [
    {name: value for name, value in zip(("encoding", "container", "sample_rate", "bit_rate"), values, strict=True)
     if value is not None}
    for values in itertools.product(
        [None, *ENCODINGS], [None, "none", "wav", "ogg"], [None, 8000, 16000, 22050, 24000, 44100, 48000],
        [None, 3999, 32000, 48000, 650_000, 650_001],
    )
]  # fmt: skip


def goes_together(asked: dict[str, Any]) -> bool:
    """Whether Deepgram documents a combination."""
    choices = ENCODINGS[asked.get("encoding", "mp3")]
    low, high = choices.bit_range or (0, 0)
    return (
        asked.get("container") in (None, *choices.containers)
        and asked.get("sample_rate") in (None, *choices.sample_rates)
        and (asked.get("bit_rate") in (None, *choices.bit_rates) or low <= asked["bit_rate"] <= high)
    )


@pytest.mark.parametrize("settings", [{"switches": {"speech-combinations": "refused"}}, {"fidelity": "strict"}])
def test_only_what_goes_together_is_taken(settings: Any) -> None:
    """Where combinations are refused, each that is not documented is 5006, and every other is spoken."""
    strict, taken = Mock(**settings), 0
    for asked in COMBINATIONS[:: 1 if "switches" in settings else 5]:
        right = goes_together(asked)
        response = ask(strict, VOICED[0], {"text": "a", **asked})
        assert (200 if right else 400) == response.status, asked
        taken += right
        if not right:
            assert 5006 == json.loads(response.body)["errors"][0]["code"]
    assert taken > 10


def test_whatever_is_asked_for_is_spoken(mock: Mock) -> None:
    """Every combination of what the types list is sound in its encoding, with a warning where it is not documented."""
    for asked in COMBINATIONS:
        response = ask(mock, VOICED[0], {"text": "a", **asked})
        assert (200, "responder") == (response.status, header(response, "x-mockflare-source")), asked
        encoding = asked.get("encoding", "mp3")
        kind, _, rate = header(response, "content-type").partition(";rate=")
        assert kind in {each.partition(";")[0] for (name, _), each in MEDIA_TYPES.items() if name == encoding}, asked
        warned = [each for each in mock.journal[-1].warnings if "does not go with" in each]
        assert goes_together(asked) is not bool(warned), asked
        if rate:
            assert str(asked.get("sample_rate") or ENCODINGS[encoding].sample_rates[0]) == rate.partition(";")[0]


@pytest.mark.parametrize("encoding", ["linear16", "mulaw", "alaw", "flac"])
@pytest.mark.parametrize("rate", [8001, 11025, 22050, 44100, 47999])
def test_odd_sample_rates(mock: Mock, encoding: str, rate: int) -> None:
    """Encodings without a codec come in any sample rate between 8 and 48 kHz, at the right length."""
    response = ask(mock, VOICED[0], {"text": TEXT, "encoding": encoding, "sample_rate": rate})
    _, played_rate, samples = decoded(response.body)

    assert rate == played_rate
    assert pytest.approx(len(TEXT) / speech.PACE + speech.PAUSE, abs=0.25) == len(samples) / rate


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("figure", [-1, 0, 0.5, 1, 7999.9, 48000.5, 10**9, 1e300])
def test_impossible_figures(mock: Mock, encoding: str, figure: float) -> None:
    """A rate that no sound has becomes one that it has."""
    asked = {"text": "a", "encoding": encoding, "sample_rate": figure, "bit_rate": figure}
    response = ask(mock, VOICED[0], asked)

    assert (200, "responder") == (response.status, header(response, "x-mockflare-source"))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": 7},
        {"text": ["a"]},
        {"text": "a", "speaker": "nobody"},
        {"text": "a", "speaker": ["luna"]},
        {"text": "a", "encoding": []},
        {"text": "a", "encoding": "wma"},
        {"text": "a", "sample_rate": "loud"},
        {"text": "a", "bit_rate": True},
        {"text": "a", "encoding": "opus", "bit_rate": {"a": 1}},
        {"text": "a" * 5001},
    ],
)
@pytest.mark.parametrize("spelled", ["@cf/deepgram/aura-1", "@cf%2Fdeepgram%2Faura-1"])
def test_wrong_requests_are_refused(mock: Mock, body: Any, spelled: str) -> None:
    """What is no input of the model is refused in the service's envelope, on the literal and on the templated path."""
    response = ask(mock, spelled, body)
    assert response.status in (400, 413), body
    said = json.loads(response.body)
    assert (False, True) == (said["success"], bool(said["errors"][0]["message"]))


def test_same_text_same_bytes() -> None:
    """Sound depends on text, voice and format alone, on every machine and in every process."""
    kept = {
        "mp3": "6134726a",
        "opus": "ea874cd5",
        "aac": "1968b99c",
        "linear16": "0303151e",
        "mulaw": "2d5a32e0",
        "alaw": "c211b3cb",
        "flac": "fe3e8eab",
    }
    found = {}
    for encoding, choices in ENCODINGS.items():
        form = speech.Format(encoding, choices.containers[0], choices.sample_rates[0])
        found[encoding] = blake2b(speech.speak("Good morning, Zoë.", "luna", form), digest_size=4).hexdigest()
    assert kept == found


def test_length_follows_the_text() -> None:
    """Fifteen characters take a second, whatever the script; a short word takes its syllable."""
    form = speech.Format("linear16", "none", 8000)
    for text in ("a", "to be or not to be", "x" * 150, "日本語のテキスト" * 20, "a " * 300, " " * 30, "🎉" * 45):
        length = len(speech.speak(text, "luna", form)) / 16000
        assert pytest.approx(speech.seconds(text), abs=0.25) == length, text


def test_the_bank_is_whole() -> None:
    """Every voice has every syllable in every codec, and each is as long as the others of its codec."""
    names = {f"{pitch}{vowel}{contour}" for pitch in PITCHES for vowel in VOWELS for contour in (0, 1)}
    for encoding, codecs in sound_bank.codecs().items():
        assert sorted(codec.bit_rate for codec in codecs) == [codec.bit_rate for codec in codecs], encoding
        for codec in codecs:
            assert names == set(codec.syllables)
            assert 1 == len({len(frames) for frames in codec.syllables.values()})
            assert codec.silence
