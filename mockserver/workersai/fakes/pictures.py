"""Pictures as bytes and as pixels: the one door to Pillow, which is loaded when the first picture is asked for.

Everything that is written here has the same bytes on every machine. PNG is compressed with run lengths alone, where
zlib, zlib-ng and their many versions have no choices to make. JPEG takes the exact integer transform, which
libjpeg-turbo, inside every wheel of Pillow, computes alike with and without SIMD. Shapes are rectangles and ellipses,
which are drawn in whole numbers. Letters come from the bitmap font inside Pillow: fonts of the system, and FreeType's
rendering from version to version, would differ. Nothing holds a time.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

    Picture = Image

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

LEAST_SIDE = 10
"""Pixels that a picture to look at has at least on each side; the service refuses smaller ones."""
MOST_SIDE = 16_384
MOST_PIXELS = 40_000_000
LETTER = (6, 11)
"""Width and height of a letter in pixels, before it is enlarged."""

_FORMATS = {b"\x89PNG\r\n": "PNG", b"\xff\xd8\xff": "JPEG", b"RIFF": "WEBP", b"GIF8": "GIF", b"BM": "BMP"}
"""The files that are read, by how they begin: no other decoder of Pillow is met by what strangers send."""
_PNG_DESCRIPTION = "Description"  # keywords that the PNG standard knows
_PNG_SOFTWARE = "Software"
_MAKER = "mockflare"
_COMMENT = b"mockflare: "
_MOST_SAID = 16_000  # characters; a JPEG comment holds 65,533 bytes


class UnreadablePicture(Exception):
    """Bytes that are no picture to look at; the text is the reason."""


def read(data: bytes) -> tuple[Image, str | None]:
    """Return a picture as RGB pixels, and what it says about itself when it was drawn here.

    Of an animation it is the first frame; what is transparent becomes white. Raises UnreadablePicture for bytes that
    are no picture, for a broken one, and for one that is too small or too large.
    """
    from PIL import Image, UnidentifiedImageError

    if not data:
        raise UnreadablePicture("the image is empty")
    kind = next((kind for beginning, kind in _FORMATS.items() if data.startswith(beginning)), None)
    if kind is None:
        known = ", ".join(_FORMATS.values())
        raise UnreadablePicture(f"cannot identify image file of {len(data)} bytes; {known} would be right")
    if kind == "WEBP":
        import PIL.WebPImagePlugin  # noqa: F401  # Pillow would load all its plugins to find this one
    try:
        found = Image.open(BytesIO(data), formats=(kind,))
        _check_size(*found.size)
        said = _said(found)
        found.load()
        image = _opaque(found)
        image.info.clear()
        return image, said
    except UnreadablePicture:
        raise
    except UnidentifiedImageError:
        raise UnreadablePicture(f"the image begins like {kind} and is broken or something else") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadablePicture(f"the image has more than {MOST_PIXELS} pixels") from None
    except Exception as error:  # decoders raise whatever broken bytes make them raise
        reason = str(error) if isinstance(error, OSError | SyntaxError | ValueError) else type(error).__name__
        raise UnreadablePicture(f"the image file is broken: {reason[:120] or type(error).__name__}") from None


def write(image: Image, media_type: str, said: str) -> bytes:
    """Return an RGB picture as a PNG or JPEG file that says in its metadata what it shows."""
    said = said[:_MOST_SAID].encode("utf-8", "replace").decode()
    file = BytesIO()
    if media_type == "image/jpeg":
        image.save(file, "JPEG", quality=90, subsampling="4:2:0", comment=_COMMENT + said.encode())
    else:
        from PIL.PngImagePlugin import PngInfo

        information = PngInfo()
        information.add_text(_PNG_SOFTWARE, _MAKER)
        information.add_itxt(_PNG_DESCRIPTION, said)
        image.save(file, "PNG", pnginfo=information, compress_level=6, compress_type=zlib.Z_RLE)
    return file.getvalue()


def plain(size: tuple[int, int], colour: Colour) -> Image:
    """Return a picture of one colour."""
    from PIL import Image

    return Image.new("RGB", size, colour)


def gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image:
    """Return a picture that goes from one colour to another, from top to bottom."""
    from PIL import Image

    height = size[1]
    last = max(1, height - 1)
    rows = bytes(
        [
            above + (below - above) * row // last
            for row in range(height)
            for above, below in zip(top, bottom, strict=True)
        ]
    )
    return Image.frombytes("RGB", (1, height), rows).resize(size, Image.Resampling.NEAREST)


def disc(size: tuple[int, int], strength: int) -> Image:
    """Return a mask in which the largest ellipse has a strength from 0 to 255."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=strength)
    return mask


