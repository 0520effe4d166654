"""Pictures and recordings of a request: how large a picture is, and how long a recording lasts."""

from __future__ import annotations

import base64
import io
import warnings
import wave
from typing import Any

from contracts.context import Context
from contracts.form_parts import read_parts

_MEMBERS = ("image", "image_b64", "audio", "file")


def picture_size(context: Context) -> tuple[int, int] | None:
    """Return width and height in pixels of the picture that was sent; None when none was, or it cannot be read."""
    for content in _contents(context):
        size = size_of(content)
        if size is not None:
            return size
    return None


def recording_seconds(context: Context) -> float | None:
    """Return how long the WAV recording lasts that was sent; None when none was, or it is of another kind."""
    for content in _contents(context):
        seconds = seconds_of(content)
        if seconds is not None:
            return seconds
    return None


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture that can be decoded to its end; None for others."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(content))
            picture.load()
            width, height = picture.size
            return int(width), int(height)
    except Exception:  # decoders raise what they like over broken files
        return None


def seconds_of(content: bytes) -> float | None:
    """Return how long a WAV recording lasts; None for other content."""
    if not content.startswith(b"RIFF"):
        return None
    try:
        with wave.open(io.BytesIO(content)) as recording:
            return float(recording.getnframes()) / (recording.getframerate() or 1)
    except (wave.Error, EOFError, ValueError):
        return None


def _contents(context: Context) -> list[bytes]:
    body = context.exchange.request.body
    if isinstance(context.request_json, dict):
        return [found for name in _MEMBERS if (found := _bytes(context.request_json.get(name)))]
    return [body, *(value for _, value in read_parts(context.exchange.request))]


def _bytes(value: Any) -> bytes:
    try:
        if isinstance(value, list):
            return bytes(value)
        if isinstance(value, str):
            return base64.b64decode(value.rpartition("base64,")[2], validate=True)
    except (ValueError, TypeError):
        return b""
    return b""
