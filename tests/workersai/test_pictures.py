"""Text to image: every model draws what it is asked for, in its own transport."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from functools import cache
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.values import HttpRequest
from mockserver.openapi.sampling import Sampler
from mockserver.workersai.fakes.picture_contents import describe

MODELS = [model for model in catalogue().select(task="Text-to-Image") if model.active]
NAMES = [model.name for model in MODELS]
FORMS = [model.name for model in MODELS if model.family == "text-to-image-multipart"]
JSONS = [name for name in NAMES if name not in FORMS]
STABLE = "@cf/stabilityai/stable-diffusion-xl-base-1.0"
PHOENIX = "@cf/leonardo/phoenix-1.0"
LUCID = "@cf/leonardo/lucid-origin"
SCHNELL = "@cf/black-forest-labs/flux-1-schnell"
IMG2IMG = "@cf/runwayml/stable-diffusion-v1-5-img2img"
INPAINTING = "@cf/runwayml/stable-diffusion-v1-5-inpainting"
KLEIN = "@cf/black-forest-labs/flux-2-klein-4b"


@cache
def default_mock() -> Mock:
    return Mock()


def post(model: str, body: bytes, media_type: str, mock: Mock | None = None) -> tuple[int, dict[bytes, bytes], bytes]:
    mock = mock or default_mock()
    request = HttpRequest(
        "POST",
        f"/client/v4/accounts/{mock.account_id}/ai/run/{model}",
        headers=[(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", media_type.encode())],
        body=body,
    )
    response = mock.handle(request)
    return response.status, dict(response.headers), response.body


def form(fields: dict[str, Any]) -> bytes:
    parts = []
    for name, value in fields.items():
        disposition = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, bytes):
            disposition += f'; filename="{name}.png"\r\nContent-Type: image/png'
        content = value if isinstance(value, bytes) else str(value).encode()
        parts.append(b"--edge\r\n" + disposition.encode() + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + b"--edge--\r\n"


def ask(model: str, mock: Mock | None = None, **body: Any) -> tuple[int, dict[bytes, bytes], bytes]:
    if model in FORMS:
        return post(model, form(body), "multipart/form-data; boundary=edge", mock)
    return post(model, json.dumps(body).encode(), "application/json", mock)


def picture_in(model: str, answer: tuple[int, dict[bytes, bytes], bytes]) -> bytes:
    """Return the file in a good answer, whatever the transport."""
    status, headers, body = answer
    assert (200, b"responder") == (status, headers[b"x-mockflare-source"]), body[:300]
    facts = catalogue()[model].facts["image"]
    if facts["response"] == "binary":
        assert facts["media_type"].encode() == headers[b"content-type"]
        return body
    assert b"application/json" == headers[b"content-type"]
    envelope = json.loads(body)
    assert [[], [], True, ["image"]] == [envelope[key] for key in ("errors", "messages", "success")] + [
        list(envelope["result"])
    ]
    return b64decode(envelope["result"]["image"], validate=True)


def drawn(model: str, **body: Any) -> bytes:
    return picture_in(model, ask(model, **body))


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def file_of(image: Image.Image, kind: str = "PNG") -> bytes:
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()


def error_of(answer: tuple[int, dict[bytes, bytes], bytes]) -> tuple[int, int, str]:
    envelope = json.loads(answer[2])
    assert (False, {}) == (envelope["success"], envelope["result"])
    return answer[0], envelope["errors"][0]["code"], envelope["errors"][0]["message"]


@pytest.mark.parametrize("name", NAMES)
def test_a_bare_prompt_is_drawn_in_the_default_size(name: str) -> None:
    """The smallest request gets a picture of the model's own size and file type."""
    image = opened(drawn(name, prompt="A red fox asleep in the snow"))
    facts = catalogue()[name].facts["image"]

    assert tuple(facts["default_size"]) == image.size
    assert "RGB" == image.mode
    assert facts["media_type"] == Image.MIME[image.format or ""]


@pytest.mark.parametrize("name", [name for name in NAMES if name != SCHNELL])
def test_a_size_is_kept(name: str) -> None:
    """Width and height are those asked for, at both ends of what the model takes."""
    low, high = catalogue()[name].facts["image"]["size_range"]
    for width, height in ((max(low, 1), 256), (300, 257), (256, high)):
        assert (width, height) == opened(drawn(name, prompt="A fox", width=width, height=height)).size


@pytest.mark.parametrize("name", [PHOENIX, LUCID])
def test_a_size_of_nought_is_no_size(name: str) -> None:
    """Where the published bounds begin at 0, the model chooses."""
    expected = tuple(catalogue()[name].facts["image"]["default_size"])

    assert expected == opened(drawn(name, prompt="A fox", width=0, height=0)).size


