"""Models with a trade: a content classifier, SQL, code."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest

GUARD, SQL, CODER = (
    "run/@cf/meta/llama-guard-3-8b",
    "run/@cf/defog/sqlcoder-7b-2",
    "run/@cf/qwen/qwen2.5-coder-32b-instruct",
)
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


def test_no_code_unasked(ask: Any) -> None:
    """A question about something else is answered in prose."""
    assert "```" not in ask(CODER, {"prompt": "Where do the tides go?"}).result["response"]
