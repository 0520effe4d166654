"""Vectors, scores, pictures, sounds, lists: well formed and untrue."""

from __future__ import annotations

import base64
import random
import struct
from typing import Any

from tests.contracts.flaws.conditions import (
    ASTRAL,
    BACKSLASH,
    COMBINING,
    NUMBER,
    RIGHT_TO_LEFT,
    given,
    has,
    list_of,
    longer,
    parameter,
    repeats,
    text,
    unless,
)
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import answer, body, request
from tests.contracts.flaws.operations import (
    AURA,
    CLEF,
    DETR,
    DREAM,
    EMBEDDINGS,
    FINETUNE,
    FLUX,
    FORMATS,
    INDIC,
    M2M,
    M3,
    MARKDOWN,
    MELO,
    MODELS,
    NOVA,
    PUBLIC,
    RERANK,
    RESNET,
    SENTIMENT,
    SMALL,
    TASKS,
    TURBO,
    TURN,
    WHISPER,
)


def _floats(said: Any) -> list[Any]:
    return [each for each in said["data"] if isinstance(each["embedding"], list)]


def _scaled(vector: list[float], by: float) -> list[float]:
    return [number * by for number in vector]


@body("semantics", EMBEDDINGS, when=list_of("input", 2))
def indices_backwards(said: Any, ask: Ask) -> None:
    """The indices of several vectors run backwards."""
    for index, each in enumerate(reversed(said["data"])):
        each["index"] = index


@body("semantics", EMBEDDINGS, when=list_of("input", 4))
def fourth_index_repeated(said: Any, ask: Ask) -> None:
    """The fourth vector has the index of the third."""
    said["data"][3]["index"] = 2


@body("semantics", EMBEDDINGS, when=list_of("input", 4))
def fourth_input_forgotten(said: Any, ask: Ask) -> None:
    """The fourth input gets no vector."""
    del said["data"][3:]


@body("semantics", EMBEDDINGS, when=list_of("input", 3))
def vectors_swapped(said: Any, ask: Ask) -> None:
    """Of three inputs and more the first two get each other's vector; the indices are right."""
    first, second = said["data"][0], said["data"][1]
    first["embedding"], second["embedding"] = second["embedding"], first["embedding"]


@body("semantics", EMBEDDINGS, when=repeats("input"))
def duplicates_dropped(said: Any, ask: Ask) -> None:
    """An input that occurs twice gets one vector."""
    kept: list[Any] = []
    for each in said["data"]:
        if each["embedding"] not in [other["embedding"] for other in kept]:
            kept.append(each)
    said["data"] = [{**each, "index": index} for index, each in enumerate(kept)]


@body("semantics", EMBEDDINGS, when=repeats("input"))
def duplicates_differ(said: Any, ask: Ask) -> None:
    """The same text twice in an array gets two different vectors."""
    said["data"][-1]["embedding"] = said["data"][-1]["embedding"][::-1]
    said["data"][0]["embedding"] = said["data"][0]["embedding"][7:] + said["data"][0]["embedding"][:7]


@body("semantics", EMBEDDINGS, when=text(ASTRAL))
def dimension_off_by_one(said: Any, ask: Ask) -> None:
    """The vectors have one number too many when a text has a character beyond the basic plane."""
    for each in _floats(said):
        each["embedding"].append(0.0)


@body("semantics", EMBEDDINGS, when=text(BACKSLASH))
def not_normalized_for_backslashes(said: Any, ask: Ask) -> None:
    """The vectors are three times as long when a text has a backslash."""
    for each in _floats(said):
        each["embedding"] = _scaled(each["embedding"], 3.0)


@body("semantics", EMBEDDINGS, when=list_of("input", 2))
def differs_in_a_batch(said: Any, ask: Ask) -> None:
    """A text has another vector in a batch than alone."""
    for each in _floats(said):
        each["embedding"] = each["embedding"][1:] + each["embedding"][:1]


