"""Looking at pictures: captions, labels, boxes and points of pictures drawn here and of any others."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.seeds import digest
from mockserver.engine.values import HttpRequest
from mockserver.workersai.fakes.picture_contents import answer, describe
from mockserver.workersai.fakes.picture_drawing import Order, draw
from mockserver.workersai.fakes.picture_inputs import caption_of

LLAVA = "@cf/llava-hf/llava-1.5-7b-hf"
UFORM = "@cf/unum/uform-gen2-qwen-500m"
MOONDREAM = "@cf/moondream/moondream3.1-9B-A2B"
RESNET = "@cf/microsoft/resnet-50"
DETR = "@cf/facebook/detr-resnet-50"
PLAIN = [LLAVA, UFORM, RESNET, DETR]


@cache
def default_mock() -> Mock:
    return Mock()


def post(model: str, body: bytes, media_type: str = "application/json") -> tuple[int, dict[bytes, bytes], bytes]:
    request = HttpRequest(
        "POST",
        f"/client/v4/accounts/{default_mock().account_id}/ai/run/{model}",
        headers=[
            (b"authorization", b"Bearer " + default_mock().token.encode()),
            (b"content-type", media_type.encode()),
        ],
        body=body,
    )
    response = default_mock().handle(request)
    return response.status, dict(response.headers), response.body or b"".join(response.frames or ())


def result_of(got: tuple[int, dict[bytes, bytes], bytes]) -> Any:
    status, headers, body = got
    assert (200, b"responder") == (status, headers[b"x-mockflare-source"]), body[:300]
    return json.loads(body)["result"]


def ask(model: str, **body: Any) -> Any:
    return result_of(post(model, json.dumps(body).encode()))


def look(model: str, data: bytes, media_type: str = "application/octet-stream") -> Any:
    return result_of(post(model, data, media_type))


def events_of(**body: Any) -> list[Any]:
    status, headers, stream = post(MOONDREAM, json.dumps(body).encode())
    assert (200, b"text/event-stream", b"responder") == (
        status,
        headers[b"content-type"],
        headers[b"x-mockflare-source"],
    )
    lines = stream.decode().split("\n\n")
    assert ["data: [DONE]", ""] == lines[-2:]
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]


@cache
def fox(media_type: str = "image/png") -> bytes:
    return draw(Order("A red fox asleep in the snow", (320, 240), digest("fox"), media_type))


def file_of(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@cache
def foreign() -> Image.Image:
    """A picture that was not drawn here: a yellow disc on blue."""
    image = Image.new("RGB", (300, 200), (40, 90, 190))
    ImageDraw.Draw(image).ellipse((90, 30, 230, 170), fill=(240, 210, 60))
    return image


def data_url(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg"])
def test_a_picture_drawn_here_is_captioned_as_its_prompt(media_type: str) -> None:
    """Caption, labels and things of a drawn picture are those of its prompt."""
    data = fox(media_type)

    assert {"description": "A red fox asleep in the snow"} == look(LLAVA, data, media_type)
    assert ["FOX", "SNOW"] == [entry["label"] for entry in look(RESNET, data)][:2]
    assert ["fox", "snow"] == [entry["label"] for entry in look(DETR, data)]


def test_known_classes_come_first() -> None:
    """A thing that detectors know is surer than other words of the prompt."""
    data = draw(Order("Sunlight on a lazy cat", (64, 64), b"seed"))

    assert "cat" == look(DETR, data)[0]["label"]
    assert "CAT" == look(RESNET, data)[0]["label"]


@pytest.mark.parametrize(
    ("prompt", "labels"),
    [
        ("two red cars and three old dogs under a tree", ["car", "car", "dog", "dog", "dog", "tree"]),
        ("A red fox asleep in the snow", ["fox", "snow"]),
        ("seven buses", ["buses"] * 7),
        ("one red", ["red"]),
        ("asleep", ["asleep"]),
    ],
)
def test_things_are_things(prompt: str, labels: list[str]) -> None:
    """What is found is what nouns name, under its class, as often as the prompt says; other words only when there is
    nothing else."""
    picture = draw(Order(prompt, (320, 240), digest("things"), "image/png"))
    found = [each["label"] for each in look(DETR, picture)]

    assert sorted(labels) == sorted(found)
    assert {label.upper() for label in labels} <= {each["label"] for each in look(RESNET, picture)}


@pytest.mark.parametrize("model", PLAIN)
def test_every_way_to_send_a_picture_is_the_same(model: str) -> None:
    """Bytes of either media type and an array of numbers, whole or with a fraction, give one answer."""
    data = file_of(foreign(), "PNG")
    said = look(model, data)

    assert said == look(model, data, "image/png")
    assert said == look(model, data, "image/jpeg")
    assert said == ask(model, image=list(data))
    assert said == ask(model, image=[float(byte) for byte in data])


@pytest.mark.parametrize("model", [LLAVA, UFORM])
def test_base64_and_data_urls_are_read(model: str) -> None:
    """Where a model takes text, it is base64 in either alphabet, padded or not, broken into lines or in a data URL."""
    data = fox()
    said = ask(model, image=list(data))
    text = b64encode(data).decode()

    lines = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    for spelled in (text, text.rstrip("="), urlsafe_b64encode(data).decode(), lines, data_url(data)):
        assert said == ask(model, image=spelled)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "WEBP"])
def test_the_pixels_decide_not_the_file(kind: str) -> None:
    """The same pixels in another lossless file are the same picture."""
    options: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    data, plain = file_of(foreign(), kind, **options), file_of(foreign(), "PNG")

    for model in PLAIN:
        assert look(model, plain) == look(model, data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_pixels_is_read(mode: str) -> None:
    """Grey, transparent, paletted, deep and print pictures are looked at as well."""
    image = foreign().convert("L" if mode == "I;16" else mode)
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    data = file_of(Image.new("I;16", (40, 30), 30000) if mode == "I;16" else image, kind)

    assert "picture in" in look(LLAVA, data)["description"]


def test_another_picture_is_described_by_its_pixels() -> None:
    """Colours, light and format of a foreign picture are in its caption, the same each time."""
    said = look(LLAVA, file_of(foreign(), "PNG"))["description"]

    assert "a softly lit, wide and lively picture in blue and yellow" == said
    assert said == look(LLAVA, file_of(foreign(), "PNG"))["description"]
    assert (
        "a bright, square and plain picture in white"
        == describe(file_of(Image.new("RGB", (50, 50), (255, 255, 255)), "PNG")).text
    )


def test_pictures_differ() -> None:
    """Other pixels get other labels, scores or boxes."""
    pictures = [file_of(Image.new("RGB", (64, 64), (shade, 90, 40)), "PNG") for shade in range(0, 250, 10)]

    assert len(pictures) == len({json.dumps(look(RESNET, data)) for data in pictures})
    assert len(pictures) == len({json.dumps(look(DETR, data)) for data in pictures})


@pytest.mark.parametrize("data", [fox(), file_of(foreign(), "PNG"), draw(Order("?!", (10, 10), b""))])
def test_labels_are_ranked(data: bytes) -> None:
    """A classifier names five different classes in capitals, the likeliest first, at most 1 together."""
    said = look(RESNET, data)
    scores = [entry["score"] for entry in said]

    assert (5, 5) == (len(said), len({entry["label"] for entry in said}))
    assert all(entry["label"] == entry["label"].upper() for entry in said)
    assert sorted(scores, reverse=True) == scores
    assert 0.5 < sum(scores) <= 1
    assert min(scores) > 0


@pytest.mark.parametrize("size", [(10, 10), (11, 900), (1000, 12), (640, 480)])
def test_boxes_lie_in_the_picture(size: tuple[int, int]) -> None:
    """Every box is in whole pixels inside the picture's real size; the surest thing comes first."""
    for data in (
        draw(Order("dog, cat, tree and house on a hill", size, b"seed")),
        file_of(Image.new("RGB", size, (9, 99, 199)), "PNG"),
    ):
        said = look(DETR, data)
        scores = [thing["score"] for thing in said]
        assert sorted(scores, reverse=True) == scores
        assert said
        for thing in said:
            box = thing["box"]
            assert all(isinstance(edge, int) for edge in box.values())
            assert 0 <= box["xmin"] < box["xmax"] <= size[0]
            assert 0 <= box["ymin"] < box["ymax"] <= size[1]
            assert 0 < thing["score"] < 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", "A red fox asleep in the snow"),
        ("Describe this image in detail", "A red fox asleep in the snow"),
        ("What's in the picture?", "A red fox asleep in the snow"),
        ("Is there a fox?", "Yes, the picture shows a red fox asleep in the snow."),
        ("Are there any elephants?", "No, the picture shows a red fox asleep in the snow."),
        ("How many animals are there?", "I count one."),
        ("How many foxes are there?", "I count one."),
        ("How many wolves are there?", "I see no wolves."),
        ("What colour is the fox?", "The fox is red."),
        ("What size is it?", "The picture has 320 by 240 pixels."),
        ("Read the text", 'It says "A red fox asleep in the snow".'),
        ("Where is the hunter?", "The picture shows a red fox asleep in the snow."),
    ],
)
def test_questions_are_answered(question: str, expected: str) -> None:
    """A question about the picture gets an answer to that question, as prompt or as the last message."""
    image = list(fox())

    assert {"description": expected} == ask(LLAVA, image=image, prompt=question)
    messages = [{"role": "user", "content": "Hello"}, {"role": "user", "content": question}]
    assert {"description": expected} == ask(LLAVA, image=image, messages=messages)


