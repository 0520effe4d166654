"""The effective contract: upstream document + overlays + catalogue = one plain OpenAPI document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from mockserver import bundled
from mockserver.openapi.document import Document
from mockserver.openapi.files import Fetch, Files
from mockserver.openapi.overlay import apply_overlay, parse_overlay
from mockserver.openapi.source import read, read_text
from mockserver.workersai.catalogue import Catalogue
from mockserver.workersai.expansion import CATCH_ALL, INPUTS, expand


def effective(
    spec: str | Path | None = None,
    *,
    overlays: Sequence[str | Path] = (),
    bundled_overlay: bool = True,
    artifacts: Sequence[str | Path] = (),
    fetch: Fetch | None = None,
) -> Document:
    """Return the contract that mock and contract kit read.

    Without `spec` that is the bundled Workers AI document, its overlays and one path per active model of the
    catalogue; `bundled_overlay=False` leaves the document bare. The user's overlays come last, in their order, and
    then Microcks' artifacts (APIExamples, APIMetadata). Remote references are followed by `fetch`, if at all. Raises
    DocumentError, or UsageError for what is no artifact.

    The bundled contract without anything of the user's is read once: it is one document for all who ask, with what
    was compiled of it. Nobody changes its content; `apply_overlay` and `copy.deepcopy` make others of it.
    """
    if spec is None and not overlays and not artifacts:
        return _bundled(bundled_overlay)
    path = Path(spec) if spec else bundled.upstream_path()
    content = Document(read(path), str(path)).content  # checks that it is an OpenAPI document
    if spec is None and bundled_overlay:
        content = _widened(content)
    for overlay in overlays:
        content = _overlaid(content, overlay)
    messages: list[str] = []
    for artifact in artifacts:
        content = _with_artifact(content, artifact, messages)
    document = Document(content, str(path), Files(path, fetch))
    for message in messages:
        document.report("", message)
    return document


def with_paths(contract: Document, names: Collection[str]) -> Document:
    """Return a contract with a path for each of these models of the catalogue, retired and unlisted ones, too.

    A contract that has them, or whose models are not those of the catalogue, comes back as it is.
    """
    paths = contract.content.get("paths") or {}
    lacking = [name for name in names if f"{CATCH_ALL.removesuffix('{model}')}{name}" not in paths]
    if not lacking or INPUTS not in ((paths.get(CATCH_ALL) or {}).get("post") or {}):
        return contract
    return _expanded(contract, tuple(lacking))


@lru_cache(maxsize=4)
def _expanded(contract: Document, lacking: tuple[str, ...]) -> Document:
    return contract.containing(expand(contract.content, catalogue(), bundled.tasks(), also=lacking))


@cache
def _bundled(overlaid: bool) -> Document:
    path = bundled.upstream_path()
    content = Document(read(path), str(path)).content
    return Document(_widened(content) if overlaid else content, str(path), Files(path))


def _widened(content: dict[str, Any]) -> dict[str, Any]:
    """Return the upstream document with the bundled overlays and a path for each active model."""
    content = _overlaid(content, bundled.overlay_path())
    content = _overlaid(content, bundled.surface_path())
    return expand(content, catalogue(), bundled.tasks())


@cache
def catalogue() -> Catalogue:
    """Return the bundled catalogue of models."""
    return Catalogue.from_content(bundled.models())


def _with_artifact(content: dict[str, Any], path: str | Path, messages: list[str]) -> dict[str, Any]:
    """Return content with an artifact merged in; what of it is passed over becomes messages with file and line."""
    from mockserver.openapi.artifacts import merged  # seldom used

    content, complaints = merged(content, read(path), str(path))
    if complaints:
        from mockserver.openapi.lines import Lines
        from mockserver.openapi.validation import pointer

        lines = Lines(read_text(path), str(path))
        messages += [f"{path}:{lines.line(pointer(each.path))}: {each.message}" for each in complaints]
    return content


def _overlaid(content: dict[str, Any], path: str | Path) -> dict[str, Any]:
    return apply_overlay(content, parse_overlay(read(path), str(path)))