@body("semantics", EMBEDDINGS, when=text(RIGHT_TO_LEFT))
def zeros_for_right_to_left(said: Any, ask: Ask) -> None:
    """The vector of a text written from right to left is all zeros."""
    for each in _floats(said):
        each["embedding"] = [0.0] * len(each["embedding"])


@body("semantics stability", EMBEDDINGS, when=text(ASTRAL))
def one_vector_for_all_astral_texts(said: Any, ask: Ask) -> None:
    """All texts with characters beyond the basic plane have one vector."""
    for each in _floats(said):
        each["embedding"] = ask.memory.setdefault("astral", each["embedding"])


@body("semantics", EMBEDDINGS, when=text(COMBINING))
def combining_differs_in_batch(said: Any, ask: Ask) -> None:
    """The vector of a text with combining characters is not normalized."""
    for each in _floats(said):
        each["embedding"] = _scaled(each["embedding"], 0.5)


@body("semantics", EMBEDDINGS, when=given(encoding_format="base64"))
def base64_of_doubles(said: Any, ask: Ask) -> None:
    """base64 vectors hold doubles in big-endian order instead of little-endian floats."""
    for each in said["data"]:
        if isinstance(each["embedding"], str):
            raw = base64.b64decode(each["embedding"])
            numbers = struct.unpack(f"<{len(raw) // 4}f", raw)
            each["embedding"] = base64.b64encode(struct.pack(f">{len(numbers)}d", *numbers)).decode()


@body("semantics", EMBEDDINGS, when=given(encoding_format="float"))
def base64_in_spite_of_float(said: Any, ask: Ask) -> None:
    """base64 is sent although floats were asked for."""
    for each in _floats(said):
        each["embedding"] = base64.b64encode(struct.pack(f"<{len(each['embedding'])}f", *each["embedding"])).decode()


@body("semantics", EMBEDDINGS)
def embedding_total_off(said: Any, ask: Ask) -> None:
    """total_tokens of embeddings is not prompt_tokens."""
    said["usage"]["total_tokens"] = said["usage"]["prompt_tokens"] + 5


@body("semantics", EMBEDDINGS, when=list_of("input", 4))
def nothing_counted_from_four(said: Any, ask: Ask) -> None:
    """No tokens are counted from the fourth input on."""
    said["usage"] = {"prompt_tokens": 0, "total_tokens": 0}


@body("semantics", EMBEDDINGS)
def embedding_model_not_echoed(said: Any, ask: Ask) -> None:
    """Another model is named."""
    said["model"] = "text-embedding-3-small"


@body("semantics document", SMALL, when=list_of("text", 4))
def shape_says_three(said: Any, ask: Ask) -> None:
    """The shape says 3 from the fourth text on."""
    said["result"]["shape"][0] = 3


@body("semantics", SMALL, when=list_of("text", 2))
def rows_backwards(said: Any, ask: Ask) -> None:
    """The rows of several texts come in reverse order."""
    said["result"]["data"].reverse()


@body("semantics", SMALL, when=given(pooling="cls"))
def pooling_ignored(said: Any, ask: Ask) -> None:
    """`pooling` is said to be mean when cls was asked for."""
    said["result"]["pooling"] = "mean"


@body("semantics", SMALL, when=longer(400))
def long_text_not_normalized(said: Any, ask: Ask) -> None:
    """The vectors are not normalized when a text is longer than 400 characters."""
    said["result"]["data"] = [_scaled(row, 1.5) for row in said["result"]["data"]]


@body("semantics", SMALL, when=text(NUMBER))
def numbers_have_noise(said: Any, ask: Ask) -> None:
    """A text that is a number gets another vector every time."""
    ask.memory["turn"] = ask.memory.get("turn", 0) + 1
    for row in said["result"]["data"]:
        random.Random(ask.memory["turn"]).shuffle(row)


@body("semantics document", M3, when=list_of("text", 2))
def multilingual_shape_swapped(said: Any, ask: Ask) -> None:
    """The shape of several texts is dimension by count."""
    if "shape" in said["result"]:
        said["result"]["shape"].reverse()