def lettering(lines: Sequence[str], scale: int) -> Image:
    """Return a mask with lines of text, each letter LETTER pixels times `scale`.

    The font has Latin letters; others are drawn as their base letter, else as a question mark.
    """
    from PIL import Image, ImageDraw, ImageFont

    width, height = LETTER
    mask = Image.new("1", (max(1, width * max(map(len, lines), default=1)), max(1, height * len(lines))))
    pen, font = ImageDraw.Draw(mask), ImageFont.load_default_imagefont()
    for number, line in enumerate(lines):
        pen.text((0, number * height), _latin(line), fill=1, font=font)
    return mask.resize((mask.width * scale, mask.height * scale), Image.Resampling.NEAREST)


def cells(image: Image, side: int) -> tuple[int, int, bytes]:
    """Return how many squares of `side` pixels fit, across and down, and the mean brightness of each."""
    from PIL import Image

    across, down = image.width // side, image.height // side
    if not across or not down:
        return 0, 0, b""
    grey = image.crop((0, 0, across * side, down * side)).convert("L")
    return across, down, grey.resize((across, down), Image.Resampling.BOX).tobytes()


def from_cells(across: int, greys: bytes, tint: Colour, side: int) -> Image:
    """Return a picture of squares: each as bright as its byte says above or below 128, in the colour `tint`."""
    from PIL import Image

    pixels = bytes([max(0, min(255, part + grey - 128)) for grey in greys for part in tint])
    small = Image.frombytes("RGB", (across, len(greys) // across), pixels)
    return small.resize((small.width * side, small.height * side), Image.Resampling.NEAREST)


def fitted(image: Image, size: tuple[int, int]) -> Image:
    """Return a picture scaled to a size; what sticks out of its proportions is cut off evenly."""
    width, height = size
    if image.width * height > image.height * width:
        kept = max(1, image.height * width // height)
        left = (image.width - kept) // 2
        box = (left, 0, left + kept, image.height)
    else:
        kept = max(1, image.width * height // width)
        top = (image.height - kept) // 2
        box = (0, top, image.width, top + kept)
    return image if image.size == size else image.resize(size, 2, box=box)  # 2 is bilinear


def blended(below: Image, above: Image, share: float) -> Image:
    """Return a mix of two pictures of one size; `share`, 0 to 1, is how much is seen of the one above."""
    from PIL import Image

    # in steps that a float holds exactly, whatever way a processor multiplies and adds
    return Image.blend(below, above, round(max(0.0, min(1.0, share)) * 64) / 64)


def pixels(image: Image, size: tuple[int, int]) -> list[Colour]:
    """Return the mean colours of a picture in a grid, row by row."""
    from PIL import Image

    data = image.resize(size, Image.Resampling.BOX).tobytes()
    return list(zip(data[::3], data[1::3], data[2::3], strict=True))


def _check_size(width: int, height: int) -> None:
    if min(width, height) < LEAST_SIDE:
        raise UnreadablePicture(
            f"image dimensions must be at least {LEAST_SIDE}px; the image has {width} by {height} pixels"
        )
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise UnreadablePicture(
            f"the image has {width} by {height} pixels; at most {MOST_SIDE} on a side and {MOST_PIXELS} in all are read"
        )


def _opaque(found: Image) -> Image:
    """Return RGB pixels on white ground."""
    from PIL import Image

    if found.mode == "P" or "a" in found.mode.lower() or "transparency" in found.info:
        ground = Image.new("RGBA", found.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, found.convert("RGBA")).convert("RGB")
    return found if found.mode == "RGB" else found.convert("RGB")


def _said(found: Any) -> str | None:
    """Return what a file that was written here says about itself, None for any other file."""
    if found.format == "PNG" and str(found.info.get(_PNG_SOFTWARE)) == _MAKER:
        return str(found.info.get(_PNG_DESCRIPTION) or "") or None
    comment = found.info.get("comment")
    if found.format == "JPEG" and isinstance(comment, bytes) and comment.startswith(_COMMENT):
        return comment[len(_COMMENT) :].decode("utf-8", "replace") or None
    return None


def _latin(text: str) -> str:
    simple = "".join(
        letter if letter.isprintable() and ord(letter) < 256 else unicodedata.normalize("NFKD", letter)[:1]
        for letter in text
    )
    return (
        "".join(letter if letter.isprintable() else " " for letter in simple)
        .encode("latin-1", "replace")
        .decode("latin-1")
    )
