"""Rules for references: what is referred to has to be there, and to be of the right kind."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from mockserver.errors import nearest
from mockserver.openapi.lint.faults import Finding, Path, Rule, removing, rule
from mockserver.openapi.lint.grammar import REFERABLE
from mockserver.openapi.lint.subject import Site, Subject


def _references(subject: Subject, *, local: bool) -> Iterator[tuple[Site, str]]:
    for site in subject.sites:
        if site.is_reference and site.kind in REFERABLE and site.node["$ref"].startswith("#") == local:
            yield site, site.node["$ref"]


@rule("reference-unresolved")
def reference_unresolved(subject: Subject) -> Iterator[Finding]:
    """A `$ref` leads nowhere.

    Whatever uses it cannot be validated or generated. Mending drops the reference of a schema, which then allows
    any value; other references cannot be mended without knowing what was meant.
    """
    for site, reference in _references(subject, local=True):
        why = subject.missing(reference, site)
        if why:
            near = nearest(reference, [f"#{pointer}" for pointer, kind in subject.kinds.items() if kind == site.kind])
            hint = f"; did you mean {near}?" if near else ""
            path: Path = (*site.path, "$ref")
            mend = removing(path) if site.kind == "schema" else None
            yield Finding(path, "$ref", f"{reference}: {why}{hint}" if reference not in why else why + hint, mend)


@rule("reference-external", severity="warning")
def reference_external(subject: Subject) -> Iterator[Finding]:
    """A `$ref` leads out of the document.

    OpenAPI allows that, and files of the document's own folder are served; but one file is looked at here, so whatever
    uses the reference is not judged. Bundle the files into one document first.
    """
    for site, reference in _references(subject, local=False):
        if subject.missing(reference, site):
            yield Finding((*site.path, "$ref"), "$ref", f"{reference} is not in this document; bundle the files first")


@rule("reference-misplaced")
def reference_misplaced(subject: Subject) -> Iterator[Finding]:
    """A `$ref` leads to an object of another kind, for example from a parameter to a schema."""
    for site, reference in _references(subject, local=True):
        found = subject.kinds.get(unquote(reference[1:]))
        if found is not None and found != site.kind and not subject.missing(reference, site):
            reason = f"{reference} is a {found.replace('-', ' ')}; a {site.kind.replace('-', ' ')} belongs here"
            yield Finding((*site.path, "$ref"), "$ref", reason)


@rule("security-undeclared")
def security_undeclared(subject: Subject) -> Iterator[Finding]:
    """A security requirement names a scheme that `components/securitySchemes` does not declare."""
    components = subject.content.get("components")
    declared = components.get("securitySchemes") if isinstance(components, dict) else None
    names = declared if isinstance(declared, dict) else {}
    for site in subject.of("requirement"):
        for name in site.node:
            if name not in names:
                near = nearest(name, names)
                hint = f"; did you mean {near!r}?" if near else ""
                yield Finding((*site.path, name), "security", f"no security scheme is called {name!r}{hint}")


RULES: tuple[Rule, ...] = (reference_unresolved, reference_external, reference_misplaced, security_undeclared)
