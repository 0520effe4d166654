"""The languages that coders write: how they are asked for, known again, and how a function is written in each."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes a function."""

    words: tuple[str, ...]
    """The words that ask for it."""
    head: str
    """The head of a function, of `{name}`, `{takes}` and `{gives}`."""
    tail: str = "}"
    takes: str = "{name}"
    """A parameter, of `{name}` and `{kind}`."""
    returns: str = "return {};"
    remark: str = "// {}"
    step: str = "    "
    case: str = "camel"
    """How names of several words are written: snake, camel or Pascal."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The types of what is taken."""
    results: Mapping[str, str] = field(default_factory=dict)
    """The types of what is given, where they differ."""
    needs: tuple[tuple[str, str], ...] = ()
    """What a pattern in the code needs at the top of the file."""

    def name(self, words: Sequence[str]) -> str:
        """Return a name of some words as the language writes it.

        >>> LANGUAGES["go"].name(["is", "prime"]), LANGUAGES["c"].name(["is", "prime"])
        ('isPrime', 'is_prime')
        """
        first, *others = words
        if self.case == "snake":
            return "_".join(words)
        return (first.capitalize() if self.case == "Pascal" else first) + "".join(map(str.capitalize, others))

    def kind(self, kind: str, given: bool = False) -> str:
        """Return the type of a kind of things, nothing in a language without types."""
        return (self.results.get(kind) if given else None) or self.kinds.get(kind, "")


def _kinds(types: str) -> dict[str, str]:
    """Return types by what they hold: whole numbers, numbers, lists of them, texts, lists of them, yes or no."""
    return dict(zip("whole number numbers text texts flag".split(), types.split(" | "), strict=True))


_C_NEEDS = (
    (r"\bbool\b", "#include <stdbool.h>"),
    (r"\b(?:printf|puts|fopen|getline)\b", "#include <stdio.h>"),
    (r"\b(?:qsort|free|malloc)\b", "#include <stdlib.h>"),
    (r"\b(?:strlen|strchr|strcmp)\b", "#include <string.h>"),
    (r"\btolower\b", "#include <ctype.h>"),
)
_CPP_NEEDS = (
    (r"std::(?:sort|reverse|max_element|min_element|count_if)\b", "#include <algorithm>"),
    (r"std::tolower\b", "#include <cctype>"),
    (r"std::accumulate\b", "#include <numeric>"),
    (r"std::string\b", "#include <string>"),
    (r"std::vector\b", "#include <vector>"),
)
_GO_NEEDS = (
    (r"\bfmt\.", 'import "fmt"'),
    (r"\bsort\.", 'import "sort"'),
    (r"\bstrings\.", 'import "strings"'),
)
_JAVA_NEEDS = ((r"\bArrays\.", "import java.util.Arrays;"), (r"\bList\.", "import java.util.List;"))
_CSHARP_NEEDS = ((r"\.(?:Sum|Max|Min|Average|Count|Where|Select|Reverse|Distinct)\(", "using System.Linq;"),)

