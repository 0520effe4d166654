"""Models with a trade: a content classifier, SQL, code."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from typing import Any

import pytest

from mockserver.workersai.fakes.code_scripts import SCRIPTS, Script

GUARD, SQL, CODER = (
    "run/@cf/meta/llama-guard-3-8b",
    "run/@cf/defog/sqlcoder-7b-2",
    "run/@cf/qwen/qwen2.5-coder-32b-instruct",
)
BASE = "run/@hf/thebloke/deepseek-coder-6.7b-base-awq"
GERMAN = "run/@cf/thebloke/discolm-german-7b-v1-awq"
SCHEMA = (
    "CREATE TABLE boats (id INT PRIMARY KEY, sail_area REAL, owner TEXT, PRIMARY KEY (id)); "
    "CREATE TABLE crews (id INT, name VARCHAR(20));"
).replace(" PRIMARY KEY,", ",")


def turns(*texts: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("messages", "verdict"),
    [
        (turns("How do tides work?"), "safe"),
        (turns("How do I build a bomb?"), "unsafe\nS1"),
        (turns("How do I steal uranium?"), "unsafe\nS2,S9"),
        (turns("Hello", "First, pick the lock; fraud pays."), "unsafe\nS2"),
        (turns("How is it made?", "Heat the pseudoephedrine to cook meth at home."), "unsafe\nS2"),
        (turns("I forgot how to kill a process in Linux, can you help?"), "safe"),
        (turns("How can I kill my neighbour?"), "unsafe\nS1"),
    ],
)
def test_verdict(ask: Any, messages: Any, verdict: str) -> None:
    """The last turn is safe, or unsafe with its categories on the second line."""
    assert verdict == ask(GUARD, {"messages": messages}).result["response"]


def test_verdict_as_json(ask: Any) -> None:
    """With response_format the verdict is an object."""
    asked = {"messages": turns("How do I build a bomb?"), "response_format": {"type": "json_object"}}

    assert {"safe": False, "categories": ["S1"]} == ask(GUARD, asked).result["response"]


@pytest.mark.parametrize(
    ("question", "table", "column"),
    [
        ("Which owner has which sail area?", "boats", "owner"),
        ("What is the name of every crew?", "crews", "name"),
        ("How many boats are there?", "boats", ""),
        ("What is the average sail area of the boats?", "boats", "sail_area"),
        ("¿?", "boats", "id"),
    ],
)
def test_sql_runs(ask: Any, question: str, table: str, column: str) -> None:
    """A query runs on the schema of the prompt, and names what the question speaks of."""
    query = ask(SQL, {"prompt": f"{SCHEMA}\n{question}"}).result["response"]

    with sqlite3.connect(":memory:") as database:
        database.executescript(SCHEMA)
        database.execute(query)
    database.close()
    assert table in query
    assert column in query


def test_sql_ranks_over_two_tables(ask: Any) -> None:
    """Who has the most of something is counted by the key, and the sum of amounts leaves texts and keys alone."""
    schema = "CREATE TABLE orders (id INT, customer_id INT, note TEXT, total REAL);"
    schema += " CREATE TABLE customers (id INT, name TEXT);"
    most = ask(SQL, {"prompt": f"Which customers ordered most? {schema}"}).result["response"]
    total = ask(SQL, {"prompt": f"{schema}\nWhat is the total of all orders?"}).result["response"]

    with sqlite3.connect(":memory:") as database:
        database.executescript(schema)
        database.executescript(
            "INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bo');"
            "INSERT INTO orders VALUES (1, 2, 'x', 5.5), (2, 2, 'y', 1), (3, 1, 'z', 2);"
        )
        assert [("Bo", 2), ("Ann", 1)] == database.execute(most).fetchall()
        assert [(8.5,)] == database.execute(total).fetchall()
    database.close()


SHOP = """CREATE TABLE users (id INT, name TEXT, age INT, country TEXT, email TEXT, is_active BOOLEAN);
CREATE TABLE orders (
    id INT,
    user_id INT REFERENCES users(id),
    status TEXT,
    total REAL,
    placed_on DATE
);"""
ROWS = """INSERT INTO users VALUES (1, 'Ann', 25, 'Spain', 'a@example.com', TRUE), (2, 'Bo', 41, 'France', NULL, FALSE),
    (3, 'Cy', 33, 'Spain', 'c@example.com', TRUE);
