"""Drawing: bytes that are the same everywhere, pixels that say what they show."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from hashlib import sha256
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes import picture_marks, pictures
from mockserver.workersai.fakes.picture_contents import describe
from mockserver.workersai.fakes.picture_drawing import Order, draw

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz ",
    "äöüßéèñçøåÆÐ ",
    "абвгдежзиклмнопрст ",
    "日本語の絵画秋庭山水鳥",
    "אבגדהוזחטי ",
    "🦊❄️🌲🏔🌅👩‍👩‍👧 ",
    "0123456789 .,;:!?\"'()[]{}<>/\\|@#$%^&*",
    "\t\n\u200d\u202e\u0301\x07 a",
)


def prompts(count: int) -> list[str]:
    """Return prompts from all sorts of letters, the same ones each time."""
    random = Random(7)
    found = []
    for number in range(count):
        letters = ALPHABETS[number % len(ALPHABETS)]
        length = random.choice((1, 7, 30, 90, 400))
        found.append("".join(random.choice(letters) for _ in range(length)).strip() or f"prompt {number}")
    return found


def order(prompt: str, media_type: str = "image/png", size: tuple[int, int] = (96, 80)) -> Order:
    return Order(prompt, size, digest(prompt), media_type)


def saved_anew(data: bytes, quality: int) -> bytes:
    """Return the picture as a JPEG without metadata."""
    file = BytesIO()
    image = Image.open(BytesIO(data)).convert("RGB")
    image.info.clear()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg"])
def test_a_picture_says_its_prompt(media_type: str) -> None:
    """Two hundred prompts of all scripts come back from their pictures, letter by letter."""
    for prompt in prompts(200):
        seen = describe(draw(order(prompt, media_type)))
        assert (prompt, True, (96, 80)) == (seen.text, seen.drawn, seen.size)


@pytest.mark.parametrize("quality", [95, 75, 50])
def test_the_mark_survives_being_saved_anew(quality: int) -> None:
    """Without metadata and as a lossy JPEG, a picture still says the beginning of its prompt."""
    for prompt in prompts(40):
        seen = describe(saved_anew(draw(order(prompt, size=(256, 256))), quality))
        assert seen.drawn, prompt
        assert prompt.startswith(seen.text)
        assert min(len(prompt.encode()), 80) <= len(seen.text.encode()) + 3


@pytest.mark.parametrize("size", [(512, 512), (768, 512), (1024, 768)])
@pytest.mark.parametrize("factor", [0.5, 0.75, 0.9, 1.5, 2])
def test_the_mark_survives_another_size(size: tuple[int, int], factor: float) -> None:
    """A picture that was made smaller or larger by whoever passed it on still says its prompt."""
    with Image.open(BytesIO(draw(order("A red fox asleep in the snow", size=size)))) as image:
        scaled = image.convert("RGB").resize((round(size[0] * factor), round(size[1] * factor)))

    assert "A red fox asleep in the snow" == picture_marks.get(scaled)


def test_a_mark_of_noise_is_none() -> None:
    """Pictures that were not drawn here have no mark, however noisy."""
    random = Random(1)
    for _ in range(100):
        image = Image.frombytes("L", (64, 64), random.randbytes(64 * 64)).convert("RGB")
        assert picture_marks.get(image) is None


@pytest.mark.parametrize("size", [(1, 1), (10, 10), (47, 300), (300, 48), (16, 2500), (2048, 17)])
def test_any_size_is_drawn(size: tuple[int, int]) -> None:
    """The tiniest and the narrowest pictures are drawn as well."""
    for media_type in ("image/png", "image/jpeg"):
        assert size == Image.open(BytesIO(draw(order("A fox " * 99, media_type, size)))).size


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg"])
def test_a_prompt_of_any_length_is_drawn(media_type: str) -> None:
    """Metadata hold 16,000 characters of a prompt, whatever their size in bytes; more are cut off."""
    seen = describe(draw(order("🦊" * 20_000, media_type)))

    assert "🦊" * 16_000 == seen.text


def test_bytes_are_pinned() -> None:
    """The bytes are the same on every machine; whoever changes them tells the users."""
    said = [
        sha256(draw(order("A red fox asleep in the snow", kind, (256, 192)))).hexdigest()[:16]
        for kind in ("image/png", "image/jpeg")
    ]

    assert ["5d2c87a4697234ad", "3e5cc8d156f4e174"] == said


def test_bytes_do_not_depend_on_the_process() -> None:
    """Another process with another hash seed draws the same."""
    program = (
        "import sys; from hashlib import sha256; from mockserver.workersai.fakes.picture_drawing import Order, draw; "
        "print(sha256(draw(Order('A red fox', (200, 100), b'seed'))).hexdigest())"
    )
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    said = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=each).stdout
        for each in environments
    }

    assert {sha256(draw(Order("A red fox", (200, 100), b"seed"))).hexdigest().encode() + b"\n"} == {
        each.replace(b"\r", b"") for each in said
    }


def test_compression_leaves_no_choice() -> None:
    """Run lengths compress to the same bytes in the interpreter's zlib and in the one that Pillow brings along."""
    data = draw(order("A red fox asleep in the snow", size=(640, 480)))
    chunks, position = b"", 8
    while position < len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        if data[position + 4 : position + 8] == b"IDAT":
            chunks += data[position + 8 : position + 8 + length]
        position += 12 + length
    compressor = zlib.compressobj(6, zlib.DEFLATED, 15, 9, zlib.Z_RLE)

    assert chunks == compressor.compress(zlib.decompress(chunks)) + compressor.flush()


def test_the_prompt_is_legible() -> None:
    """The letters of the prompt are in the picture, as the font draws them."""
    image = Image.open(BytesIO(draw(order("FOX", size=(384, 256)))))
    mask = pictures.lettering(["FOX"], 3)
    pixels = mask.tobytes().count(b"\xff") if mask.mode == "L" else sum(map(int.bit_count, mask.tobytes()))
    ink = sum(1 for pixel in zip(*[iter(image.tobytes())] * 3, strict=True) if pixel == (250, 250, 248))

    assert pixels <= ink < pixels + 200


def test_more_steps_more_detail() -> None:
    """The same scene gets more shapes with more steps."""
    few, many = (
        len(set(zip(*[iter(Image.open(BytesIO(draw(each))).tobytes())] * 3, strict=True)))
        for each in (Order("A fox", (256, 256), b"seed", steps=steps) for steps in (1, 20))
    )

    assert few < many