LANGUAGES: Mapping[str, Language] = {
    "typescript": Language(
        ("typescript", "ts", "tsx"), "export function {name}({takes}): {gives} {{", takes="{name}: {kind}", step="  ",
        kinds=_kinds("number | number | number[] | string | string[] | boolean"),
    ),
    "javascript": Language(
        ("javascript", "js", "node", "nodejs", "worker", "jsx", "react"), "function {name}({takes}) {{", step="  "
    ),
    "rust": Language(
        ("rust",), "fn {name}({takes}) -> {gives} {{", takes="{name}: {kind}", returns="{}", case="snake",
        kinds=_kinds("i64 | f64 | &[f64] | &str | &[&str] | bool"),
        results={"text": "String", "numbers": "Vec<f64>", "texts": "Vec<String>"},
    ),
    "go": Language(
        ("go", "golang"), "func {name}({takes}) {gives} {{", takes="{name} {kind}", returns="return {}", step="\t",
        kinds=_kinds("int | float64 | []float64 | string | []string | bool"), needs=_GO_NEEDS,
    ),
    "java": Language(
        ("java",), "public static {gives} {name}({takes}) {{", takes="{kind} {name}",
        kinds=_kinds("long | double | double[] | String | String[] | boolean"), needs=_JAVA_NEEDS,
    ),
    "csharp": Language(
        ("c#", "csharp", "dotnet"), "public static {gives} {name}({takes})\n{{", takes="{kind} {name}", case="Pascal",
        kinds=_kinds("long | double | double[] | string | string[] | bool"), needs=_CSHARP_NEEDS,
    ),
    "cpp": Language(
        ("c++", "cpp"), "{gives} {name}({takes}) {{", takes="{kind} {name}", case="snake", needs=_CPP_NEEDS,
        kinds=_kinds("long | double | const std::vector<double>& | const std::string& | "
                     "const std::vector<std::string>& | bool"),
        results={"text": "std::string", "numbers": "std::vector<double>", "texts": "std::vector<std::string>"},
    ),
    "c": Language(
        ("c",), "{gives} {name}({takes}) {{", takes="{kind} {name}", remark="/* {} */", case="snake", needs=_C_NEEDS,
        kinds=_kinds("long | double | const double * | const char * | const char ** | bool"),
    ),
    "bash": Language(
        ("bash", "shell", "sh", "zsh"), "{name}() {{", returns='echo "$(( {} ))"', remark="# {}", step="  ",
        case="snake",
    ),
    "ruby": Language(("ruby",), "def {name}({takes})", "end", returns="{}", remark="# {}", step="  ", case="snake"),
    "php": Language(
        ("php",), "function {name}({takes}): {gives} {{", takes="{kind} ${name}",
        kinds=_kinds("int | float | array | string | array | bool"),
    ),
    "sql": Language(("sql", "postgres", "postgresql", "sqlite", "mysql"), "", remark="-- {}", case="snake"),
    "html": Language(("html",), "", remark="<!-- {} -->", step="  ", case="snake"),
    "css": Language(("css",), "", remark="/* {} */", step="  ", case="snake"),
    "python": Language(
        ("python", "py", "python3"), "def {name}({takes}):", "", returns="return {}", remark='"""{}"""', case="snake"
    ),
}  # fmt: skip
"""A language by the name that its code blocks have."""

NAMED = {word: name for name, language in LANGUAGES.items() for word in language.words}
"""A language by each word that asks for it."""
SPOKEN = {"cpp": "C++", "csharp": "C#", "php": "PHP", "sql": "SQL", "html": "HTML", "css": "CSS",
          "javascript": "JavaScript", "typescript": "TypeScript"}  # fmt: skip
"""What languages are called in prose, where that is not their name with a capital."""
RESERVED = frozenset(keyword.kwlist) | frozenset(
    "abstract alias auto begin bool boolean break byte case catch char class const continue debugger default delete do "
    "double echo else elsif elif end enum esac export extends extern false fi final float fn for foreach friend func "
    "function goto if impl implements import in inline int interface is let local long loop match mod module move mut "
    "namespace native new nil null operator out package private protected pub public range ref register require return "
    "self short signed sizeof static string struct super switch template then this throw throws trait true try type "
    "typedef typeof union unless unsafe unsigned until use using val var virtual void volatile when where while with "
    "yield begin".split()
)
"""Words that name nothing in one language or another."""