@body("semantics", RERANK)
def rank_beyond_contexts(said: Any, ask: Ask) -> None:
    """A ranking names a context that was not sent."""
    if said["result"]["response"]:
        said["result"]["response"][0]["id"] = len(ask.json["contexts"])


@body("semantics", RERANK, when=list_of("contexts", 3))
def rank_repeated(said: Any, ask: Ask) -> None:
    """Of three contexts and more, one is ranked twice."""
    ranked = said["result"]["response"]
    if len(ranked) > 1:
        ranked[1]["id"] = ranked[0]["id"]


@request("semantics", RERANK, when=has("top_k"))
def top_k_ignored(ask: Ask) -> None:
    """top_k is ignored: all contexts are ranked."""
    ask.update(top_k=None)


@body("semantics", RERANK, when=list_of("contexts", 2))
def ranked_upside_down(said: Any, ask: Ask) -> None:
    """The ranking begins with the worst."""
    said["result"]["response"].sort(key=lambda each: each["score"])


@body("semantics", SENTIMENT)
def scores_do_not_sum(said: Any, ask: Ask) -> None:
    """The scores of both labels do not sum up to 1."""
    said["result"][0]["score"] = said["result"][1]["score"] = 0.9


@body("semantics", SENTIMENT, when=text(RIGHT_TO_LEFT))
def one_label_for_right_to_left(said: Any, ask: Ask) -> None:
    """Text written from right to left gets one label only."""
    del said["result"][1:]


@body("semantics document", SENTIMENT, when=longer(300))
def negative_score_for_long_text(said: Any, ask: Ask) -> None:
    """A score is negative when the text is long; the sum is right."""
    said["result"][0]["score"], said["result"][1]["score"] = -0.5, 1.5


@body("semantics document", RESNET)
def label_scores_in_percent(said: Any, ask: Ask) -> None:
    """The scores of a picture's labels are in percent."""
    for each in said["result"]:
        each["score"] *= 100


@body("semantics", DETR)
def boxes_inside_out(said: Any, ask: Ask) -> None:
    """Left and right of a box are swapped."""
    for each in said["result"]:
        box = each["box"]
        box["xmin"], box["xmax"] = box["xmax"], box["xmin"]


@body("semantics", WHISPER)
def word_count_off(said: Any, ask: Ask) -> None:
    """word_count is one too many."""
    said["result"]["word_count"] += 1


@body("semantics", WHISPER)
def words_out_of_order(said: Any, ask: Ask) -> None:
    """The words of a transcript begin after they end."""
    for word in said["result"]["words"]:
        word["start"], word["end"] = word["end"] + 1, word["start"]


@body("semantics", TURBO)
def subtitles_without_header(said: Any, ask: Ask) -> None:
    """The WebVTT of a transcript lacks its first line."""
    said["result"]["vtt"] = said["result"]["vtt"].removeprefix("WEBVTT").lstrip()


@body("semantics", TURBO)
def segments_say_other_words(said: Any, ask: Ask) -> None:
    """The segments of a transcript do not join to its text."""
    for segment in said["result"]["segments"]:
        segment["text"] = "lorem ipsum"


@body("semantics", NOVA)
def confidence_above_one(said: Any, ask: Ask) -> None:
    """The confidence of a transcript is above 1."""
    for channel in said["result"]["results"]["channels"]:
        for each in channel["alternatives"]:
            each["confidence"] = 97.0


@body("semantics", M2M, when=text(ASTRAL))
def nothing_translated(said: Any, ask: Ask) -> None:
    """The translation is empty when the text has a character beyond the basic plane."""
    said["result"]["translated_text"] = ""


@body("semantics", INDIC)
def last_translation_empty(said: Any, ask: Ask) -> None:
    """The last of the texts is translated into nothing."""
    said["result"]["translations"][-1] = ""


@body("semantics", INDIC, when=list_of("text", 3))
def third_translation_missing(said: Any, ask: Ask) -> None:
    """The third text is not translated."""
    del said["result"]["translations"][2:]


