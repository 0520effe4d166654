"""The document under lint: every object in it with its kind and place, its schemas ready to judge values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from mockserver.errors import DocumentError, UnresolvedReference
from mockserver.openapi.document import Document
from mockserver.openapi.identities import NOWHERE, Place, joined
from mockserver.openapi.lines import Lines
from mockserver.openapi.lint.faults import Change, Finding, Mend, Path, doing, kind, removing, shown
from mockserver.openapi.lint.grammar import GRAMMAR, OPEN, REFERABLE, Field, Form
from mockserver.openapi.validation import Schema, Validator, Violation, compiled, pointer

_DEEPEST = 150
_SCALARS = {"text": (str,), "bool": (bool,)}


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """An object of the document: what it is and where."""

    kind: str
    """A kind of the grammar, e.g. "operation"."""
    path: Path
    node: Any
    parent: Site | None

    @property
    def pointer(self) -> str:
        """The JSON Pointer."""
        return pointer(self.path)

    @property
    def name(self) -> str:
        """The last step of the way here: the key or index."""
        return str(self.path[-1]) if self.path else ""

    @property
    def is_reference(self) -> bool:
        """Whether this says where the object is, in place of the object."""
        return isinstance(self.node, dict) and isinstance(self.node.get("$ref"), str)

    def above(self, *kinds: str) -> Site | None:
        """Return the nearest object around this one that is of one of the kinds."""
        site = self.parent
        while site is not None and site.kind not in kinds:
            site = site.parent
        return site


@dataclass(frozen=True, slots=True)
class Judgement:
    """A schema ready to judge values, or why it cannot be."""

    schema: Schema
    validator: Validator | None
    error: DocumentError | None = None

    def violations(self, value: Any) -> list[Violation]:
        """Return how a value breaks the schema; nothing breaks a schema that cannot be compiled."""
        if self.validator is None:
            return []
        try:
            return self.validator.violations(value)
        except (ValueError, TypeError, RecursionError) as error:  # e.g. half a surrogate pair in a text
            return [Violation("", "", f"cannot be judged: {error}", value=value)]


class Subject:
    """A parsed document, walked once; rules read it and never change it."""

    def __init__(self, content: dict[str, Any], version: str, lines: Lines) -> None:
        self.content = content
        self.version = version
        """"3.0" or "3.1"."""
        self.lines = lines
        self.sites: list[Site] = []
        """Every object in document order, those below x-... extensions left out."""
        self.malformed: list[Finding] = []
        """What kept the walk from going on: values of the wrong type."""
        self._judgements: dict[tuple[int, str], Judgement] = {}
        paths = content.get("paths")
        self._document = Document({**content, "paths": paths if isinstance(paths, dict) else {}})
        self._visit("document", (), content, None)

    def of(self, *kinds: str) -> Iterator[Site]:
        """Yield the objects of some kinds, references to them left out."""
        return (site for site in self.sites if site.kind in kinds and not site.is_reference)

    def resolve(self, node: Any) -> Any:
        """Follow references; None when they lead nowhere."""
        try:
            return self._document.resolve(node)
        except UnresolvedReference:
            return None

    def target(self, site: Site) -> Path:
        """Return the place of an object, or that of the object a reference leads to."""
        path, node, seen = site.path, site.node, set()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str) and path not in seen:
            seen.add(path)
            path, node = self._place(node["$ref"])
        return path

    def _place(self, reference: str) -> tuple[Path, Any]:
        node: Any = self.content
        path: list[str | int] = []
        for part in unquote(reference[1:]).split("/")[1:]:
            step = int(part) if isinstance(node, list) else part.replace("~1", "/").replace("~0", "~")
            node = node[step]
            path.append(step)
        return tuple(path), node

    def missing(self, reference: str, site: Site) -> str:
        """Say why a reference that stands at `site` leads nowhere in the document, "" when it leads somewhere."""
        chain: list[Site] = []
        above: Site | None = site
        while above is not None:
            chain.append(above)
            above = above.parent
        place = NOWHERE
        for each in reversed(chain):
            if each.kind == "schema" and isinstance(each.node, dict) and isinstance(each.node.get("$id"), str):
                place = Place(each.node, joined(place.base, each.node["$id"]))
        try:
            self._document.resolve({"$ref": reference}, place)
        except UnresolvedReference as error:
            return str(error)
        return ""

    def judge(self, schema: Any, direction: str = "") -> Judgement:
        """Return the schema at a node, compiled, for "request", "response" or "" (either)."""
        key = (id(schema), direction)
        found = self._judgements.get(key)
        if found is None:
            # the undirected one looks first: it finds what the directed translation takes for granted
            plain = self.judge(schema) if direction else None
            found = plain if plain and plain.error else self._judge(schema, direction)
            self._judgements[key] = found
        return found

    def _judge(self, node: Any, direction: str) -> Judgement:
        schema: Schema = True
        try:
            schema = self._document.standalone(node, direction=direction)
            return Judgement(schema, compiled(schema))
        except DocumentError as error:
            return Judgement(schema, None, error)
        except (ValueError, TypeError, RecursionError) as error:
            return Judgement(schema, None, DocumentError(f"the schema cannot be read: {error}"))

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of every visited object by its pointer."""
        return {site.pointer: site.kind for site in self.sites}

    # The walk -------------------------------------------------------------------------------------------------------

    def _visit(self, name: str, path: Path, node: Any, parent: Site | None) -> None:
        if len(path) > _DEEPEST:
            self.malformed.append(Finding(path, "", f"nested more than {_DEEPEST} deep; nothing below is looked at"))
            return
        site = Site(name, path, node, parent)
        self.sites.append(site)
        if not isinstance(node, dict):
            return  # a boolean schema
        fields = GRAMMAR[name]
        for key, value in node.items():
            declared = fields.get(key) or ("*" in fields and not str(key).startswith("x-") and fields["*"]) or None
            if declared is not None:
                self._visit_field(declared, (*path, key), value, site)

    def _visit_field(self, declared: Field, path: Path, value: Any, site: Site) -> None:
        if site.is_reference and site.kind in REFERABLE - {"path-item"} and site.kind not in OPEN:
            return  # the fields beside a $ref mean nothing
        removable = not declared.required and path[-1] in GRAMMAR[site.kind]
        for form in declared.forms:
            if form.shape == "[]" and isinstance(value, list):
                items: list[tuple[str | int, Any]] = list(enumerate(value))
            elif form.shape == "{}" and isinstance(value, dict):
                items = list(value.items())
            elif not form.shape:
                self._visit_value(form, path, value, site, removable)
                return
            else:
                continue
            for step, item in items:
                self._visit_value(form, (*path, step), item, site, False)
            return
        if site.kind not in OPEN:
            self._refuse(path, value, {"[]": "an array", "{}": "an object"}[declared.forms[0].shape], removable)

    def _visit_value(self, form: Form, path: Path, value: Any, site: Site, removable: bool) -> None:
        if form.kind in GRAMMAR:
            if isinstance(value, dict) or (form.kind == "schema" and isinstance(value, bool)):
                self._visit(form.kind, path, value, site)
            elif form.kind != "schema" or site.kind != "schema":  # the meta-schema judges what is inside a schema
                self._refuse(path, value, "an object", removable)
        elif form.kind in _SCALARS and not isinstance(value, _SCALARS[form.kind]):
            self._refuse(path, value, "text" if form.kind == "text" else "true or false", removable)

    def _refuse(self, path: Path, value: Any, wanted: str, removable: bool) -> None:
        hint = ""
        mend: Mend | None = None
        if wanted == "text" and isinstance(value, int | float):
            hint, mend = "; put it in quotes", doing(Change(path, str(value).lower()))
        elif value is None and removable:
            mend = removing(path)
        found = kind(value) if isinstance(value, dict | list) or value is None else f"{kind(value)}, {shown(value, 60)}"
        self.malformed.append(Finding(path, str(path[-1]), f"{wanted} is expected here, this is {found}{hint}", mend))
