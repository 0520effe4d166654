"""The engine's strategies for pictures and recordings, while a run lasts: real files only."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import schemathesis
from hypothesis import strategies
from schemathesis.core.media_types import MEDIA_TYPE_STRATEGIES
from schemathesis.specs.openapi.formats import unregister_string_format

from contracts.media import BYTES, SENT_AS, samples
from contracts.media_schemas import FORMAT


@contextlib.contextmanager
def real_media() -> Iterator[None]:
    """Let the engine make files of image/png and audio/wav, and of the formats of the prepared copy, from samples.

    Its registries belong to the process: what was there before comes back.
    """
    before = dict(MEDIA_TYPE_STRATEGIES)
    formats = [FORMAT.format(kind=kind) for kind in SENT_AS]
    schemathesis.serializer.alias(SENT_AS["audio"], BYTES)  # pictures are written so already
    try:
        for kind, media_type in SENT_AS.items():
            files = strategies.sampled_from(samples(kind))
            MEDIA_TYPE_STRATEGIES[media_type] = files  # not `media_type()`: that replaces serializers for good
            schemathesis.openapi.format(FORMAT.format(kind=kind), files)
        yield
    finally:
        MEDIA_TYPE_STRATEGIES.clear()
        MEDIA_TYPE_STRATEGIES.update(before)
        for name in formats:
            unregister_string_format(name)
