"""Parsed YAML, kept by the hash of its text: JSON is read some forty times as fast.

The folder is `$MOCKFLARE_CACHE`, else `mockflare` in the user's cache folder; an empty `MOCKFLARE_CACHE` keeps nothing.
A folder that cannot be used is no error: the text is then parsed every time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import orjson

_KEPT = 200
_ALIAS = re.compile(r"(?:^|[\s,\[{])\*[^\s,\[\]{}*]")
_VERSION = b"1"  # of the YAML reading: another one must not find what this one kept


def through_cache(text: str, parse: Callable[[], Any]) -> Any:
    """Return what `parse` makes of a text, from the cache when the same text was parsed before."""
    folder = _folder()
    if folder is None or not _is_ours(folder):
        return parse()
    file = folder / (blake2b(_VERSION + text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest() + ".json")
    try:
        return orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        pass
    value = parse()
    if _ALIAS.search(text):  # what an alias stands for is written out in JSON, perhaps a billion times
        return value
    with suppress(OSError):
        _keep(file, value)
    return value


def _folder() -> Path | None:
    named = os.environ.get("MOCKFLARE_CACHE")
    if named is not None:
        return Path(named) if named else None
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "mockflare"
    except RuntimeError:  # nobody's home
        return None


def _is_ours(folder: Path) -> bool:
    """Say whether nobody else can have put something into the folder."""
    try:
        return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _keep(file: Path, value: Any) -> None:
    """Write a value beside the others, if JSON can hold it; the oldest make room."""
    try:
        data = orjson.dumps(value)
    except (orjson.JSONEncodeError, RecursionError):
        return
    if orjson.loads(data) != value:  # not-a-number, infinity
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, suffix=".partial", delete=False) as partial:
        partial.write(data)
    Path(partial.name).replace(file)  # readers see a whole file or none
    kept = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)
    for old in kept[:-_KEPT]:
        old.unlink(missing_ok=True)
