"""Code in the language that a prompt asks for: one small function named after what it is about, in a code block."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes import text
from mockserver.workersai.fakes.code_idioms import idiom_in, written
from mockserver.workersai.fakes.code_scripts import script_in

_PYTHON = '''def {name}(items):
    """Return the items that matter for {about}."""
    return [item for item in items if item]'''
_JAVASCRIPT = """function {Name}(items) {
  // keeps what matters for {about}
  return items.filter((item) => Boolean(item));
}"""
_TYPESCRIPT = """export function {Name}<T>(items: T[]): T[] {
  // keeps what matters for {about}
  return items.filter((item) => Boolean(item));
}"""
_GO = """func {Name}(items []string) []string {
	kept := []string{}
	for _, item := range items {
		if item != "" { // what matters for {about}
			kept = append(kept, item)
		}
	}
	return kept
}"""
_RUST = """fn {name}(items: &[&str]) -> Vec<String> {
    // keeps what matters for {about}
    items.iter().filter(|item| !item.is_empty()).map(|item| item.to_string()).collect()
}"""
_JAVA = """static List<String> {Name}(List<String> items) {
    // keeps what matters for {about}
    return items.stream().filter(item -> !item.isEmpty()).toList();
}"""
_C = """int {name}(const int *items, int length) {
    int kept = 0; /* counts what matters for {about} */
    for (int i = 0; i < length; i++) if (items[i] != 0) kept++;
    return kept;
}"""
_BASH = """{name}() {
  # keeps what matters for {about}
  grep -v '^$' "$1"
}"""
_RUBY = """def {name}(items)
  items.reject(&:nil?) # keeps what matters for {about}
end"""
_SQL = "SELECT id, name FROM {name} WHERE name IS NOT NULL; -- what matters for {about}"
_HTML = '<section id="{name}">\n  <h2>{about}</h2>\n</section>'

LANGUAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "typescript": (_TYPESCRIPT, ("typescript", "ts", "tsx")),
    "javascript": (_JAVASCRIPT, ("javascript", "js", "node", "nodejs", "worker")),
    "rust": (_RUST, ("rust",)),
    "go": (_GO, ("go", "golang")),
    "java": (_JAVA, ("java",)),
    "cpp": (_C, ("c++", "cpp")),
    "c": (_C, ("c",)),
    "bash": (_BASH, ("bash", "shell", "sh")),
    "ruby": (_RUBY, ("ruby",)),
    "sql": (_SQL, ("sql", "postgres", "sqlite", "mysql")),
    "html": (_HTML, ("html",)),
    "python": (_PYTHON, ("python", "py")),
}
"""A language, a function in it, and the words that ask for it."""

_NAMED = {word: language for language, (_, words) in LANGUAGES.items() for word in words}
_ASKS = frozenset("code function script program class method implement snippet refactor query component".split())
_NOT_ABOUT = _ASKS | frozenset(
    "write create make give show example add fix explain generate build please small simple short new using whether "
    "check checks checking return returns returning compute computes print prints take takes get gets".split()
)
"""Words that say what to do rather than what it is about."""
_ALSO_ENGLISH = frozenset("go c node worker shell rust ruby java".split())
_TOKEN = re.compile(r"c\+\+|[a-z]+")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*")


def write(conversation: Conversation, seed: bytes) -> str | None:
    """Return a sentence and a code block, None for a prompt that asks for no code.

    The language is the first one that the prompt names, else Python.
    """
    words = _TOKEN.findall(conversation.prompt.lower())
    named = next((_NAMED[word] for word in words if word in _NAMED), None)
    if not _ASKS.intersection(words) and not (_NAMED.keys() & set(words)) - _ALSO_ENGLISH:
        return None
    language = named or "python"
    known = known_code(frozenset(words), language)
    if known:
        return f"Here is a small {_kind(words)}:\n\n```{language}\n{known}\n```"
    code = _stub(conversation.prompt, language)
    return f"Here is a small example:\n\n```{language}\n{code}\n```\n\nAdapt it to your own data."


def snippet(about: str, language: str) -> str:
    """Return code about something, without a word around it."""
    return known_code(frozenset(_TOKEN.findall(about.lower())), language) or _stub(about, language)


def known_code(words: frozenset[str], language: str) -> str | None:
    """Return the function or program that a prompt of these words asks for, None for what few people ask for."""
    idiom = idiom_in(words)
    return (written(idiom, language) if idiom else None) or script_in(words, language)


def _kind(words: Sequence[str]) -> str:
    return next((word for word in words if word in ("script", "program")), "function")


def _stub(about: str, language: str) -> str:
    telling = [word for word in text.keywords(about) if word.lower() not in _NOT_ABOUT | _NAMED.keys()]
    parts = [word for word in _IDENTIFIER.findall(" ".join(telling[:3]).lower()) if word not in _NAMED][:3]
    parts = parts or ["solution"]
    name, camel = "_".join(parts), parts[0] + "".join(part.capitalize() for part in parts[1:])
    return LANGUAGES[language][0].replace("{name}", name).replace("{Name}", camel).replace("{about}", " ".join(parts))