@pytest.mark.parametrize("name", JSONS)
@pytest.mark.parametrize("size", ["minimal", "typical", "maximal"])
def test_requests_made_from_the_schema_are_answered(name: str, size: str) -> None:
    """Whatever the model's own schema allows is drawn, with and without pictures to start from."""
    operation = next(each for each in default_mock().document.operations.values() if each.path.endswith("/run/" + name))
    sampler = Sampler(operation.request_content["application/json"].schema)
    start = file_of(Image.new("RGB", (20, 30), (200, 10, 10)))
    for number in range(2):
        body = sampler.sample(Random(number), size=size, words=["fox", "snow"])
        values = {"image": list(start), "image_b64": b64encode(start).decode(), "mask": list(start)}
        opened(drawn(name, **{**body, **{key: values[key] for key in values if body.get(key) is not None}}))


@pytest.mark.parametrize("name", FORMS)
def test_a_whole_form_is_answered(name: str) -> None:
    """A form with every field, files and JSON text as the prompt included."""
    files = {f"input_image_{n}": file_of(Image.new("RGB", (64, 48), (60 * n, 200, 20))) for n in range(4)}
    prompt = json.dumps({"scene": "a fox on the moon", "style": {"mood": ["calm"]}})
    image = opened(drawn(name, prompt=prompt, steps=25, guidance=3.5, width=512, height=320, seed=7, **files))

    assert (512, 320) == image.size


def test_a_prompt_in_json_text_is_read() -> None:
    """What the leaves of a JSON prompt say is drawn, what it says of the scene first."""
    prompt = json.dumps({"style": ["oil", {"mood": "calm"}], "scene": "a fox on the moon", "seed": 5})

    assert "a fox on the moon, oil, calm" == describe(drawn(KLEIN, prompt=prompt)).text
    assert '{"scene": ' == describe(drawn(KLEIN, prompt='{"scene": ')).text


def test_a_field_out_of_range_is_named_without_an_expression() -> None:
    """Numbers of a form are text; what is wrong with one is said as of a number."""
    for width, said in (("12", "out of range"), ("wide", "'string' not in 'integer'")):
        answer = post(KLEIN, form({"prompt": "A fox", "width": width}), "multipart/form-data; boundary=edge")
        status, code, message = error_of(answer)
        assert (400, 5006) == (status, code)
        assert said in message
        assert "[0-9]" not in message


def test_a_file_that_is_sent_twice_is_refused() -> None:
    """One field is one picture."""
    part = b'--edge\r\nContent-Disposition: form-data; name="input_image_0"; filename="a.png"\r\n\r\nx\r\n'
    body = form({"prompt": "A fox"}).removesuffix(b"--edge--\r\n") + part + part + b"--edge--\r\n"

    assert (400, 5006) == error_of(post(KLEIN, body, "multipart/form-data; boundary=edge"))[:2]


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        (KLEIN, {"prompt": "A fox", "width": 255}, "width"),
        (KLEIN, {"prompt": "A fox", "height": 1921}, "height"),
        (KLEIN, {"prompt": "A fox", "width": "wide"}, "width"),
        (KLEIN, {"steps": 4}, "prompt"),
        (STABLE, {"prompt": "A fox", "width": 255}, "width"),
        (STABLE, {"prompt": "A fox", "height": 2049}, "height"),
        (STABLE, {}, "prompt"),
        (LUCID, {"prompt": "A fox", "width": 2501}, "width"),
        (PHOENIX, {"prompt": ""}, "prompt"),
        (SCHNELL, {"prompt": "A fox", "steps": 9}, "steps"),
        (SCHNELL, {"prompt": "x" * 2049}, "prompt"),
        (IMG2IMG, {"prompt": "A fox", "image": [1, 2, 300]}, "image/2"),
    ],
)
def test_what_is_out_of_bounds_is_refused(name: str, body: dict[str, Any], complaint: str) -> None:
    """A size, a step or a prompt beyond the published bounds is 5006 and named."""
    status, code, message = error_of(ask(name, **body))

    assert (400, 5006) == (status, code)
    assert complaint in message


@pytest.mark.parametrize(
    ("name", "body", "code", "complaint"),
    [
        (IMG2IMG, {"image": list(b"nothing of the kind")}, 5006, "cannot identify image file of 19 bytes"),
        (IMG2IMG, {"image": list(file_of(Image.new("RGB", (9, 40))))}, 5006, "at least 10px"),
        (IMG2IMG, {"image_b64": "no base64!"}, 5004, "base64"),
        (INPAINTING, {"image": list(file_of(Image.new("RGB", (32, 32)))), "mask": [1, 2]}, 5006, "2 bytes"),
        (KLEIN, {"input_image_0": b"GIF89a broken"}, 5006, "image"),
    ],
)
def test_what_is_no_picture_is_refused(name: str, body: dict[str, Any], code: int, complaint: str) -> None:
    """A picture to start from has to be one, and the message says what is wrong with it."""
    status, found, message = error_of(ask(name, prompt="A fox", **body))

    assert (400, code) == (status, found)
    assert complaint in message


def test_errors_can_be_met_on_purpose() -> None:
    """Words in the prompt stand for the refusals that the service has for prompts and outputs."""
    assert (400, 8007) == error_of(ask(KLEIN, prompt="something NSFW, please"))[:2]
    assert (400, 3030) == error_of(ask(SCHNELL, prompt="A fox; flag this output"))[:2]


