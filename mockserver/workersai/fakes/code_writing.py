"""Code for what a prompt asks for: a known function or program, a class, a piece of a page, else a function."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.workersai.fakes.code_classes import defined, definition_in
from mockserver.workersai.fakes.code_forms import Idiom, written
from mockserver.workersai.fakes.code_idioms import idiom_in
from mockserver.workersai.fakes.code_languages import LANGUAGES, function
from mockserver.workersai.fakes.code_markup import markup_in, plain_markup
from mockserver.workersai.fakes.code_requests import TOKEN, Request, request_in
from mockserver.workersai.fakes.code_scripts import script_in

_DEFINES = frozenset("class interface struct structure record dataclass model type entity".split())
_TIMES = frozenset("area volume product multiply multiplies multiplied cost price times".split())
_KEPT = {
    "python": ":return [item for item in items if item]",
    "javascript": ":return items.filter((item) => Boolean(item));",
    "typescript": ":return items.filter((item) => Boolean(item));",
    "go": ':kept := []string{}\nfor _, item := range items {\n    if item != "" {\n        kept = append(kept, item)\n'
          "    }\n}\nreturn kept",
    "rust": ":items.iter().filter(|item| !item.is_empty()).map(|item| item.to_string()).collect()",
    "java": ":return Arrays.stream(items).filter(item -> !item.isEmpty()).toArray(String[]::new);",
    "csharp": ':return items.Where(item => item != "").ToArray();',
    "cpp": ":std::vector<std::string> kept;\nfor (const auto& item : items) if (!item.empty()) kept.push_back(item);\n"
           "return kept;",
    "c": ":int kept = 0;\nfor (int i = 0; i < length; i++) if (items[i] != 0) kept++;\nreturn kept;",
    "php": ":return array_values(array_filter($items));",
    "ruby": ":items.reject(&:nil?)",
    "bash": ":grep -v '^$' \"$1\"",
}  # fmt: skip
"""What a function does that takes items, and of which nothing else is known."""


def snippet(prompt: str, language: str | None = None) -> str:
    """Return code about something, without a word around it."""
    asked = request_in(prompt, language)
    return known(prompt, asked) or plain(asked)


def known(prompt: str, asked: Request) -> str | None:
    """Return the function, program, class or piece of a page that a prompt asks for, None for what few ask for."""
    said = frozenset(TOKEN.findall(prompt.lower()))
    language = asked.language
    thing = definition_in(prompt) if _DEFINES & said and "function" not in said else None
    if thing is not None and language != "css":
        code = defined(thing, language)
        if code is not None:
            return code
    idiom = idiom_in(said)
    found = idiom_written(idiom, asked) if idiom else None
    return found or script_in(said, language) or markup_in(said, language)


def idiom_written(idiom: Idiom, asked: Request) -> str | None:
    """Return a known function under the name, and with the parameters, that a prompt asks for."""
    if asked.takes and len(asked.takes) == len(idiom.takes) and asked.language != "php":
        names = [name for name, _ in asked.takes]
        idiom = idiom.taking(names)
    return written(idiom, asked.language, asked.own)


def plain(asked: Request) -> str:
    """Return a function with a name and parameters, and as good a guess at what it does as these allow."""
    language, about = asked.language, f"Return what matters for {asked.about}."
    if language in ("html", "css"):
        return plain_markup([each.lower() for each in asked.name], language)
    if language == "sql":
        return f"SELECT id, name FROM {'_'.join(asked.name)} WHERE name IS NOT NULL; -- what matters for {asked.about}"
    name = asked.own or LANGUAGES[language].name(asked.name)
    if asked.takes is None:
        gives, kind = ("whole", "numbers") if language == "c" else ("texts", "texts")
        return function(language, name, [("items", kind)], gives, about, _KEPT[language][1:], whole=True)
    takes = asked.takes
    if language == "c":
        takes = tuple((name, "number" if kind == "numbers" else kind) for name, kind in takes)
    gives, body = _guess(asked, takes)
    return function(language, name, takes, gives, about, body)


def _guess(asked: Request, takes: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the kind of a result and the expression for it: numbers are put together, else the first is given back."""
    how = LANGUAGES[asked.language]
    names = [f"${place}" if asked.language == "bash" else f"${name}" if asked.language == "php" else name
             for place, (name, _) in enumerate(takes, 1)]  # fmt: skip
    kinds = {kind for _, kind in takes}
    if len(takes) > 1 and kinds <= {"number", "whole"}:
        sign = " * " if _TIMES & set(asked.about.split()) or _TIMES & set(asked.own.lower().split("_")) else " + "
        if asked.language == "rust" and len(kinds) > 1:
            names = [
                f"{name} as f64" if kind == "whole" else name for name, (_, kind) in zip(names, takes, strict=True)
            ]
        return "number" if "number" in kinds else "whole", sign.join(names)
    first, kind = names[0], takes[0][1]
    given = {"rust": {"text": f"{first}.to_string()", "texts": f"{first}.iter().map(|each| each.to_string()).collect()",
                      "numbers": f"{first}.to_vec()"}}.get(asked.language, {})  # fmt: skip
    if asked.language == "c" and kind == "texts":
        return "whole", "length"
    return kind, given.get(kind, first) if how.kinds else first
