"""No recording brings the mock down: broken ones are refused in the service's envelope, in bounded time."""

from __future__ import annotations

import base64
import json
import struct
from random import Random
from typing import Any

import pytest

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.values import HttpRequest, HttpResponse
from mockserver.workersai.fakes import sound_frames, sound_headers, sound_recordings, speech
from mockserver.workersai.families.speaking import ENCODINGS

HEARING = [
    model.name
    for model in catalogue().values()
    if model.family.startswith(("speech-recognition", "voice-activity")) and model.status != "retired"
]
RAW = [
    name for name in HEARING if catalogue()[name].family in ("speech-recognition-whisper", "speech-recognition-nova")
]
BASE64 = [
    name
    for name in HEARING
    if catalogue()[name].family
    in ("speech-recognition-whisper-turbo", "speech-recognition-nemotron", "voice-activity-detection")
]
LISTED = next(name for name in HEARING if catalogue()[name].family == "speech-recognition-whisper")


def wav(
    form: bytes = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16), data: bytes = bytes(800), size: int = -1
) -> bytes:
    size = len(data) if size < 0 else size
    return b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size) + data


def form(code: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16) -> bytes:
    return struct.pack("<HHIIHH", code, channels, rate, rate * 2 & 0xFFFFFFFF, 2, bits)


BROKEN = {
    "empty": b"",
    "one byte": b"\xff",
    "text": b"this is not a recording at all",
    "html": b"<!doctype html><html></html>",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "riff alone": b"RIFF",
    "no chunk": b"RIFF\xff\xff\xff\xffWAVE",
    "no data chunk": b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + form(),
    "no samples": wav(data=b""),
    "four gigabytes of nothing": wav(data=b"", size=0xFFFFFFFF),
    "format of four gigabytes": b"RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff" + form() + b"data",
    "sample rate of zero": wav(form(rate=0)),
    "sample rate of four billion": wav(form(rate=0xFFFFFFFF)),
    "no channels": wav(form(channels=0)),
    "65535 channels": wav(form(channels=65535)),
    "no bits": wav(form(bits=0, code=99, channels=0)),
    "half a sample": wav(data=b"\1"),
    "tag alone": b"ID3\4\0\0\0\0\0\x10" + bytes(16),
    "tag of 256 megabytes": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(100),
    "sync bytes": b"\xff\xfb" * 1000,
    "frame without a body": b"\xff\xfb\x90\x00",
    "ogg page alone": b"OggS" + bytes(23),
    "ogg of something": b"OggS\0\2" + bytes(20) + b"\1\x08theora!!",
    "opus without sound": b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead\1\1\0\0\0\0\0\0\0\0\0",
    "opus of a million years": b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead\1\1\0\0\0\0\0\0\0\0\0" + b"OggS\0\4"
    + b"\xff\xff\xff\xff\xff\xff\xff\x7f" + bytes(14),
    "flac cut": b"fLaC\0\0\0\x22",
    "flac of no rate": b"fLaC\0\0\0\x22" + bytes(34),
    "flac of a month": b"fLaC\0\0\0\x22" + bytes(10) + (100 << 44 | (1 << 36) - 1).to_bytes(8, "big") + bytes(16),
    "mp4 without a movie": b"\0\0\0\x18ftypM4A " + bytes(100),
    "mp4 of no scale": b"\0\0\0\x18ftypM4A " + b"mvhd" + bytes(100),
    "mp4 of a century": b"\0\0\0\x18ftypM4A mvhd" + bytes(12) + struct.pack(">II", 1, 0xFFFFFFFF) + bytes(80),
    "webm alone": b"\x1a\x45\xdf\xa3" + bytes(100),
    "webm of infinity": b"\x1a\x45\xdf\xa3\x44\x89\x88" + struct.pack(">d", float("inf")) + bytes(9),
    "webm of nan": b"\x1a\x45\xdf\xa3\x44\x89\x84" + struct.pack(">f", float("nan")) + bytes(9),
    "aiff alone": b"FORM\0\0\0\0AIFF",
    "aiff of a huge rate": b"FORM\0\0\0\0AIFFCOMM\0\0\0\x12\0\1\xff\xff\xff\xff\0\x10\x7f\xff" + b"\xff" * 8,
}  # fmt: skip


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock()


