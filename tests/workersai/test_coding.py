"""What coders write is run where it can be, else at least looked at."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import Any

import pytest

from mockserver.workersai.fakes.code_classes import Definition, defined
from mockserver.workersai.fakes.code_forms import Idiom, written
from mockserver.workersai.fakes.code_idioms import IDIOMS
from mockserver.workersai.fakes.code_languages import LANGUAGES, RESERVED
from mockserver.workersai.fakes.code_mending import mended
from mockserver.workersai.fakes.code_requests import request_in
from mockserver.workersai.fakes.code_scripts import SCRIPTS
from mockserver.workersai.fakes.code_writing import plain

CODER = "run/@cf/qwen/qwen2.5-coder-32b-instruct"
WRITTEN = [each for each in LANGUAGES if each not in ("sql", "html", "css")]
CASES = {
    "total": ("([1, 2, 4])", 7), "add": ("(2, 3)", 5), "subtract": ("(2, 3)", -1), "multiply": ("(2, 3)", 6),
    "reverse_text": ('("abc")', "cba"), "is_palindrome": ('("abcba")', True), "factorial": ("(5)", 120),
    "fibonacci": ("(7)", 13),
    "is_prime": ("(97)", True), "is_even": ("(3)", False), "is_odd": ("(3)", True), "gcd": ("(12, 18)", 6),
    "largest": ("([1, 9, 4])", 9), "smallest": ("([3, 1, 4])", 1), "average": ("([1, 2, 3])", 2),
    "count_vowels": ('("education")', 5), "binary_search": ("([1, 3, 5, 7], 5)", 2),
    "sort_numbers": ("([3, 1, 2])", [1, 2, 3]),
    "unique": ('(["b", "a", "b"])', ["b", "a"]),
}  # fmt: skip


def said(ask: Any, prompt: str) -> str:
    return str(ask(CODER, {"messages": [{"role": "user", "content": prompt}]}).result["response"])


def block(ask: Any, prompt: str) -> tuple[str, str]:
    (found,) = re.findall(r"```(\w+)\n(.+?)\n```", said(ask, prompt), re.DOTALL)
    return found[0], found[1]


def is_balanced(code: str) -> bool:
    """Say whether brackets come in pairs, outside of texts, remarks and the patterns of a shell."""
    bare = re.sub(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|//[^\n]*|(?m:^\s*#[^\n]*)", "", code)
    waiting = []
    for character in bare:
        if character in "([{":
            waiting.append(")]}"["([{".index(character)])
        elif character in ")]}" and (not waiting or waiting.pop() != character):
            return False
    return not waiting


@pytest.mark.parametrize("idiom", IDIOMS, ids=lambda idiom: idiom.name)
def test_known_functions_work_in_python(idiom: Idiom) -> None:
    """Each gives what its name promises."""
    given, expected = CASES[idiom.name]
    names: dict[str, Any] = {}
    exec(written(idiom, "python") or "", names)

    assert expected == eval(f"{idiom.name}{given}", names)


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_known_functions_work_in_javascript() -> None:
    """Each gives what its name promises, all of them in one run."""
    program = "\n".join(written(each, "javascript") or "" for each in IDIOMS)
    calls = []
    for each in IDIOMS:
        given, expected = CASES[each.name]
        name = LANGUAGES["javascript"].name(each.name.split("_"))
        value = str(expected).lower() if isinstance(expected, bool) else repr(expected)
        calls.append(f"assert.deepStrictEqual({name}{given}, {value});")
    program = f'const assert = require("node:assert");\n{program}\n' + "\n".join(calls)

    assert b"" == subprocess.run(["node", "-"], input=program.encode(), capture_output=True, check=False).stderr


def test_known_functions_work_in_a_shell() -> None:
    """Numbers and lists are arguments, results are printed."""
    names = {"total": "1 2 4", "add": "2 3", "factorial": "5", "fibonacci": "7", "gcd": "12 18", "largest": "1 9 4",
             "smallest": "3 1 4", "average": "1 2 3", "binary_search": "5 1 3 5 7"}  # fmt: skip
    program = "\n".join(written(each, "bash") or "" for each in IDIOMS)
    program += (
        "".join(f"\n{name} {given}" for name, given in names.items())
        + "\nis_prime 97 && echo yes; is_even 3 || echo no\n"
    )
    ran = subprocess.run(["bash"], input=program.encode(), capture_output=True, check=True)

    assert [*(str(CASES[name][1]) for name in names), "yes", "no"] == ran.stdout.decode().split()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("factorial", (5, 120)), ("fibonacci", (7, 13)), ("is_prime", (97,)), ("fizzbuzz", ("FizzBuzz",))],
)
def test_known_programs_work_in_sql(name: str, rows: tuple[Any, ...]) -> None:
    script = next(each.code["sql"] for each in SCRIPTS if "fizzbuzz" in each.told_by[0])
    idiom = next((each for each in IDIOMS if each.name == name), None)
    statement = script if idiom is None else written(idiom, "sql")
    with closing(sqlite3.connect(":memory:")) as database:
        found = database.execute(statement or "").fetchall()

    assert rows in found


@pytest.mark.parametrize("language", WRITTEN)
def test_known_functions_in_every_language(language: str) -> None:
    """Each is there, names itself and closes its brackets; so do programs, classes, and functions that nobody knows."""
    for idiom in IDIOMS:
        code = written(idiom, language)
        assert code is not None, idiom.name
        assert LANGUAGES[language].name(idiom.name.split("_")) in code
        assert is_balanced(code) or language == "bash", code
    for script in SCRIPTS:
        assert language == "bash" or is_balanced(script.code.get(language, "")), script.code[language]
    thing = Definition("Boat", (("name", "text"), ("sail_area", "number"), ("crew", "texts"), ("is_new", "flag")))
    defining = defined(thing, language) or "Boat"
    assert "Boat" in defining
    assert is_balanced(defining)
    code = plain(request_in(f"Write a {LANGUAGES[language].words[0]} function harbourFee(length, days)"))
    assert "harbourFee" in code
    assert language == "bash" or ("length" in code and "days" in code)
    assert is_balanced(code)


@pytest.mark.parametrize(
    ("prompt", "language", "told"),
    [
        ("Write a C function for factorial", "c", "long factorial(long n) {"),
        ("Rust fibonacci", "rust", "fn fibonacci(n: i64) -> i64 {"),
        ("Go fizzbuzz", "go", 'fmt.Println("FizzBuzz")'),
        ("Java class Person", "java", "public Person(String name, int age, String email) {"),
        ("TypeScript interface User with id (number), name and isActive", "typescript", "  isActive: boolean;"),
        ("Make a python class Dog with name and breed", "python", "class Dog:"),
        ("C# function to reverse a string", "csharp", "public static string ReverseText(string text)"),
        ("binary search in PHP", "php", "function binarySearch(array $numbers, float $wanted): int {"),
        ("Write SQL that selects all users", "sql", "SELECT * FROM users;"),
        ("an HTML login form", "html", '<input id="password"'),
        ("CSS to center a div", "css", "justify-content: center;"),
        ("C program to read a file", "c", 'fopen(path, "r")'),
        ("http request in Go", "go", "http.Get(url)"),
        ("python function called fact for the factorial", "python", "return 1 if n < 2 else n * fact(n - 1)"),
        ("python function plus(x, y) that adds two numbers", "python", "return x + y"),
        (
            "python function called compute_area that takes width and height",
            "python",
            "def compute_area(width, height):",
        ),
        (
            "Write a go function ParseConfig(path string, limit int)",
            "go",
            "func ParseConfig(path string, limit string)",
        ),
        ("Write a python function called class", "python", "def class_value(items):"),
        ("Convert this Python to JavaScript: def factorial(n):\n    return n", "javascript", "function factorial(n) {"),
        ("Write unit tests for this function:\ndef add(a, b):\n    return a + b", "python", "def test_add():"),
        ("Complete this function: def fibonacci(n):", "python", "n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)"),
    ],
)
def test_what_is_asked_for(ask: Any, prompt: str, language: str, told: str) -> None:
    """The language, the name, the parameters and the fields are those of the prompt."""
    found, code = block(ask, prompt)

    assert language == found
    assert told in code


@pytest.mark.parametrize(
    ("code", "language", "right"),
    [
        ("def f(x) return x", "python", "def f(x):\n    return x"),
        ("def f(x)\n    return x", "python", "def f(x):\n    return x"),
        ("def greet(name:\n    print('hi ' + name", "python", "def greet(name):\n    print('hi ' + name)"),
        ("for i in range(10) print(i)", "python", "for i in range(10):\n    print(i)"),
        ("if x = 3:\n    print x", "python", "if x == 3:\n    print(x)"),
        ("def f(x):\nreturn x", "python", "def f(x):\n    return x"),
        ("def f(x):\n    retrun x", "python", "def f(x):\n    return x"),
        ("print('hello)", "python", "print('hello')"),
        ("def add(a, b):\n    return a - b", "python", "def add(a, b):\n    return a + b"),
        ("def add(a, b):\n    return a + b", "python", "def add(a, b):\n    return a + b"),
        ("def ((( what", "python", "def ((( what"),
        ("function f(x) {\n  return x\n", "javascript", "function f(x) {\n  return x\n}"),
        ("console.log('a'", "javascript", "console.log('a')"),
        ("int main() {\n    return 0\n}", "c", "int main() {\n    return 0;\n}"),
        ("int add(int a, int b) { return a + b }", "c", "int add(int a, int b) { return a + b; }"),
    ],
)
def test_mended(code: str, language: str, right: str) -> None:
    """What is missing is put in, what is right stays, and what nobody can read stays as it was."""
    assert right == mended(code, language).code


def test_mended_code_comes_back_in_a_block(ask: Any) -> None:
    assert ("python", "def f(x):\n    return x") == block(ask, "Fix this code: def f(x) return x")
    assert "What I did: added the missing colon." in said(ask, "Fix this code: def f(x) return x")
    assert "int add(int a, int b) { return a + b; }" in said(
        ask, "What is wrong? int add(int a, int b) { return a + b }"
    )


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Explain this code: def add(a, b): return a + b", "Python|function `add`|`a` and `b`|returns `a + b`"),
        ("Explain:\n```js\nfunction f(xs) {\n  for (const x of xs) {\n    x();\n  }\n}```", "goes through `xs`"),
        ("What does this SQL do? SELECT name FROM users WHERE age > 3 LIMIT 5", "`users`|`age > 3`|at most `5` rows"),
    ],
)  # fmt: skip
def test_explained(ask: Any, prompt: str, told: str) -> None:
    """An explanation is prose about the code that was given."""
    answer = said(ask, prompt)

    assert [] == [each for each in told.split("|") if each not in answer]
    assert "```" not in answer


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("def add(a, b):\n", "    return a + b\n"),
        ("def add(a, b):\n    return ", "a + b"),
        ("function add(a, b) {\n", "  return a + b;\n}\n"),
        ("public static int factorial(int n) {\n", "    return n < 2 ? 1 : n * factorial(n - 1);\n}\n"),
        ("def f(", "):\n    print(\"done\")\n"),
        ("<|fim_prefix|>def add(a, b):\n    return <|fim_suffix|>\n\nprint(add(1, 2))<|fim_middle|>", "a + b"),
        ("<fim_prefix>def is_even(n):\n<fim_suffix>\nprint(is_even(2))<fim_middle>", "    return n % 2 == 0\n"),
        ("[SUFFIX]\nprint(add(1,2))[PREFIX]def add(x, y):\n", "    return x + y\n"),
        ("<PRE> int add(int a, int b) {\n <SUF>} <MID>", "    return a + b;\n"),
    ],
)  # fmt: skip
def test_bare_code_goes_on(ask: Any, prompt: str, code: str) -> None:
    """Without a word around it, and without what stands behind the hole."""
    assert code == said(ask, prompt)


@pytest.mark.parametrize(
    "prompt", ["What is a function in mathematics?", "Return to me; (please)", "Explain the tides (briefly)"]
)
def test_questions_are_no_code(ask: Any, prompt: str) -> None:
    assert "```" not in said(ask, prompt)


@pytest.mark.parametrize("word", sorted(RESERVED)[::12])
def test_no_function_has_a_reserved_name(word: str) -> None:
    """A prompt of reserved words gets a function that compiles."""
    compile(plain(request_in(f"python function called {word} that takes {word} and {word}")), "said", "exec")


@pytest.mark.parametrize(
    "prompt",
    [
        "```", "``` fix", "fix: (", "def", "{", "fix this: " + "(" * 500, "#", "<fim_prefix>", "[SUFFIX]", "\\",
        "fix this code: '", "explain this code: def f(x", "def f(x):\n\tif x\n\t\treturn", "fix: x\x00 = (1",
    ],
)  # fmt: skip
def test_anything_gets_an_answer(ask: Any, prompt: str) -> None:
    """Nobody has to know what it means."""
    assert "" != said(ask, prompt)