_TELLTALE = (
    ("ruby", re.compile(r"^[ \t]*end[ \t]*$|^[ \t]*puts |\.each do \|", re.MULTILINE)),
    ("php", re.compile(r"<\?php|\$\w+\s*=|\becho\s+\$")),
    ("html", re.compile(r"<(?:!doctype|html|div|p|body|head|form|table|ul|span|h[1-6]|a|button)\b[^>]*>",
                        re.IGNORECASE)),
    ("python", re.compile(r"^\s*(?:(?:async )?def \w|class \w+[^{\n]*:\s*$|from \w[\w.]* import|import \w+[\w.]*\s*$|"
                          r"@\w)|"
                          r"^\s*(?:if|for|while|elif|with)\b[^{\n]*:\s*$|\bprint\(", re.MULTILINE)),
    ("rust", re.compile(r"\bfn \w+\s*[(<]|\blet mut |\bprintln!")),
    ("go", re.compile(r"^(?:package |func )|:= |\bfmt\.", re.MULTILINE)),
    ("csharp", re.compile(r"\bConsole\.Write|^using System|\bstring\[\] args\b", re.MULTILINE)),
    ("java", re.compile(r"\b(?:public|private) (?:static )?[\w<>\[\]]+ \w+|\bSystem\.out\.")),
    ("cpp", re.compile(r"\bstd::|#include <(?:iostream|vector|string)>|\bcout\b")),
    ("c", re.compile(r"#include|\b(?:int|void|char|double|float|long) \*?\w+\s*\(|\bprintf\(")),
    ("typescript", re.compile(r"\b(?:interface \w+ \{|type \w+ =)|[\w)]\??: (?:string|number|boolean|void)\b")),
    ("javascript", re.compile(r"\b(?:function\s*\w*\s*\(|(?:const|let|var) \w{1,80}\s*=|console\.)|=>|^\s*//",
                              re.MULTILINE)),
    ("sql", re.compile(r"\bselect\b[\s\S]+\bfrom\b|^\s*(?:insert into|create table|update \w+ set|delete from)\b|^--",
                       re.IGNORECASE | re.MULTILINE)),
    ("bash", re.compile(r"^#!/bin|^#!/usr/bin/env bash|\becho |\bfi\b|\bdone\b")),
    ("css", re.compile(r"(?<![\w-])[\w-]{1,60}\s{0,9}\{\s{0,99}[\w-]{1,60}\s*:\s*[^;{}]+;")),
    ("python", re.compile(r"^\s*#(?!include|!)|^\s*return\b[^;\n]*$|^\s*\w+ = [^;{\n]*$", re.MULTILINE)),
)  # fmt: skip


def language_of(code: str) -> str | None:
    """Return the language that some code is in, None for what does not look like code.

    >>> language_of("let mut total = 0;"), language_of("Where do the tides go?")
    ('rust', None)
    """
    return next((name for name, pattern in _TELLTALE if pattern.search(code)), None)


def spoken(language: str) -> str:
    """Return what a language is called in prose.

    >>> spoken("cpp"), spoken("rust")
    ('C++', 'Rust')
    """
    return SPOKEN.get(language, language.capitalize())


def function(
    language: str, name: str, takes: Sequence[tuple[str, str]], gives: str, says: str, body: str, whole: bool = False
) -> str:
    """Return a function of a language: its body is an expression, or statements where it is `whole`.

    Statements are indented by four blanks a step, whatever the language wants.
    """
    how = LANGUAGES[language]
    lines = body.split("\n") if whole else [how.returns.replace("{}", body)]
    said = how.remark.replace("{}", says)
    parameters = [
        how.takes.replace("{name}", each).replace("{kind}", how.kind(kind)).replace("* ", "*") for each, kind in takes
    ]
    if language == "c" and any(kind in ("numbers", "texts") for _, kind in takes):
        parameters.append("int length")
    head = how.head.format(name=name, takes=", ".join(parameters), gives=how.kind(gives, given=True))
    inner = "\n".join(f"{how.step}{indented(line, how.step)}" if line else "" for line in [said, *lines])
    return with_needs(language, f"{head.replace('* ', '*')}\n{inner}" + (f"\n{how.tail}" if how.tail else ""))


def with_needs(language: str, code: str) -> str:
    """Return code below the imports and includes that it needs."""
    needs = [line for pattern, line in LANGUAGES[language].needs if re.search(pattern, code)]
    return "\n".join(needs) + f"\n\n{code}" if needs else code


def indented(line: str, step: str) -> str:
    """Return a line that is indented by four blanks a step as a language indents it."""
    bare = line.lstrip(" ")
    return step * ((len(line) - len(bare)) // 4) + bare