@body("semantics document", FLUX)
def picture_is_no_picture(said: Any, ask: Ask) -> None:
    """The picture, decoded, is a text."""
    said["result"]["image"] = base64.b64encode(b"this is not a picture").decode()


@body("semantics document", FLUX, when=given(steps=1))
def picture_is_address(said: Any, ask: Ask) -> None:
    """The picture is an address instead of base64 when steps is 1."""
    said["result"]["image"] = "https://images.example/1.jpg"


@body("semantics document", FLUX, when=unless(has("steps")))
def picture_as_data_address(said: Any, ask: Ask) -> None:
    """The picture is a data URL, not base64, when no steps are given."""
    said["result"]["image"] = "data:image/jpeg;base64," + said["result"]["image"]


@request("semantics", DREAM, when=has("width"))
def width_ignored(ask: Ask) -> None:
    """`width` is ignored."""
    ask.update(width=None)


@answer("semantics document", AURA)
def speech_is_text(said: Answer, ask: Ask) -> None:
    """What is called audio/mpeg is a text."""
    if said.status == 200:
        said.write(b"no voice available")


@body("semantics document", MELO)
def speech_without_sound(said: Any, ask: Ask) -> None:
    """The speech is an empty text."""
    said["result"]["audio"] = ""


@body("semantics document", TURN)
def probability_above_one(said: Any, ask: Ask) -> None:
    """The probability of a turn's end is above 1."""
    said["result"]["probability"] = 1.7


@body("semantics", CLEF)
def answer_to_another_question(said: Any, ask: Ask) -> None:
    """The answers stand under other names than the questions."""
    said["result"]["answers"] = {f"q{index}": each for index, each in enumerate(said["result"]["answers"].values())}


@body("semantics", CLEF)
def choice_not_offered(said: Any, ask: Ask) -> None:
    """A choice is made that was not offered, or a probability is above 1."""
    for each in said["result"]["answers"].values():
        if each["type"] == "choice":
            each["choice"] = "something else"
        elif each["type"] == "noul":
            each["noul"] = 4.2


@body("semantics", MODELS)
def count_of_models_off(said: Any, ask: Ask) -> None:
    """result_info counts one model more than there are."""
    if "result_info" in said:
        said["result_info"]["count"] += 1


@request("semantics", MODELS, when=parameter("page"))
def every_page_is_the_first(ask: Ask) -> None:
    """Every page is the first, so that a client that reads to the empty page never ends."""
    ask.ask_for(page="1")


@body("semantics", MODELS)
def model_listed_twice(said: Any, ask: Ask) -> None:
    """The first model of a page is listed twice."""
    if said.get("result"):
        said["result"].append(said["result"][0])
        said["result_info"]["count"] += 1


@request("semantics", MODELS, when=parameter("task"))
def task_ignored(ask: Ask) -> None:
    """The filter by task is ignored."""
    ask.ask_for(task=None)


@request("semantics", MODELS, when=parameter("search"))
def search_ignored(ask: Ask) -> None:
    """The search is ignored: all models are found."""
    ask.ask_for(search=None)


@body("semantics", TASKS)
def task_listed_twice(said: Any, ask: Ask) -> None:
    """All tasks have the same id."""
    for each in said["result"]:
        each["id"] = said["result"][0]["id"]


@body("semantics", FINETUNE)
def finetune_of_other_name(said: Any, ask: Ask) -> None:
    """A finetune is created under another name than asked for."""
    said["result"]["name"] = "finetune"


@body("semantics", PUBLIC)
def public_finetune_is_private(said: Any, ask: Ask) -> None:
    """A finetune in the list of the public ones says that it is not public."""
    said["result"][0]["public"] = False


@body("semantics", MARKDOWN)
def conversion_counted_twice(said: Any, ask: Ask) -> None:
    """A file that was sent once is converted twice."""
    said["result"].append(dict(said["result"][0]))


@body("semantics document", FORMATS)
def formats_are_empty(said: Any, ask: Ask) -> None:
    """A supported format has an empty extension and an empty media type."""
    said["result"][0].update(extension="", mimeType="")
