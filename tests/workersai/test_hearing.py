"""Speech recognition and voice activity: what was said and when, from any recording."""

from __future__ import annotations

import base64
import io
import json
import re
import wave
from array import array
from random import Random
from typing import Any

import av
import pytest

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.values import HttpRequest, HttpResponse
from mockserver.workersai.fakes import sound_marks, sound_recordings, speech
from mockserver.workersai.families.speaking import ENCODINGS

TEXT = "Hello there, how are you? I am fine & <well>, thank you: 10 --> 20."


def names(family: str) -> list[str]:
    return [model.name for model in catalogue().select(family=family) if model.status != "retired"]


WHISPER, TURBO = names("speech-recognition-whisper"), names("speech-recognition-whisper-turbo")[0]
NOVA, SHORT = names("speech-recognition-nova")[0], names("speech-recognition-nemotron")[0]
STREAMING, TURN = names("speech-recognition-streaming")[0], names("voice-activity-detection")[0]


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock()


def ask(mock: Mock, model: str, body: Any, media_type: str = "application/json", query: str = "") -> HttpResponse:
    path = f"/client/v4/accounts/{mock.account_id}/ai/run/{model}"
    raw = [(b"authorization", f"Bearer {mock.token}".encode()), (b"content-type", media_type.encode())]
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return mock.handle(HttpRequest("POST", path, query=query, headers=raw, body=sent))


def result(response: HttpResponse) -> Any:
    said = json.loads(response.body)
    assert (200, b"responder") == (response.status, dict(response.headers)[b"x-mockflare-source"]), said
    assert (True, [], []) == (said["success"], said["errors"], said["messages"])
    return said["result"]


def text64(sound: bytes) -> str:
    return base64.b64encode(sound).decode()


def spoken(text: str = TEXT, encoding: str = "mp3", container: str | None = None, rate: int | None = None) -> bytes:
    choices = ENCODINGS[encoding]
    form = speech.Format(encoding, container or choices.containers[0], rate or choices.sample_rates[0])
    return speech.speak(text, "luna", form)


def recorded(seconds: float, *, rate: int = 16000, channels: int = 1, tail: float = 0.0, seed: int = 0) -> bytes:
    """A WAV file of noise, with silence at the end."""
    random = Random(seed)
    noise = array("h", [random.randrange(-9000, 9000) for _ in range(int(seconds * rate) * channels)])
    quiet = int(tail * rate) * channels
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setparams((channels, 2, rate, 0, "NONE", ""))
        opened.writeframes((noise[: len(noise) - quiet] + array("h", bytes(2 * quiet))).tobytes())
    return file.getvalue()


def converted(sound: bytes, container: str, codec: str) -> bytes:
    """The same sound as another encoder writes it."""
    file = io.BytesIO()
    with av.open(io.BytesIO(sound)) as source, av.open(file, "w", format=container) as sink:
        stream = sink.add_stream(codec, rate=48000 if "opus" in codec else 44100)
        stream.layout = "mono"
        for frame in source.decode(audio=0):
            sink.mux(stream.encode(frame))
        sink.mux(stream.encode(None))
    return file.getvalue()


def check_times(words: list[dict[str, Any]], duration: float) -> None:
    """Words follow one another within the recording."""
    end = 0.0
    for word in words:
        assert end <= word["start"] <= word["end"] <= duration, word
        end = word["end"]


CUE = re.compile(r"((?:\d\d:)?\d\d:\d\d\.\d{3}) --> ((?:\d\d:)?\d\d:\d\d\.\d{3})\n([^\n]+)")


def cues(vtt: str) -> list[tuple[str, str, str]]:
    """Read WebVTT: a signature, then cues between blank lines."""
    signature, *blocks = vtt.split("\n\n")
    assert "WEBVTT" == signature
    found = [CUE.fullmatch(block) for block in blocks]
    assert all(found), vtt
    return [match.groups() for match in found if match]  # type: ignore[misc]


