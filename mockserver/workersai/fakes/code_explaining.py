"""What some code does, in words: what it defines, what it takes, and its steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mockserver.workersai.fakes.code_idioms import IDIOMS
from mockserver.workersai.fakes.code_languages import RESERVED, spoken
from mockserver.workersai.fakes.code_requests import parameters

_MOST_STEPS = 8
_LONGEST_PART = 80
_FUNCTIONS = (
    re.compile(r"\b(?:def|function|func|fn)\s+(?P<name>\w{1,80})\s*(?:<[^<>()]{0,40}>)?\((?P<takes>[^()\n]{0,200})\)"),
    re.compile(r"\b(?:const|let|var)\s+(?P<name>\w{1,80})\s*=\s*(?:async\s*)?\(?(?P<takes>[\w\s,:=]{0,200})\)?\s*=>"),
    re.compile(
        r"^\s*(?:(?:public|private|protected|static|final|inline|const|async)\s+)*[\w<>\[\]:*&]{1,60}\s+"
        r"\*?(?P<name>\w{1,80})\s*\((?P<takes>[^()\n]{0,200})\)\s*\{",
        re.MULTILINE,
    ),
    re.compile(r"^(?P<name>\w{1,80})\s*\(\)\s*(?P<takes>)\{", re.MULTILINE),
)
_TYPES = re.compile(r"\b(class|struct|interface|enum|trait)\s+(\w{1,80})")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_STEPS = tuple(
    (re.compile(pattern), says)
    for pattern, says in (
        (r"(?:from\s+[\w.]+\s+)?import\s+(.+)$|#include\s*(.+)$|(?:use|using)\s+([^=]+)$", "brings in {}"),
        (
            r"for\s*\(?\s*(?:const |let |auto&? |var )?(\w+)\s+(?:in|of)\s+(.+?)\)?$",
            "goes through {1}, part by part, as {0}",
        ),
        (r"for\s+(?:_,\s*)?(\w+)\s*:=\s*range\s+(.+)$", "goes through {1}, part by part, as {0}"),
        (r"for\s*\((.+)\)$|for\s+(.+;.+)$", "counts in a loop: {}"),
        (r"while\s*\(?(.+?)\)?$", "repeats as long as {} holds"),
        (r"(?:else\s*if|elif|elsif)\s*\(?(.+?)\)?$", "otherwise checks whether {} holds"),
        (r"if\s*\(?(.+?)\)?(?:\s+return\s.*|\s*;?\s*then)?$", "checks whether {} holds"),
        (r"(?:return|yield)\s+(.+)$", "returns {}"),
        (
            r"(?:print|println!|console\.log|puts|echo|printf|fmt\.Println|System\.out\.println|Console\.WriteLine)"
            r"[\s(]\s*(.*?)\)?$",
            "prints {}",
        ),
        (r"(?:raise|throw)\s+(.+)$", "fails with {}"),
        (r"try\b(.*)$", "tries what follows, and catches its errors"),
        (r"with\s+(.+?)(?:\s+as\s+\w+)?$", "opens {}, and closes it afterwards"),
        (
            r"(?:(?:const|let|var|auto|int|long|double|float|string|String|mut)\s+)*([\w.\[\]$]+)\s*(?::=|=)\s*(.+)$",
            "sets {0} to {1}",
        ),
        (r"([\w.\[\]$]+)\s*\+=\s*(.+)$", "adds {1} to {0}"),
        (r"(?:await\s+)?([\w.]+\(.*\))$", "calls {}"),
    )
)
_ENDS = r"(?=\s+(?:left|inner|join|where|group|order|having|limit)\b|;|$)"
_CLAUSES = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), says)
    for pattern, says in (
        (r"\bselect\s+(distinct\s+)?(.{1,400}?)\s+from\s+([\w.\"`]+)", "reads {1} from {2}"),
        (rf"\bjoin\s+([\w.\"`]+)(?:\s+\w+)?\s+on\s+(.{{1,400}}?){_ENDS}", "joins {0} where {1}"),
        (rf"\bwhere\s+(.{{1,400}}?){_ENDS}", "keeps the rows for which {0} holds"),
        (rf"\bgroup\s+by\s+(.{{1,400}}?){_ENDS}", "puts together the rows of each {0}"),
        (rf"\bhaving\s+(.{{1,400}}?){_ENDS}", "keeps the groups for which {0} holds"),
        (rf"\border\s+by\s+(.{{1,400}}?){_ENDS}", "sorts by {0}"),
        (r"\blimit\s+(\d+)", "gives at most {0} rows"),
        (r"\bdelete\s+from\s+([\w.\"`]+)", "deletes rows of {0}"),
        (rf"\bupdate\s+([\w.\"`]+)\s+set\s+(.{{1,400}}?){_ENDS}", "changes {0}: {1}"),
        (r"\binsert\s+into\s+([\w.\"`]+)", "adds rows to {0}"),
        (r"\bcreate\s+table\s+([\w.\"`]+)", "defines the table {0}"),
    )
)


def explained(code: str, language: str) -> str:
    """Return what some code does, in prose about that code.

    >>> explained("def twice(x):\\n    return x * 2", "python")
    'This Python code defines the function `twice`, which takes `x`. It returns `x * 2`.'
    """
    code = code[:8_000]
    name = spoken(language)
    steps = list(_clauses(code) if language == "sql" else _steps(code))[:_MOST_STEPS]
    functions = list(_functions(code))
    defined = (
        [f"the {kind} `{name}`" for kind, name in dict.fromkeys(_TYPES.findall(code))][:3] if language != "sql" else []
    )
    defined += [_signature(*each) for each in functions[:4]]
    if defined:
        opening = f"This {name} code defines {_joined(defined)}."
    elif language == "sql":
        opening = "This is an SQL statement."
    else:
        opening = f"This is {name} code of {len(code.splitlines())} line{'s' if len(code.splitlines()) > 1 else ''}."
    sentences = [opening, *_purposes(functions)]
    if steps:
        rest = [steps[place : place + 3] for place in range(0, len(steps), 3)]
        sentences += [f"{'It' if place == 0 else 'Then it'} {_joined(each)}." for place, each in enumerate(rest)]
    return " ".join(sentences)


def _functions(code: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for pattern in _FUNCTIONS:
        for match in pattern.finditer(code):
            named = pattern is _FUNCTIONS[0] or match["name"] not in RESERVED  # behind `def` any word is a name
            if match["name"] not in seen and named:
                seen.add(match["name"])
                yield match["name"], match["takes"]


def _signature(name: str, takes: str) -> str:
    names = [f"`{each}`" for each, _ in parameters(takes.split(",")) if each not in ("self", "cls")]
    return f"the function `{name}`" + (f", which takes {_joined(names)}" if names else "")


def _purposes(functions: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, _ in functions[:3]:
        words = {word.lower() for word in _WORD.findall(name)} - {"is", "get", "of"}
        known = next((each for each in IDIOMS if words and words <= set(each.name.split("_"))), None)
        if known is not None:
            yield f"By its name, `{name}` is to {known.says[0].lower()}{known.says[1:]}"


def _steps(code: str) -> Iterator[str]:
    """Yield what each line does that has something to say."""
    for line in re.split(r"\n|;(?![^()]*\))|(?<=[){:])\s+(?=return\b)|(?<=\{)\s+|\s+(?=\})", code):
        said = line.strip().rstrip(";{:").strip()
        if (
            not said
            or said.startswith(("#!", "//", "/*", "*", '"""'))
            or any(each.search(f"{said} {{") for each in _FUNCTIONS[:3])
        ):
            continue
        found = next(((match, shape) for pattern, shape in _STEPS if (match := pattern.match(said))), None)
        if found is not None:
            yield _filled(*found)


def _clauses(code: str) -> Iterator[str]:
    for pattern, shape in _CLAUSES:
        found = pattern.search(code)
        if found is not None:
            yield _filled(found, shape)


def _filled(found: re.Match[str], shape: str) -> str:
    groups = (
        found.groups() if "{0}" in shape or "{1}" in shape else [each for each in found.groups() if each is not None]
    )
    parts = [f"`{_short(each or '')}`" for each in groups]
    return shape.format(*parts) if parts else shape.replace(" {}", "")


def _short(part: str) -> str:
    flat = " ".join(part.split()).replace("`", "'")
    return flat if len(flat) <= _LONGEST_PART else flat[: _LONGEST_PART - 1] + "…"


def _joined(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence.

    >>> _joined(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