def ask(mock: Mock, model: str, body: Any, media_type: str = "application/json", query: str = "") -> HttpResponse:
    path = f"/client/v4/accounts/{mock.account_id}/ai/run/{model}"
    raw = [(b"authorization", f"Bearer {mock.token}".encode()), (b"content-type", media_type.encode("latin-1"))]
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return mock.handle(HttpRequest("POST", path, query=query, headers=raw, body=sent))


def refused(response: HttpResponse) -> int:
    """Return the code of a refusal that has the service's shape."""
    said = json.loads(response.body)
    assert 400 <= response.status < 500, said
    assert (False, []) == (said["success"], said["messages"])
    assert said["errors"][0]["message"]
    return int(said["errors"][0]["code"])


def bearable(response: HttpResponse) -> bool:
    """Say whether a request was answered; a refusal has to have the service's shape."""
    if response.status == 200:
        assert json.loads(response.body)["success"] is True
        return True
    refused(response)
    return False


def text64(sound: bytes) -> str:
    return base64.b64encode(sound).decode()


@pytest.mark.parametrize("name", BROKEN)
def test_broken_recordings_are_refused(mock: Mock, name: str) -> None:
    """What holds no sound is refused by every model, however it is sent."""
    sound = BROKEN[name]
    for model in RAW:
        for media_type in ("audio/wav", "application/octet-stream"):
            assert refused(ask(mock, model, sound, media_type)) in (5006, 3003)
    assert 5006 == refused(ask(mock, LISTED, {"audio": list(sound)}))
    for model in BASE64:
        assert 5006 == refused(ask(mock, model, {"audio": text64(sound)}))
        assert 5006 == refused(ask(mock, model.replace("/", "%2F"), {"audio": text64(sound)}))


@pytest.mark.parametrize("audio", ["%%%", "AAA", "ÄÖÜ", "data:audio/wav;base64,AAAA", "AAAA=AAA", "\u2028"])
def test_broken_base64_is_refused(mock: Mock, audio: str) -> None:
    """Text that is no base64 has a code of its own."""
    for model in BASE64:
        assert 5004 == refused(ask(mock, model, {"audio": audio}))
        assert 5004 == refused(ask(mock, model, {"audio": {"body": audio, "contentType": "audio/wav"}}))
        assert 5004 == refused(ask(mock, model, {"audio": {"body": {}, "contentType": "audio/wav"}}))


def test_base64_may_be_wrapped(mock: Mock) -> None:
    """Lines of base64, as command line tools write them, are base64."""
    sound = wav()
    wrapped = base64.encodebytes(sound).decode()
    for model in BASE64:
        assert 200 == ask(mock, model, {"audio": wrapped}).status


@pytest.mark.parametrize(
    "audio", [[256], [-1], [0.5], ["a"], [None], [True], [[]], {}, 7, "UklGRg==", None, [], [1e300]]
)
@pytest.mark.parametrize("spelled", [LISTED, LISTED.replace("/", "%2F")])
def test_arrays_hold_bytes(mock: Mock, audio: Any, spelled: str) -> None:
    """Anything else in an array, or beside one, is refused."""
    assert 5006 == refused(ask(mock, spelled, {"audio": audio}))


def test_whole_numbers_may_be_written_with_a_point(mock: Mock) -> None:
    """An encoder that writes 82.0 for 82 means a byte."""
    assert 200 == ask(mock, LISTED, {"audio": [float(each) for each in wav()]}).status


