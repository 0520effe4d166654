"""A small function and its forms in many languages: as it stands, under another name, with other parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockserver.workersai.fakes.code_languages import LANGUAGES, function, with_needs

_OWN = re.compile(r"(?<!\$)@")
"""The function's own name; `$@` is a shell's."""
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Idiom:
    """A small function."""

    told_by: tuple[frozenset[str], ...]
    """Groups of words; a prompt that has a word of each group asks for it."""
    name: str
    """In snake case."""
    takes: tuple[tuple[str, str], ...]
    """Parameters and their kinds (`whole`, `number`, `numbers`, `text`, `texts`, `flag`)."""
    gives: str
    """The kind of the result."""
    says: str
    forms: Mapping[str, str]
    """By languages (`c cpp java`): the expression that is returned; statements begin with a colon, whole pieces of
    code with an exclamation mark. `@` is the function's own name."""
    _by_language: dict[str, str] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for languages, form in self.forms.items():
            self._by_language.update(dict.fromkeys(languages.split(), form))

    def form(self, language: str) -> str | None:
        """Return what is written in a language, None where it is not known in it."""
        form = self._by_language.get(language)
        return self._by_language.get("javascript") if form is None and language == "typescript" else form

    def taking(self, names: Sequence[str]) -> Idiom:
        """Return the same function with other names for what it takes, itself where it calls something else so."""
        called = dict(zip((each for each, _ in self.takes), names, strict=True))
        new = set(names) - called.keys()
        if len(set(names)) < len(names) or any(new & set(_NAME.findall(form)) for form in self.forms.values()):
            return self
        forms = {languages: _with_names(form, called) for languages, form in self.forms.items()}
        takes = tuple((called[name], kind) for name, kind in self.takes)
        return Idiom(self.told_by, self.name, takes, self.gives, self.says, forms)


def _with_names(code: str, called: Mapping[str, str]) -> str:
    """Return code with other names, where these are not names of something else: a function, a member, a word said."""
    pattern = r"(?<![\w.@\"'])\b(?:" + "|".join(map(re.escape, called)) + r")\b(?!\(|\"|\s*=>)"
    return re.sub(pattern, lambda match: called[match[0]], code)


def words(*groups: str) -> tuple[frozenset[str], ...]:
    """Return groups of words."""
    return tuple(frozenset(group.split()) for group in groups)


def written(idiom: Idiom, language: str, name: str = "") -> str | None:
    """Return the function as code, under another name if one is given; None in a language that it is not known in."""
    form = idiom.form(language)
    if form is None:
        return None
    own = name or LANGUAGES[language].name(idiom.name.split("_"))
    said = _OWN.sub(own, form)
    if said.startswith("!"):
        return with_needs(language, said[1:])
    return function(
        language, own, idiom.takes, idiom.gives, idiom.says, said.removeprefix(":"), whole=said.startswith(":")
    )


def renamed(idiom: Idiom, language: str, name: str, names: Sequence[str]) -> str | None:
    """Return the body of the function under another name, with other names for what it takes.

    None in a language that it is not known in, or known as a whole only.

    >>> add = Idiom((), "add", (("a", "number"), ("b", "number")), "number", "Add.", {"python": "a + b"})
    >>> renamed(add, "python", "add", ["x", "y"])
    'return x + y'
    """
    form = idiom.form(language)
    if form is None or form.startswith("!"):
        return None
    taking = idiom.taking(names)
    if taking.takes != tuple((each, kind) for each, (_, kind) in zip(names, idiom.takes, strict=True)):
        return None
    form = taking.form(language) or ""
    body = form[1:] if form.startswith(":") else LANGUAGES[language].returns.replace("{}", form)
    return _OWN.sub(name, body)
