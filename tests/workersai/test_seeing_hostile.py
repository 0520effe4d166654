"""Broken, empty, tiny, huge and lying pictures are refused in the service's envelope, never with a 5xx."""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64encode
from functools import cache
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
from mockserver.workersai.fakes.picture_drawing import Order, draw

LLAVA = "@cf/llava-hf/llava-1.5-7b-hf"
UFORM = "@cf/unum/uform-gen2-qwen-500m"
MOONDREAM = "@cf/moondream/moondream3.1-9B-A2B"
RESNET = "@cf/microsoft/resnet-50"
DETR = "@cf/facebook/detr-resnet-50"
IMG2IMG = "@cf/runwayml/stable-diffusion-v1-5-img2img"
RAW = [LLAVA, RESNET, DETR, UFORM]

pytestmark = [
    # Pillow warns of what it finds odd in a file; here everything is odd, and what is refused is refused anyway
    pytest.mark.filterwarnings("ignore"),
]


@cache
def default_mock() -> Mock:
    return Mock()


def post(model: str, body: bytes, media_type: str) -> tuple[int, bytes]:
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
    return response.status, response.body


def refusal(model: str, body: Any) -> str:
    """Return the message of a refusal in the service's envelope."""
    is_raw = isinstance(body, bytes)
    status, said = post(
        model, body if is_raw else json.dumps(body).encode(), "image/png" if is_raw else "application/json"
    )
    envelope = json.loads(said)
    assert 400 <= status < 500, said[:300]
    assert ({}, False, []) == (envelope["result"], envelope["success"], envelope["messages"])
    assert isinstance(envelope["errors"][0]["code"], int)
    return str(envelope["errors"][0]["message"])


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG file whose header says what it likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def originals() -> list[bytes]:
    """Return small sound files of every kind that is read."""
    image = Image.effect_noise((40, 30), 80).convert("RGB")
    files = []
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP"):
        file = BytesIO()
        image.save(file, kind)
        files.append(file.getvalue())
    return [*files, draw(Order("A fox", (64, 64), b"")), draw(Order("A fox", (64, 64), b"", "image/jpeg"))]


def broken(count: int) -> list[bytes]:
    """Return files that were cut, flipped, spliced, grown or made up; the same ones each time."""
    random, sound, found = Random(3), originals(), []
    for number in range(count):
        data = bytearray(random.choice(sound))
        if number % 5 == 0:
            del data[random.randrange(len(data)) :]
        elif number % 5 == 1:
            for _ in range(random.randrange(1, 30)):
                data[random.randrange(len(data))] = random.randrange(256)
        elif number % 5 == 2:
            data[8 : random.randrange(8, len(data))] = random.randbytes(random.randrange(60))
        elif number % 5 == 3:
            data = bytearray(data[: random.randrange(2, 40)] + random.choice(sound))
        else:
            data = bytearray(random.choice((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF", b"BM", b"")))
            data += random.randbytes(random.randrange(200))
        found.append(bytes(data))
    return found


def test_five_hundred_broken_pictures() -> None:
    """Whatever is sent as a picture is looked at or refused with a reason; the mock fails over none of them."""
    refused = 0
    for number, data in enumerate(broken(500)):
        model = RAW[number % len(RAW)]
        if number % 3 and data:
            status, said = post(model, data, "application/octet-stream")
        else:
            status, said = post(IMG2IMG, json.dumps({"prompt": "x", "image": list(data)}).encode(), "application/json")
        assert 200 <= status < 500, data
        if status >= 400:
            refused += 1
            assert json.loads(said)["errors"][0]["message"].strip()

    assert refused > 250


@pytest.mark.parametrize("model", RAW)
@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"x", "cannot identify image file of 1 bytes"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "cannot identify image file"),
        (png_of(9, 100, b""), "image dimensions must be at least 10px; the image has 9 by 100 pixels"),
        (png_of(20_000, 20), "20000 by 20 pixels; at most 16384"),
        (png_of(16_000, 4_000), "16000 by 4000 pixels"),
        (png_of(60_000, 60_000), "pixels"),
        (png_of(2**31 - 1, 2**31 - 1), "pixels"),
        (png_of(100, 100, b"short"), "broken"),
        (originals()[1][:200], "broken"),
        (originals()[0][:60], "broken"),
    ],
)
def test_a_refusal_says_why(model: str, data: bytes, complaint: str) -> None:
    """The message names what is wrong: nothing known, too small, too large, broken."""
    message = refusal(model, data)

    assert message.startswith("Invalid data for image, reason")
    assert complaint in message


@pytest.mark.parametrize("model", [LLAVA, RESNET, DETR])
@pytest.mark.parametrize("image", [[], [-1], [256], [1.5, "2"], [None], {}, 7, True, None, [[137, 80]]])
def test_what_is_no_list_of_bytes_is_refused(model: str, image: Any) -> None:
    """Anything but byte values is no picture."""
    assert refusal(model, {"image": image}).strip()
    assert refusal(model, {}).strip()


@pytest.mark.parametrize("image", ["", "!", "a", "data:", "data:image/png;base64,", "data:,hello", "data:;base64,%%%"])
def test_what_is_no_text_of_a_picture_is_refused(image: str) -> None:
    """Text that is neither base64 nor a data URL of a picture is refused."""
    for model in (LLAVA, UFORM, MOONDREAM):
        assert refusal(model, {"image": image}).strip()


@pytest.mark.parametrize("image_url", [{}, {"url": None}, {"url": 3}, [], 5, "ftp://example.com/fox.png"])
def test_what_is_no_address_of_a_picture_is_refused(image_url: Any) -> None:
    """An address is text, or an object with one."""
    assert refusal(MOONDREAM, {"task": "caption", "image_url": image_url}).strip()


def test_an_empty_body_is_refused() -> None:
    """No bytes are no picture."""
    for model in RAW:
        assert 400 == post(model, b"", "image/png")[0]


def test_odd_questions_are_answered() -> None:
    """Questions of any length and letters get an answer in time."""
    image = b64encode(draw(Order("A fox", (64, 64), b""))).decode()
    for question in ("what does " * 50_000, "?" * 100_000, "\u0000\u202e🦊", "is" * 60_000, "how many " * 20_000):
        body = json.dumps({"image": image, "prompt": question, "max_tokens": -5}).encode()
        assert 200 == post(LLAVA, body, "application/json")[0]


def test_a_bomb_costs_no_memory() -> None:
    """A file that promises more pixels than it is worth is refused before one of them is made."""
    import tracemalloc

    tracemalloc.start()
    refusal(RESNET, png_of(16_000, 16_000, bytes(1_000_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 20_000_000