FRAME = b"\xff\xf3\x14\xc0" + bytes(20)  # the smallest frames of all
HUGE = {
    "nothing": (b"\0", 8_000_000),
    "beginnings of frames": (b"\xff", 4_000_000),
    "beginnings of pages": (b"OggS", 2_000_000),
    "frames": (FRAME, 40_000),
    "heads of frames": (b"\xff\xf3", 2_000_000),
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_bodies_are_bearable(mock: Mock, name: str, ends: Any, steps: Any) -> None:
    """Megabytes of nothing and of frames are judged, and twice as much is twice the work at most."""
    piece, count = HUGE[name]
    with ends():
        bearable(ask(mock, RAW[0], piece * count, "audio/x"))
    half, whole = (steps(ask, mock, RAW[0], piece * (count // part), "audio/x") for part in (160, 80))
    assert whole < 2.4 * half


def test_huge_arrays_are_refused(mock: Mock) -> None:
    """A million numbers that are no recording."""
    assert 5006 == refused(ask(mock, LISTED, {"audio": [0] * 1_000_000}))


@pytest.mark.parametrize(
    "query", ["encoding=linear16&sample_rate=0", "encoding=linear16&sample_rate=x", "encoding=mulaw&channels=-1",
              "encoding=linear16&sample_rate=1e999", "encoding=linear16&channels=nan", "encoding=alaw&sample_rate="],
)  # fmt: skip
def test_impossible_figures_are_refused(mock: Mock, query: str) -> None:
    """Rates and channels that cannot be are refused, not divided by."""
    nova = next(name for name in RAW if catalogue()[name].family == "speech-recognition-nova")
    assert 5006 == refused(ask(mock, nova, bytes(100), "audio/raw", query))


@pytest.mark.parametrize(
    "media_type", ["audio/l16;rate=0", "audio/l16;rate=x;channels=", "audio/l16;;;=", "audio/mulaw;\xff"]
)
def test_odd_media_types_are_borne(mock: Mock, media_type: str) -> None:
    """Parameters of a media type are read with care."""
    for model in RAW:
        bearable(ask(mock, model, bytes(100), media_type))


def test_damaged_recordings_never_fail(mock: Mock) -> None:
    """Five hundred recordings with bytes changed, cut and repeated are answered or refused."""
    random = Random(11)
    whole = [
        speech.speak("Good morning, everybody", "luna", speech.Format(name, container, choices.sample_rates[0]))
        for name, choices in ENCODINGS.items()
        for container in choices.containers
    ]
    whole += [sound for sound in BROKEN.values() if len(sound) > 4]
    answered = 0
    for number in range(500):
        sound = bytearray(random.choice(whole))
        for _ in range(random.randrange(12)):
            sound[random.randrange(min(len(sound), random.choice((16, 64, 4096))))] = random.choice(
                (0, 255, random.randrange(256))
            )
        start = random.choice((0, 0, random.randrange(len(sound))))
        sound = sound[start : start + random.choice((len(sound), random.randrange(1, 600)))]
        sound = sound * random.choice((1, 1, 3)) or bytearray(b"x")
        model = HEARING[number % len(HEARING)]
        if model in RAW:
            answered += bearable(
                ask(mock, model, bytes(sound), random.choice(("audio/x", "audio/l16", "application/octet-stream")))
            )
        else:
            dtype = random.choice(("uint8", "float32", "float64", None))
            answered += bearable(
                ask(mock, model, {"audio": text64(bytes(sound)), "dtype": dtype, "encoding": "linear16"})
            )
    assert answered > 100


def test_readers_raise_nothing_else() -> None:
    """A reader returns a header or raises NotAudio, whatever follows a signature; loudness stays between 0 and 1."""
    random = Random(5)
    signatures = [b"RIFF\0\0\0\0WAVEfmt ", b"ID3\4\0\0\0\0\0\0", b"\xff\xfb", b"\xff\xf1", b"OggS", b"fLaC",
                  b"\0\0\0\0ftyp", b"\x1a\x45\xdf\xa3", b"FORM\0\0\0\0AIFF", b"FORM\0\0\0\0AIFCCOMM"]  # fmt: skip
    for number in range(2000):
        data = signatures[number % len(signatures)] + random.randbytes(random.randrange(200))
        try:
            recording = sound_recordings.read(data)
        except sound_headers.NotAudio:
            continue
        assert recording.header.seconds >= 0
        assert all(0 <= level <= 1 for level in recording.levels() or ())


def test_frames_are_walked_over_rubbish() -> None:
    """Rubbish between frames is passed over, a cut last frame counts, and two frames are needed to begin."""
    frame = b"\xff\xfb\x90\xc0" + bytes(413)
    assert [] == list(sound_frames.walk(b"rubbish" + frame[:100]))
    assert [7, 424, 851] == [each.place for each in sound_frames.walk(b"rubbish" + frame * 2 + bytes(10) + frame[:50])]