def test_colours_are_those_seen() -> None:
    """Asked for colours, the answer names those of the pixels."""
    assert "The picture is mostly blue and yellow." == answer(describe(file_of(foreign(), "PNG")), "Which colors?")


@pytest.mark.parametrize("limit", [0, 1, 3, 7])
def test_max_tokens_ends_a_description(limit: int) -> None:
    """A limit gives the beginning of the whole description, token by token."""
    assert (
        "A red fox asleep in the snow".split(" ")[:limit]
        == ask(LLAVA, image=list(fox()), max_tokens=limit)["description"].split()
    )


def test_a_model_refuses_what_it_does_not_know() -> None:
    """uform takes no temperature."""
    status, _, body = post(UFORM, json.dumps({"image": list(fox()), "temperature": 1}).encode())

    assert (400, 5006) == (status, json.loads(body)["errors"][0]["code"])
    assert b"/temperature" in body


TASKS: list[tuple[dict[str, Any], str]] = [
    ({"task": "caption"}, "caption"),
    ({"task": "query", "question": "Is there a fox?"}, "answer"),
    ({"task": "point", "object": "fox"}, "points"),
    ({"task": "detect", "object": "fox"}, "objects"),
    ({"prompt": "Is there a fox?"}, "answer"),
    ({"object": "fox"}, "objects"),
    ({"task": "detect"}, "objects"),
    ({}, "caption"),
]