# what our own speech says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "container"), [(name, each) for name, choices in ENCODINGS.items() for each in choices.containers]
)
def test_speech_is_understood_in_every_encoding(mock: Mock, encoding: str, container: str) -> None:
    """What was spoken is heard, as bytes, as an array and as base64, with or without a header around samples."""
    sound = spoken(encoding=encoding, container=container)
    for model in WHISPER:
        assert TEXT == result(ask(mock, model, sound, "application/octet-stream"))["text"]
        assert TEXT == result(ask(mock, model, {"audio": list(sound)}))["text"]
    assert TEXT == result(ask(mock, TURBO, {"audio": text64(sound)}))["text"]
    assert TEXT == result(ask(mock, TURBO, {"audio": {"body": text64(sound), "contentType": "audio/x"}}))["text"]
    said = result(ask(mock, SHORT, {"audio": text64(sound)}))
    assert TEXT == said["text"]
    assert pytest.approx(speech.seconds(TEXT), abs=0.25) == said["duration"]
    heard = result(ask(mock, NOVA, sound, "audio/anything"))["results"]["channels"]
    assert [TEXT] == [channel["alternatives"][0]["transcript"] for channel in heard]


def texts(count: int) -> list[str]:
    random = Random(7)
    ranges = [(32, 126), (0xA1, 0x24F), (0x370, 0x4FF), (0x5D0, 0x5EA), (0x3041, 0x30FF), (0x4E00, 0x9FFF),
              (0x1F300, 0x1F6FF), (0, 31), (0xD800, 0xDFFF), (0x300, 0x36F), (0x200B, 0x206F)]  # fmt: skip
    found = ["", " ", "\n\ntwo lines\r\n", "nul\0nul", "é", "👩‍👩‍👧‍👦", "x" * 3000, "語" * 2500]
    while len(found) < count:
        low, high = random.choice(ranges)
        found.append("".join(chr(random.choice((32, random.randint(low, high)))) for _ in range(random.randrange(400))))
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_text_comes_back(encoding: str) -> None:
    """Two hundred texts in all scripts, control characters and half surrogates come back exactly."""
    form = speech.Format(encoding, ENCODINGS[encoding].containers[-1], ENCODINGS[encoding].sample_rates[0])
    for text in texts(200):
        sound = speech.speak(text, "luna", form)
        assert text == sound_recordings.read(sound).said


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_cut_speech_is_still_understood(mock: Mock, encoding: str) -> None:
    """A recording whose end is missing says what it said, in the time that is left."""
    sound = spoken(encoding=encoding)
    half = sound[: len(sound) // 2]
    said = result(ask(mock, WHISPER[0], half, "audio/x"))
    assert TEXT == said["text"]
    assert said["words"][-1]["end"] < speech.seconds(TEXT) * 0.6


def test_samples_are_understood_without_their_beginning(mock: Mock) -> None:
    """Samples hold the text several times, and in a file that somebody else wrote."""
    with wave.open(io.BytesIO(spoken(encoding="linear16"))) as opened:
        samples = opened.readframes(opened.getnframes())
    file = io.BytesIO()
    with wave.open(file, "wb") as again:
        again.setparams((1, 2, 24000, 0, "NONE", ""))
        again.writeframes(samples[len(samples) // 5 :])
    assert TEXT == result(ask(mock, TURBO, {"audio": text64(file.getvalue())}))["text"]
    assert (
        TEXT
        == result(ask(mock, NOVA, samples[len(samples) // 5 + 1 :], "audio/x"))["results"]["channels"][0][
            "alternatives"
        ][0]["transcript"]
    )


def test_a_mark_cannot_be_heard() -> None:
    """Marked samples differ from others by one step at most."""
    plain = array("h", range(-2000, 2000))
    marked = bytearray(plain.tobytes())
    sound_marks.engrave(marked, 2, "hello")
    assert "hello" == (sound_marks.find(bytes(marked)) or sound_marks.Found("", 0)).text
    assert 1 == max(abs(one - two) for one, two in zip(plain, array("h", bytes(marked)), strict=True))


def test_looking_for_marks_is_bounded(ends: Any, steps: Any) -> None:
    """Megabytes of signatures take no more attempts than a few."""
    hostile = sound_marks.SIGNATURE * 500_000
    with ends():
        assert sound_marks.find(hostile) is None
    assert steps(sound_marks.find, hostile) == steps(sound_marks.find, hostile[: len(hostile) // 100])


# what other recordings say --------------------------------------------------------------------------------------


def test_other_sound_has_a_transcript_of_its_own(mock: Mock) -> None:
    """Words fit the length; the same samples say the same in any file; other samples say something else."""
    sound = recorded(12.0)
    said = result(ask(mock, WHISPER[0], sound, "audio/wav"))
    assert 30 == said["word_count"] == len(said["words"]) == len(said["text"].split())
    check_times(said["words"], 12.0)
    tagged = sound[:12] + b"LIST\x04\x00\x00\x00INFO" + sound[12:]
    for other in (list(sound), list(tagged)):
        assert said == result(ask(mock, WHISPER[0], {"audio": other}))
    assert said["text"] == result(ask(mock, TURBO, {"audio": text64(sound)}))["text"]
    assert said["text"] != result(ask(mock, WHISPER[0], recorded(12.0, seed=1), "audio/wav"))["text"]


def test_seeds_say_something_else() -> None:
    """Another seed of the mock hears other words, the same seed the same ones."""
    sound = recorded(5.0)
    heard = [result(ask(Mock(seed=seed), WHISPER[0], sound, "audio/wav"))["text"] for seed in (0, 0, 1)]
    assert heard[0] == heard[1] != heard[2]


def test_utterances_hold_their_words(mock: Mock) -> None:
    """What is said without a pause has its own words, an id and, on demand, its speaker; together they are the text."""
    sound = spoken("The sea is calm. " * 8)
    query = "utterances=true&diarize=true&punctuate=true"
    results = result(ask(mock, NOVA, sound, "audio/mpeg", query))["results"]
    words = results["channels"][0]["alternatives"][0]["words"]

    assert words == [word for each in results["utterances"] for word in each["words"]]
    assert {0} == {each["speaker"] for each in results["utterances"]}
    assert len(results["utterances"]) == len({each["id"] for each in results["utterances"]})
    for each in results["utterances"]:
        assert each["transcript"] == " ".join(word["punctuated_word"] for word in each["words"])
        assert (each["words"][0]["start"], each["words"][-1]["end"]) == (each["start"], each["end"])
    plain = result(ask(mock, NOVA, sound, "audio/mpeg", "utterances=true"))["results"]["utterances"]
    assert all("speaker" not in each for each in plain)


def test_silence_says_nothing(mock: Mock) -> None:
    """Where nothing is to be heard, nothing is said."""
    silence = recorded(2.0, tail=2.0)
    assert {"text": "", "word_count": 0, "words": [], "vtt": "WEBVTT"} == result(
        ask(mock, WHISPER[0], silence, "audio/wav")
    )
    assert ("", []) == tuple(
        result(ask(mock, TURBO, {"audio": text64(silence)}))[name] for name in ("text", "segments")
    )
    assert result(ask(mock, NOVA, silence, "audio/wav", "summarize=v2&utterances=true&punctuate=true"))


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("mp3", "libmp3lame"), ("ogg", "libopus"), ("ogg", "flac"), ("flac", "flac"), ("ipod", "aac"), ("mp4", "aac"),
        ("adts", "aac"), ("webm", "libopus"), ("matroska", "libopus"), ("aiff", "pcm_s16be"), ("wav", "pcm_s16le"),
        ("wav", "pcm_mulaw"), ("wav", "pcm_alaw"), ("wav", "pcm_u8"), ("wav", "pcm_s24le"), ("wav", "pcm_f32le"),
        ("wav", "adpcm_ima_wav"), ("mp2", "mp2"),
    ],
)  # fmt: skip
def test_lengths_of_files_that_others_wrote(mock: Mock, container: str, codec: str) -> None:
    """The length of a recording is read from what FFmpeg writes, in every format that is known."""
    try:
        sound = converted(recorded(7.3, rate=48000 if "opus" in codec else 44100), container, codec)
    except av.FFmpegError as error:
        pytest.skip(f"this FFmpeg cannot write it: {error}")
    said = result(ask(mock, SHORT, {"audio": text64(sound)}))
    assert pytest.approx(7.3, abs=0.15) == said["duration"]
    assert 18 == len(said["text"].split())


def test_stream_of_unknown_length_counts_what_is_there(mock: Mock) -> None:
    """A WAV file from a pipe does not know its size, and a cut one knows a wrong one: the samples count."""
    sound = recorded(4.0)
    for claim in (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\xf0"):
        piped = sound[:40] + claim + sound[44:]
        assert 4.0 == result(ask(mock, SHORT, {"audio": text64(piped)}))["duration"]


# the shapes of the answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", WHISPER)
def test_words_and_captions(mock: Mock, model: str) -> None:
    """Words come with their times, and captions that a WebVTT reader takes, whatever the words are."""
    said = result(ask(mock, model, {"audio": list(spoken()), "source_lang": "en", "target_lang": None}))
    assert TEXT.split() == [word["word"] for word in said["words"]]
    assert len(TEXT.split()) == said["word_count"]
    check_times(said["words"], speech.seconds(TEXT) + 0.1)
    read = cues(said["vtt"])
    assert ["Hello there, how are you?", "I am fine &amp; &lt;well&gt;, thank you: 10 --&gt; 20."] == [
        text for _, _, text in read
    ]
    assert all(start < end for start, end, _ in read)


def test_segments(mock: Mock) -> None:
    """The turbo model tells language, length and segments, as the options ask for it."""
    most = {"audio": text64(spoken()), "task": "translate", "language": "fr", "vad_filter": True, "beam_size": 5,
            "initial_prompt": "Names: Zoë", "prefix": "Well", "condition_on_previous_text": False,
            "no_speech_threshold": 0.6, "compression_ratio_threshold": 2.4, "log_prob_threshold": -1,
            "hallucination_silence_threshold": None}  # fmt: skip
    said = result(ask(mock, TURBO, most))
    info = said["transcription_info"]
    assert ("fr", 1.0) == (info["language"], info["language_probability"])
    assert pytest.approx(speech.seconds(TEXT), abs=0.1) == info["duration"]
    assert info["duration_after_vad"] < info["duration"]
    assert "words" not in said
    assert TEXT.split() == [word["word"] for segment in said["segments"] for word in segment["words"]]
    check_times([word for segment in said["segments"] for word in segment["words"]], info["duration"])
    assert [segment["text"] for segment in said["segments"]] == [
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for _, _, text in cues(said["vtt"])
    ]
    plain = result(ask(mock, TURBO, {"audio": text64(spoken())}))["transcription_info"]
    assert ("en", plain["duration"]) == (plain["language"], plain["duration_after_vad"])


def test_channels_and_options(mock: Mock) -> None:
    """Options in the query string add what they promise, and unknown ones change nothing."""
    sound = recorded(6.0, channels=2)
    plain = result(ask(mock, NOVA, sound, "audio/wav"))["results"]
    assert plain == result(ask(mock, NOVA, sound, "audio/wav", "colour=blue&punctuate=false"))["results"]
    assert {"word", "start", "end", "confidence"} == set(plain["channels"][0]["alternatives"][0]["words"][0])
    check_times(plain["channels"][0]["alternatives"][0]["words"], 6.0)
    query = (
        "punctuate=true&smart_format=true&diarize=true&detect_language=true&utterances=true&summarize=v2&multichannel=1"
    )
    most = result(ask(mock, NOVA, sound, "audio/wav", query))["results"]
    assert (2, "en", "success") == (
        len(most["channels"]),
        most["channels"][1]["detected_language"],
        most["summary"]["result"],
    )
    alternative = most["channels"][0]["alternatives"][0]
    words = alternative["words"]
    assert alternative["transcript"] == " ".join(word["punctuated_word"] for word in words)
    assert all(word["speaker"] == 0 and word["word"] == word["word"].lower() for word in words)
    assert alternative["transcript"] == " ".join(each["transcript"] for each in most["utterances"])


def test_paragraphs_places_and_moods(mock: Mock) -> None:
    """Options ask for paragraphs of four sentences, the places of words, and what speaks of a good or bad mood."""
    text = "I love this. It is great! The train was late. I hate waiting. Love it or not, that is all."
    query = "paragraphs=true&sentiment=true&search=love&search=train%20was&search=ship"
    results = result(ask(mock, NOVA, spoken(text), "audio/mpeg", query))["results"]
    (channel,) = results["channels"]
    (alternative,) = channel["alternatives"]
    words = alternative["words"]
    first, second = alternative["paragraphs"]["paragraphs"]

    assert text == alternative["paragraphs"]["transcript"].replace("\n\n", " ") == alternative["transcript"]
    assert (4, 1) == (len(first["sentences"]), len(second["sentences"]))
    assert len(words) == first["num_words"] + second["num_words"]
    assert (words[0]["start"], words[-1]["end"]) == (first["start"], second["end"])
    assert ["love", "train was", "ship"] == [each["query"] for each in channel["search"]]
    assert [["love", "Love"], ["train was"], []] == [
        [hit["snippet"] for hit in each["hits"]] for each in channel["search"]
    ]
    assert words[1]["start"] == channel["search"][0]["hits"][0]["start"]
    moods = results["sentiments"]["segments"]
    assert ("positive", 0) == (moods[0]["sentiment"], moods[0]["start_word"])
    assert "negative" in [each["sentiment"] for each in moods]
    assert text == " ".join(each["text"] for each in moods)
    assert len(words) - 1 == moods[-1]["end_word"]


def test_topics_intents_and_replaced_words(mock: Mock) -> None:
    """Options ask what each sentence is about and what its speaker is after; words are replaced in all of it."""
    text = "Where is my parcel? I want a refund, please. The train was late."
    query = "topics=true&intents=true&custom_topic=refund&replace=parcel:package&replace=please:"
    results = result(ask(mock, NOVA, spoken(text), "audio/mpeg", query))["results"]
    alternative = results["channels"][0]["alternatives"][0]
    topics, intents = results["topics"]["segments"], results["intents"]["segments"]

    assert "Where is my package? I want a refund, The train was late." == alternative["transcript"]
    assert alternative["transcript"].split() == [word["word"] for word in alternative["words"]]
    assert "package" in [each["topic"] for each in topics[0]["topics"]]
    assert "refund" == topics[1]["topics"][0]["topic"]
    assert ["Ask about package", "Request refund"] == [each["intents"][0]["intent"] for each in intents[:2]]
    assert len(alternative["words"]) - 1 == topics[-1]["end_word"]
    plain = result(ask(mock, NOVA, spoken(text), "audio/mpeg", "replace=nothing:x"))["results"]
    assert text == plain["channels"][0]["alternatives"][0]["transcript"]
    assert not {"topics", "intents"} & plain.keys()


@pytest.mark.parametrize(
    ("text", "query", "said"),
    [
        ("I have nine hundred dollars.", "numerals=true", "I have 900 dollars."),
        ("The nine hundredth visitor, twenty-five years old", "numerals=true", "The 900th visitor, 25 years old"),
        ("Three point one four, and a hundred people", "numerals=true", "3.14, and 100 people"),
        ("No one of us.", "numerals=true", "No one of us."),
        ("I have nine hundred dollars.", "numerals=false", "I have nine hundred dollars."),
        ("Damn, this is great.", "profanity_filter=true", "****, this is great."),
        (
            "My card is 4111 1111 1111 1111, expires 12/27.",
            "redact=pci",
            "My card is [CREDIT_CARD_1], expires [CREDIT_CARD_EXPIRATION_1].",
        ),
        ("Maria Lopez met Bob in Lisbon. Bob left.", "redact=name", "[NAME_1] met [NAME_2] in Lisbon. [NAME_2] left."),
        (
            "Write to ann@example.com in Lisbon.",
            "redact=email_address&redact=location_city",
            "Write to [EMAIL_ADDRESS_1] in [LOCATION_CITY_1].",
        ),
        ("The code is four five six seven.", "redact=numbers", "The code is [NUMERICAL_PII_1]."),
        ("It was 5 May 2026, at 12.", "redact=true", "It was [DATE_1], at 12."),
        ("Hello monika jon.", "replace=monika%20jon:Monica%20John", "Hello Monica John."),
    ],
)
def test_wordings(mock: Mock, text: str, query: str, said: str) -> None:
    """Options word the transcript; words that become one keep their time."""
    results = result(ask(mock, NOVA, spoken(text), "audio/mpeg", query))["results"]
    (alternative,) = results["channels"][0]["alternatives"]
    plain = result(ask(mock, NOVA, spoken(text), "audio/mpeg"))["results"]["channels"][0]["alternatives"][0]

    assert said == alternative["transcript"] == " ".join(word["word"] for word in alternative["words"])
    assert plain["words"][0]["start"] == alternative["words"][0]["start"]
    assert plain["words"][-1]["end"] == alternative["words"][-1]["end"]


def test_terms_are_searched_in_what_was_said(mock: Mock) -> None:
    """Words that were replaced or redacted afterwards are found."""
    query = "search=parcel&search=five%20boxes&replace=parcel:package&numerals=true"
    results = result(ask(mock, NOVA, spoken("The parcel and five boxes."), "audio/mpeg", query))["results"]
    (channel,) = results["channels"]

    assert "The package and 5 boxes." == channel["alternatives"][0]["transcript"]
    assert [["parcel"], ["five boxes."]] == [[hit["snippet"] for hit in each["hits"]] for each in channel["search"]]


def test_languages_of_recordings(mock: Mock) -> None:
    """What is heard in a recording of somebody else is in the language that is named; what was spoken here stays."""
    heard = {
        language: result(ask(mock, NOVA, recorded(3.0), "audio/wav", f"language={language}&detect_language=true"))
        for language in ("en", "de", "fr", "es", "it", "pt", "nl")
    }
    channels = {language: each["results"]["channels"][0] for language, each in heard.items()}

    assert {language: language for language in heard} == {
        language: each["detected_language"] for language, each in channels.items()
    }
    assert 7 == len({each["alternatives"][0]["transcript"] for each in channels.values()})
    many = result(ask(mock, NOVA, spoken("Bonjour le monde"), "audio/mpeg", "language=multi"))["results"]["channels"]
    assert ["fr"] == many[0]["alternatives"][0]["languages"]
    assert "Bonjour le monde" == many[0]["alternatives"][0]["transcript"]


def test_samples_without_a_header_need_their_figures(mock: Mock) -> None:
    """Encoding, rate and channels come in the query, the body or the media type; without them there is no sound."""
    samples = recorded(3.0, rate=8000)[44:]
    for media_type, query in (
        ("audio/raw", "encoding=linear16&sample_rate=8000&channels=1"),
        ("audio/l16;rate=8000;channels=1", ""),
        ("audio/l16; rate=4000; channels=2", ""),
        ("audio/mulaw;rate=16000", ""),
    ):
        said = result(ask(mock, NOVA, samples, media_type, query))["results"]["channels"][0]["alternatives"][0]
        assert 8 == len(said["words"]), media_type
    assert 400 == ask(mock, NOVA, samples, "audio/raw").status
    described = {"audio": text64(samples), "encoding": "linear16", "sample_rate": 8000, "channels": 1}
    assert 3.0 == result(ask(mock, SHORT, described))["duration"]
    assert 400 == ask(mock, SHORT, {"audio": text64(samples), "encoding": "wav"}).status


def test_json_is_not_for_everybody(mock: Mock) -> None:
    """Nova takes no JSON; the streaming model takes no POST and says what it takes."""
    for spelled in (NOVA, NOVA.replace("/", "%2F")):
        refused = ask(mock, spelled, {"audio": {"body": text64(spoken()), "contentType": "audio/mpeg"}})
        assert 400 <= refused.status < 500
        assert json.loads(refused.body)["success"] is False
    refused = ask(mock, STREAMING, {"encoding": "linear16", "sample_rate": "16000"})
    assert 400 == refused.status
    assert "WebSocket" in json.loads(refused.body)["errors"][0]["message"]


def test_examples_are_answered(mock: Mock) -> None:
    """The example of every request schema is a recording that is heard."""
    for model in (WHISPER[0], TURBO, TURN):
        path = f"/accounts/{{account_id}}/ai/run/{model}"
        content = mock.document.content["paths"][path]["post"]["requestBody"]["content"]
        assert result(ask(mock, model, content["application/json"]["example"]))


# turns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["wav", "mp3", "mulaw", "alaw"])
def test_silence_at_the_end_completes_a_turn(mock: Mock, kind: str) -> None:
    """Who is silent at the end has finished, who is in the middle of a sound has not."""
    for tail, complete in ((0.0, False), (0.5, True)):
        sound = recorded(3.0, rate=44100, tail=tail)
        if kind != "wav":
            sound = converted(
                sound, "mp3" if kind == "mp3" else "wav", "libmp3lame" if kind == "mp3" else f"pcm_{kind}"
            )
        said = result(ask(mock, TURN, {"audio": text64(sound), "dtype": "uint8"}))
        assert complete == said["is_complete"], said
        assert complete == (said["probability"] > 0.5)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_whole_sentence_is_a_turn(mock: Mock, encoding: str) -> None:
    """Speech of ours is complete; cut in a word it is not."""
    sound = spoken("abcdefghijklmnopqrstuvwxyz" * 3, encoding)
    assert result(ask(mock, TURN, {"audio": {"body": text64(sound), "contentType": "audio/x"}}))["is_complete"]
    assert not result(ask(mock, TURN, {"audio": text64(sound[: int(len(sound) * 0.61)])}))["is_complete"]


@pytest.mark.parametrize(("dtype", "kind"), [("float32", "f"), ("float64", "d")])
def test_samples_as_floats(mock: Mock, dtype: str, kind: str) -> None:
    """Floats without a header are samples, and nonsense among them is silence."""
    loud = array(kind, [0.5, -0.5] * 8000)
    for samples, complete in ((loud, False), (loud + array(kind, [0.0] * 8000), True)):
        samples[7] = float("nan")
        assert complete == result(ask(mock, TURN, {"audio": text64(samples.tobytes()), "dtype": dtype}))["is_complete"]
