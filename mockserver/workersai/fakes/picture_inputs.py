"""Pictures as requests bring them, and the refusals of what is none."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from mockserver.engine.values import Refusal, refuse
from mockserver.openapi.validation import Violation
from mockserver.workersai.fakes import pictures
from mockserver.workersai.fakes.picture_contents import Caption, describe, describe_address
from mockserver.workersai.fakes.pictures import UnreadablePicture
from mockserver.workersai.inputs import invalid

if TYPE_CHECKING:
    from mockserver.workersai.fakes.pictures import Picture

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def is_address(value: Any) -> bool:
    """Say whether a picture is given by a web address."""
    return isinstance(value, str) and _ADDRESS.match(value) is not None


def caption_of(value: Any, where: str) -> Caption:
    """Return what a picture shows that came in a request; raises Refusal when it is no picture to look at.

    Takes bytes, a list of byte values, base64 text, a data URL, or a web address, which is read but never visited.
    `where` is the JSON Pointer of the value.
    """
    if is_address(value):
        return describe_address(value)
    try:
        return describe(bytes_of(value, where))
    except UnreadablePicture as error:
        raise unreadable(error) from None


def image_of(value: Any, where: str) -> Picture:
    """Return the pixels of a picture that came in a request; raises Refusal when it is no picture to look at."""
    try:
        return pictures.read(bytes_of(value, where))[0]
    except UnreadablePicture as error:
        raise unreadable(error) from None


def bytes_of(value: Any, where: str) -> bytes:
    """Return the bytes that a value of a request stands for; raises Refusal when it stands for none."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, list):
        return _from_numbers(value, where)
    if isinstance(value, str):
        return _from_text(value)
    raise invalid(Violation(where, "type", "", ["array", "string"], value))


def unreadable(error: UnreadablePicture) -> Refusal:
    """Return the refusal of bytes that are no picture to look at."""
    return refuse("engine-refusal", 400, str(error), reason=f"Invalid data for image, reason {error}")


def _from_numbers(values: list[Any], where: str) -> bytes:
    try:
        return bytes(values)
    except (TypeError, ValueError):
        pass
    found = bytearray()
    for position, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise invalid(Violation(f"{where}/{position}", "type", "", "number", value))
        if not 0 <= value <= 255:
            keyword, limit = ("minimum", 0) if value < 0 else ("maximum", 255)
            raise invalid(Violation(f"{where}/{position}", keyword, "", limit, value))
        found.append(int(value))
    return bytes(found)


def _from_text(text: str) -> bytes:
    """Return the bytes in base64 text (either alphabet, padded or not) or in a data URL."""
    if text[:5].lower() == "data:":
        head, _, text = text.partition(",")
        if not head.lower().endswith(";base64"):
            return unquote_to_bytes(text)
    compact = _SPACE.sub("", text).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise refuse("invalid-base64", 400, "text that is no base64", type="string") from None