@pytest.mark.parametrize(("task", "member"), TASKS)
def test_tasks_answer_in_their_own_member(task: dict[str, Any], member: str) -> None:
    """Each task has its member; without a stream the result is one object, with usage."""
    result = ask(MOONDREAM, **task, image=data_url(fox()), stream=False)

    assert result[member]
    usage = result["usage"]
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]


@pytest.mark.parametrize(("task", "member"), TASKS)
@pytest.mark.parametrize("stream", [True, None])
def test_tasks_stream_by_default(task: dict[str, Any], member: str, stream: bool | None) -> None:
    """Unless it is declined the answer comes as events, and they say what the one object says."""
    body = {**task, "image": data_url(fox())}
    whole = ask(MOONDREAM, **body, stream=False)
    events = events_of(**body) if stream is None else events_of(**body, stream=stream)

    assert whole["usage"] == events[-1]["usage"]
    if member in ("points", "objects"):
        assert whole[member] == events[0][member]
    else:
        assert whole[member] == "".join(event["response"] for event in events)
        assert len(events) - 1 == whole["usage"]["completion_tokens"]


def test_places_are_parts_of_the_picture() -> None:
    """Points and boxes are between 0 and 1; a point is the middle of its box."""
    body = {"image": data_url(fox()), "object": "fox", "stream": False}
    (box,) = ask(MOONDREAM, task="detect", **body)["objects"]
    (point,) = ask(MOONDREAM, task="point", **body)["points"]

    assert 0 <= box["x_min"] < box["x_max"] <= 1
    assert 0 <= box["y_min"] < box["y_max"] <= 1
    assert (box["x_min"] + box["x_max"]) / 2 == pytest.approx(point["x"], abs=1e-5)
    assert (box["y_min"] + box["y_max"]) / 2 == pytest.approx(point["y"], abs=1e-5)


def test_what_is_not_there_is_not_found() -> None:
    """A drawn picture has no place for what its prompt does not speak of."""
    assert [] == ask(MOONDREAM, task="detect", image=data_url(fox()), object="giraffes", stream=False)["objects"]


@pytest.mark.parametrize(
    "value", ["https://example.com/shots/red-panda_2.jpg", {"url": "https://example.com/x/red-panda.png"}]
)
def test_an_address_is_read_and_never_visited(value: Any) -> None:
    """A picture at an address is captioned by the words of the address, with a warning."""
    body = json.dumps({"task": "caption", "image_url": value, "stream": False}).encode()
    status, headers, said = post(MOONDREAM, body)

    assert (200, "red panda") == (status, json.loads(said)["result"]["caption"])
    assert b"visits no address" in headers[b"x-mockflare-warning"]


def test_captions_are_there_for_other_families() -> None:
    """What came in a message, a data URL or an address, has a caption."""
    assert "A red fox asleep in the snow" == caption_of(data_url(fox()), "/messages/0").text
    assert "grey heron" == caption_of("https://example.com/grey%20heron.webp?x=1", "").text


def test_pictures_from_our_models_come_back() -> None:
    """What a text-to-image model of the catalogue drew, an image-to-text model reads."""
    names = [model.name for model in catalogue().select(family="text-to-image-binary") if model.active]
    for name in names:
        status, headers, data = post(name, json.dumps({"prompt": "Zwei Füchse 🦊 im Schnee"}).encode())
        assert 200 == status
        said = look(LLAVA, data, headers[b"content-type"].decode())
        assert {"description": "Zwei Füchse 🦊 im Schnee"} == said