INSERT INTO orders VALUES (1, 1, 'paid', 10, '2023-05-01'), (2, 1, 'open', 90, '2024-02-01'),
    (3, 3, 'paid', 5, '2024-03-01');"""


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Find users older than 30", [(2, "Bo"), (3, "Cy")]),
        ("List the names of users from Spain who are under 30", [("Ann",)]),
        ("How many users are there per country?", [("Spain", 2), ("France", 1)]),
        ("What is the average age of users in Spain?", [(29.0,)]),
        ("names of active users", [("Ann",), ("Cy",)]),
        ("names of users without email", [("Bo",)]),
        ("The age of the user named Bo", [(41,)]),
        ("Who is the oldest user?", [(2, "Bo", 41, "France", None, 0)]),
        ("Users sorted by age descending", [(2, "Bo", 41), (3, "Cy", 33), (1, "Ann", 25)]),
        ("countries with more than 1 users", [("Spain", 2)]),
        ("Which users have more than 1 orders?", [("Ann", 2)]),
        ("How many orders were placed in 2024?", [(2,)]),
        ("What is the sum of the total for each status?", [("open", 90.0), ("paid", 15.0)]),
        ("orders whose status is 'paid' and total over 7", [(1, 1)]),
        ("total of the orders with status paid", [(15.0,)]),
        ("How many orders were made by users from Spain?", [(3,)]),
        ("status of order 2", [("open",)]),
    ],
)
def test_sql_asks_what_was_asked(ask: Any, question: str, rows: list[Any]) -> None:
    """Conditions, groups, orders and counts of a question are those of its query."""
    query = ask(SQL, {"messages": [{"role": "system", "content": SHOP}, *turns(question)]}).result["response"]

    with sqlite3.connect(":memory:") as database:
        database.executescript(SHOP + ROWS)
        found = database.execute(query).fetchall()
    database.close()
    assert rows == found, query


def test_sql_quotes_what_it_was_given(ask: Any) -> None:
    """A name with a quote is one value."""
    query = ask(SQL, {"prompt": f"{SHOP}\nusers named O'Brien"}).result["response"]

    assert "WHERE name = 'O''Brien'" in query


def test_sql_of_tables_in_brackets(ask: Any) -> None:
    """Columns without types are understood by their names."""
    query = ask(SQL, {"prompt": "users(id, name, age, city)\nFind users older than 30 in Paris"}).result["response"]

    assert "SELECT id, name FROM users WHERE age > 30 AND city = 'Paris' ORDER BY id;" == query


def test_sql_without_schema(ask: Any) -> None:
    """Without a schema there is a query all the same."""
    assert ask(SQL, {"prompt": "hello"}).result["response"].startswith("SELECT ")


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("Write a Python function that sorts boats", "python"),
        ("A TypeScript function for sailing boats, please", "typescript"),
        ("Write a go program about boats", "go"),
        ("I need code for harbour fees", "python"),
        ("Refactor this C++ class", "cpp"),
        ("An SQL query for boats", "sql"),
    ],
)
def test_code_block(ask: Any, prompt: str, language: str) -> None:
    """A coder answers with one code block in the language that was asked for."""
    said = ask(CODER, {"prompt": prompt}).result["response"]

    (found,) = re.findall(r"```(\w+)\n(.+?)\n```", said, re.DOTALL)
    assert language == found[0]
    if language == "python":
        compile(found[1], "said", "exec")


@pytest.mark.parametrize(
    ("prompt", "expression", "value"),
    [
        ("Write a python function that adds two numbers", "add(2, 3)", 5),
        ("Python function to sum all numbers of a list", "total([1, 2, 4])", 7),
        ("Write a function to reverse a string", "reverse_text('abc')", "cba"),
        ("a factorial function, please", "factorial(5)", 120),
        ("Python code: is a number prime?", "[n for n in range(12) if is_prime(n)]", [2, 3, 5, 7, 11]),
        ("function for the average of a list of numbers", "average([1, 2, 3])", 2.0),
        ("fibonacci function", "[fibonacci(n) for n in range(7)]", [0, 1, 1, 2, 3, 5, 8]),
    ],
)
def test_code_does_what_was_asked_for(ask: Any, prompt: str, expression: str, value: Any) -> None:
    """Functions that everybody asks for are written out, and work."""
    said = ask(CODER, {"prompt": prompt}).result["response"]
    (code,) = re.findall(r"```python\n(.+?)\n```", said, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)

    assert value == eval(expression, names)


def test_code_in_typescript(ask: Any) -> None:
    """The same function in another language, with its types."""
    said = ask(CODER, {"prompt": "A TypeScript function that adds two numbers"}).result["response"]

    assert "export function add(a: number, b: number): number {" in said
    assert "return a + b;" in said


@pytest.mark.parametrize(
    ("prompt", "language", "told"),
    [
        ("Write a bash script that counts lines", "bash", "wc -l"),
        ("Python script to read a CSV file", "python", "csv.DictReader"),
        ("A Go program that prints hello world", "go", 'fmt.Println("Hello, World!")'),
        ("JavaScript function to fetch JSON from an API", "javascript", "await fetch(url)"),
        ("binary search in python code", "python", "middle = (low + high) // 2"),
    ],
)
def test_programs_that_everybody_asks_for(ask: Any, prompt: str, language: str, told: str) -> None:
    """Small programs are written out in the language that was asked for."""
    said = ask(CODER, {"prompt": prompt}).result["response"]

    assert f"```{language}\n" in said
    assert told in said


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: " ".join(sorted(script.told_by[0])[:1]))
def test_programs_are_code(script: Script) -> None:
    """What is written in Python compiles, and what is for a shell, too."""
    for language, code in script.code.items():
        if language == "python":
            compile(code, "said", "exec")
        elif language == "bash":
            subprocess.run(["bash", "-n"], input=code.encode(), check=True)


@pytest.mark.parametrize(
    ("prompt", "expression", "value"),
    [
        ("def add(x, y):\n", "add(2, 3)", 5),
        ("def fibonacci(n):", "fibonacci(6)", 8),
        ("# a function to reverse a string\n", "reverse_text('abc')", "cba"),
        ('def total_of(values):\n    """Return the sum of a list of numbers."""\n', "total_of([1, 2])", 3),
        ("class Numbers:\n    def is_even(self, n):", "Numbers().is_even(4)", True),
        ("def load(path):\n    ", "load('a')", "a"),
        ("for each in range(3):\n", "each", 2),
    ],
)
def test_a_base_model_goes_on_where_the_prompt_ends(ask: Any, prompt: str, expression: str, value: Any) -> None:
    """Without chat tuning there is no word about the code: prompt and answer are one program."""
    said = ask(BASE, {"prompt": prompt}).result["response"]
    names: dict[str, Any] = {}
    exec(prompt + said, names)

    assert value == eval(expression, names)


def test_a_base_model_fills_a_hole(ask: Any) -> None:
    """A prompt with a hole gets what belongs there."""
    prompt = "<｜fim▁begin｜>def is_prime(k):\n<｜fim▁hole｜>\nprint(is_prime(3))<｜fim▁end｜>"
    said = ask(BASE, {"prompt": prompt, "raw": True}).result["response"]
    names: dict[str, Any] = {}
    exec("def is_prime(k):\n" + said, names)

    assert [2, 3, 5, 7] == [number for number in range(10) if names["is_prime"](number)]


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("Was ist die Hauptstadt von Frankreich?", ("Hauptstadt", "Frankreich")),
        ("Explain the tides", ("tides",)),
        ("Hallo!", ()),
    ],
)
def test_a_model_answers_in_the_language_it_was_tuned_for(ask: Any, prompt: str, words: tuple[str, ...]) -> None:
    """In German, about what was asked for, in whatever language."""
    said = ask(GERMAN, {"prompt": prompt}).result["response"]

    assert all(word in said for word in words)
    assert {"ist", "der", "die", "das", "du", "Womit", "von", "einfach", "es"} & set(re.findall(r"\w+", said))
    assert not {"the", "is", "of", "and"} & set(said.split())


def test_what_is_to_be_repeated_is_repeated_in_any_language(ask: Any) -> None:
    assert "pong" == ask(GERMAN, {"prompt": "Say pong"}).result["response"]


def test_no_code_unasked(ask: Any) -> None:
    """A question about something else is answered in prose."""
    assert "```" not in ask(CODER, {"prompt": "Where do the tides go?"}).result["response"]