def test_reference_pictures_are_small() -> None:
    """A form's picture beyond the model's limit gets a warning; under strict fidelity it is refused."""
    large = file_of(Image.new("RGB", (513, 20)))
    headers = ask(KLEIN, prompt="A fox", input_image_0=large)[1]

    assert b"513 by 20" in headers[b"x-mockflare-warning"]
    assert (400, 5006) == error_of(ask(KLEIN, Mock(fidelity="strict"), prompt="A fox", input_image_0=large))[:2]


@pytest.mark.parametrize("name", [STABLE, PHOENIX, KLEIN, LUCID])
def test_same_request_same_bytes(name: str) -> None:
    """Another mock draws the same; another prompt, seed, model or mock's seed gives another picture."""
    body = {"prompt": "A red fox", "seed": 1, "width": 256, "height": 256}
    first = drawn(name, **body)

    assert first == picture_in(name, ask(name, Mock(), **body))
    others = [
        drawn(name, **{**body, "prompt": "A red wolf"}),
        drawn(name, **{**body, "seed": 2}),
        picture_in(name, ask(name, Mock(seed=1), **body)),
    ]
    pixels = {opened(data).tobytes() for data in (first, *others)}
    assert 4 == len(pixels)


def test_negative_prompt_changes_the_picture() -> None:
    """What is not wanted counts, and its colours are left out."""
    body = {"prompt": "A kite", "width": 256, "height": 256}

    assert drawn(STABLE, **body) != drawn(STABLE, **body, negative_prompt="red, blue and green")


def mean_colour(image: Image.Image) -> tuple[int, ...]:
    return tuple(image.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes())


@pytest.mark.parametrize("strength", [0, 0.5, 1])
def test_the_given_picture_shows_through(strength: float) -> None:
    """Image to image begins with the picture it was given, of the same size; less strength leaves more of it."""
    reds, blues = (
        mean_colour(
            opened(
                drawn(
                    IMG2IMG,
                    prompt="A kite",
                    strength=strength,
                    image=list(file_of(Image.new("RGB", (320, 256), colour))),
                )
            )
        )
        for colour in ((255, 0, 0), (0, 0, 255))
    )

    assert reds[0] - blues[0] > 40
    assert blues[2] - reds[2] > 40


def test_given_as_base64_or_as_bytes_is_the_same() -> None:
    """`image_b64` is another spelling of `image`."""
    data = file_of(Image.new("RGB", (256, 300), (10, 200, 30)))
    spelled = drawn(IMG2IMG, prompt="A kite", image_b64=b64encode(data).decode())

    assert drawn(IMG2IMG, prompt="A kite", image=list(data)) == spelled
    assert (256, 300) == opened(spelled).size


def test_members_that_a_model_does_not_know_are_left_alone() -> None:
    """A model that starts from no picture draws, whatever it is given as one."""
    assert drawn(PHOENIX, prompt="A kite") == drawn(PHOENIX, prompt="A kite", image="nothing", mask=5)


def test_only_the_mask_is_repainted() -> None:
    """Inpainting keeps every pixel that the mask leaves black, and changes those that it makes white."""
    given = Image.new("RGB", (256, 256), (12, 200, 40))
    mask = Image.new("L", (256, 256))
    mask.paste(255, (64, 64, 192, 160))
    result = opened(drawn(INPAINTING, prompt="A kite", image=list(file_of(given)), mask=list(file_of(mask))))
    inside = result.crop((64, 64, 192, 160))
    result.paste((12, 200, 40), (64, 64, 192, 160))

    assert given.tobytes() == result.tobytes()
    assert mean_colour(given) != mean_colour(inside)


def test_an_empty_mask_changes_nothing() -> None:
    """Where nothing is to be repainted, the picture comes back."""
    given = Image.new("RGB", (256, 256), (12, 200, 40))
    black = list(file_of(Image.new("L", (64, 64))))

    assert (
        given.tobytes() == opened(drawn(INPAINTING, prompt="A kite", image=list(file_of(given)), mask=black)).tobytes()
    )


def test_all_reference_pictures_of_a_form_are_used() -> None:
    """Each file of a form leaves its colour in its quarter of the picture."""
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]
    files = {f"input_image_{n}": file_of(Image.new("RGB", (64, 64), colour)) for n, colour in enumerate(colours)}
    alone = opened(drawn(KLEIN, prompt="A kite", width=256, height=256))
    together = opened(drawn(KLEIN, prompt="A kite", width=256, height=256, **files))
    corners = [(4, 4), (240, 4), (4, 150), (240, 150)]

    for colour, (left, top) in zip(colours, corners, strict=True):
        box = (left, top, left + 12, top + 12)
        before, after = mean_colour(alone.crop(box)), mean_colour(together.crop(box))
        for part, wanted, now in zip(before, colour, after, strict=True):
            assert abs(now - wanted) <= abs(part - wanted) + 8
