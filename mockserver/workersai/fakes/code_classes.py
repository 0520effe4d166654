"""Classes, structures and interfaces of the fields that a prompt names, or that things of their name mostly have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from mockserver.workersai.fakes.code_languages import LANGUAGES, NAMED, RESERVED

_ASKED = (
    re.compile(
        r"\b(?:[Cc]lass|[Ii]nterface|[Ss]truct|[Ss]tructure|[Rr]ecord|[Dd]ataclass|[Mm]odel|[Tt]ype|[Ee]ntity)\s+"
        r"(?:(?:called|named|that\s+represents|representing|for|of)\s+)?(?:an?\s+|the\s+)?"
        r"[`'\"]?([A-Z]\w{1,40}|[a-z]\w{1,30}(?:\s[a-z]\w{1,30})?)\b"
    ),
    re.compile(
        r"\b(?:an?\s+|the\s+)?[`'\"]?([A-Z]\w{1,40}|[a-z]{3,20})[`'\"]?\s+(?:data)?(?:class|interface|struct|record)\b"
    ),
)
_FIELDS = re.compile(
    r"\b(?:with|having|has|containing|fields?|attributes?|properties|members)\b\s*:?\s*"
    r"(?:(?:the|an?|some|following|private|public|fields?|attributes?|properties|members|instance|variables|for)\b\s*:?\s*)*"
    r"([A-Za-z_][\w ,&()\[\]:`'-]{1,300})",
    re.IGNORECASE,
)
_NO_NAME = frozenset(
    "with that which for called named in to and the a an of code example simple small basic new python java typescript "
    "javascript rust go ruby php csharp cpp write create make define method methods please component public".split()
)
_NO_FIELD = frozenset("and with constructor getters setters getter setter methods method toString equals".split())
_USUAL: Mapping[str, str] = {
    "person user employee student customer author": "name age email",
    "book": "title author year",
    "car vehicle": "brand model year",
    "product item": "name price quantity",
    "animal dog cat pet": "name age",
    "point": "x y",
    "rectangle": "width height",
    "circle": "radius",
    "account": "owner balance",
    "order": "id total items",
    "address": "street city country",
}
"""The fields of what people define all the time."""
_KINDS: Mapping[str, str] = {
    "age year years count quantity id number amount_of pages size stock": "whole",
    "price balance x y z width height radius salary total score weight length rating amount area": "number",
    "items tags names authors books roles values emails": "texts",
    "is active enabled done completed admin verified": "flag",
}


class Definition(NamedTuple):
    """Something with a name and fields."""

    name: str
    fields: tuple[tuple[str, str], ...]
    """Names in snake case, and their kinds."""


def definition_in(prompt: str) -> Definition | None:
    """Return what a prompt wants defined, None for a prompt that wants something else.

    >>> definition_in("Java class Person")
    Definition(name='Person', fields=(('name', 'text'), ('age', 'whole'), ('email', 'text')))
    """
    for found in (match for pattern in _ASKED for match in pattern.finditer(prompt)):
        words = found[1].split()
        while words and words[-1].lower() in _NO_NAME:
            words.pop()
        if not words or words[0].lower() in _NO_NAME | RESERVED | NAMED.keys():
            continue
        name = "".join(word[0].upper() + word[1:] for word in words)
        listed = _FIELDS.search(prompt, found.end())
        names = _names(listed[1]) if listed else []
        if not names:
            usual = next((fields for said, fields in _USUAL.items() if words[-1].lower() in said.split()), "id name")
            names = [(each, "") for each in usual.split()]
        return Definition(name, tuple((each, kind or kind_of(each)) for each, kind in names))
    return None


_SAID = {
    "int": "whole", "integer": "whole", "number": "number", "float": "number", "double": "number", "string": "text",
    "str": "text", "text": "text", "bool": "flag", "boolean": "flag", "list": "texts", "array": "texts",
}  # fmt: skip


def _names(listed: str) -> list[tuple[str, str]]:
    """Return the fields of a list, and the kinds that it says: `name (string), age: int and email`."""
    found = []
    for part in re.split(r",|&|\band\b", re.split(r"\b(?:that|which|in|using)\b|[.\n]", listed, maxsplit=1)[0]):
        words = re.findall(r"[A-Za-z_]\w*", re.sub(r"\bnumber of\b", "", part))
        kinds = [_SAID[word.lower()] for word in words if word.lower() in _SAID]
        named = [re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower() for word in words if word.lower() not in _SAID]
        named = [word for word in named if word not in ("a", "an", "the", "of", "type")]
        if named and not _NO_FIELD & set(named) and len(named) < 4:
            name = "_".join(named)
            found.append((f"{name}_value" if name in RESERVED else name, kinds[0] if kinds else ""))
    return list(dict(found).items())[:12]


def kind_of(name: str) -> str:
    """Return what something of a name mostly is.

    >>> kind_of("is_active"), kind_of("unit_price"), kind_of("street")
    ('flag', 'number', 'text')
    """
    words = set(name.lower().split("_"))
    return next((kind for said, kind in _KINDS.items() if words & set(said.split())), "text")


def defined(thing: Definition, language: str) -> str | None:
    """Return the definition in a language, None in one that defines nothing."""
    write = _WRITERS.get(language)
    return write(thing.name, thing.fields) if write else None


_Fields = Sequence[tuple[str, str]]
_TYPED: Mapping[str, Mapping[str, str]] = {
    "python": {"whole": "int", "number": "float", "text": "str", "texts": "list[str]", "flag": "bool"},
    "rust": {"whole": "i64", "number": "f64", "text": "String", "texts": "Vec<String>", "flag": "bool"},
    "c": {"whole": "int", "number": "double", "text": "char *", "texts": "char **", "flag": "int"},
    "cpp": {
        "whole": "int",
        "number": "double",
        "text": "std::string",
        "texts": "std::vector<std::string>",
        "flag": "bool",
    },
    "java": {"whole": "int", "number": "double", "text": "String", "texts": "List<String>", "flag": "boolean"},
    "csharp": {"whole": "int", "number": "double", "text": "string", "texts": "string[]", "flag": "bool"},
    "sql": {"whole": "INTEGER", "number": "NUMERIC", "text": "TEXT", "texts": "TEXT", "flag": "BOOLEAN"},
}


def _typed(language: str, kind: str) -> str:
    own = _TYPED.get(language, {}).get(kind)
    return own if own is not None else LANGUAGES[language].kind(kind)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _pascal(name: str) -> str:
    return "".join(map(str.capitalize, name.split("_")))


def _python(name: str, fields: _Fields) -> str:
    lines = "\n".join(f"    {each}: {_typed('python', kind)}" for each, kind in fields)
    return f'from dataclasses import dataclass\n\n\n@dataclass\nclass {name}:\n    """A {name.lower()}."""\n\n{lines}'


def _javascript(name: str, fields: _Fields) -> str:
    names = [_camel(each) for each, _ in fields]
    lines = "\n".join(f"    this.{each} = {each};" for each in names)
    return f"class {name} {{\n  constructor({', '.join(names)}) {{\n{lines}\n  }}\n}}"


def _typescript(name: str, fields: _Fields) -> str:
    lines = "\n".join(f"  {_camel(each)}: {_typed('typescript', kind)};" for each, kind in fields)
    return f"export interface {name} {{\n{lines}\n}}"


def _java(name: str, fields: _Fields) -> str:
    typed = [(_typed("java", kind), _camel(each), _pascal(each)) for each, kind in fields]
    kept = "\n".join(f"    private final {kind} {each};" for kind, each, _ in typed)
    taken = ", ".join(f"{kind} {each}" for kind, each, _ in typed)
    put = "\n".join(f"        this.{each} = {each};" for _, each, _ in typed)
    read = "\n\n".join(f"    public {kind} get{big}() {{\n        return {each};\n    }}" for kind, each, big in typed)
    needs = "import java.util.List;\n\n" if "List<" in kept else ""
    return f"{needs}public class {name} {{\n{kept}\n\n    public {name}({taken}) {{\n{put}\n    }}\n\n{read}\n}}"


def _csharp(name: str, fields: _Fields) -> str:
    taken = ", ".join(f"{_typed('csharp', kind)} {_camel(each)}" for each, kind in fields)
    kept = "\n".join(f"    public {_typed('csharp', kind)} {_pascal(each)} {{ get; }}" for each, kind in fields)
    put = "\n".join(f"        {_pascal(each)} = {_camel(each)};" for each, _ in fields)
    return f"public class {name}\n{{\n{kept}\n\n    public {name}({taken})\n    {{\n{put}\n    }}\n}}"


def _cpp(name: str, fields: _Fields) -> str:
    lines = "\n".join(f"    {_typed('cpp', kind)} {each};" for each, kind in fields)
    needs = [f"#include <{each}>" for each in ("string", "vector") if f"std::{each}" in lines]
    code = f"class {name} {{\npublic:\n{lines}\n}};"
    return "\n".join(needs) + f"\n\n{code}" if needs else code


def _c(name: str, fields: _Fields) -> str:
    lines = "\n".join(f"    {_typed('c', kind)} {each};".replace("* ", "*") for each, kind in fields)
    return f"typedef struct {{\n{lines}\n}} {name};"


def _go(name: str, fields: _Fields) -> str:
    lines = "\n".join(f"\t{_pascal(each)} {_typed('go', kind)}" for each, kind in fields)
    return f"type {name} struct {{\n{lines}\n}}"


def _rust(name: str, fields: _Fields) -> str:
    lines = "\n".join(f"    pub {each}: {_typed('rust', kind)}," for each, kind in fields)
    return f"#[derive(Debug, Clone)]\npub struct {name} {{\n{lines}\n}}"


def _php(name: str, fields: _Fields) -> str:
    lines = "\n".join(f"        public {_typed('php', kind)} ${_camel(each)}," for each, kind in fields)
    return f"class {name} {{\n    public function __construct(\n{lines}\n    ) {{}}\n}}"


def _ruby(name: str, fields: _Fields) -> str:
    names = [each for each, _ in fields]
    put = "\n".join(f"    @{each} = {each}" for each in names)
    read = ", ".join(f":{each}" for each in names)
    return f"class {name}\n  attr_reader {read}\n\n  def initialize({', '.join(names)})\n{put}\n  end\nend"


def _sql(name: str, fields: _Fields) -> str:
    rows = [f"    {each} {_typed('sql', kind)}" for each, kind in fields if each != "id"]
    return f"CREATE TABLE {name.lower()}s (\n" + ",\n".join(["    id INTEGER PRIMARY KEY", *rows]) + "\n);"


_WRITERS: Mapping[str, Callable[[str, _Fields], str]] = {
    "python": _python, "javascript": _javascript, "typescript": _typescript, "java": _java, "csharp": _csharp,
    "cpp": _cpp, "c": _c, "go": _go, "rust": _rust, "php": _php, "ruby": _ruby, "sql": _sql,
}  # fmt: skip
