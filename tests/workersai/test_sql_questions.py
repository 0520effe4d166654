"""What SQL models write is run on tables whose rows are known."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

SQL = "run/@cf/defog/sqlcoder-7b-2"
COMPANY = """CREATE TABLE departments (id INT PRIMARY KEY, name TEXT, city TEXT);
CREATE TABLE employees (
    id INT PRIMARY KEY, name TEXT, salary REAL, hired_on DATE, department_id INT REFERENCES departments(id),
    manager_id INT
);"""
COMPANY_ROWS = """INSERT INTO departments VALUES (1, 'Sales', 'Berlin'), (2, 'Tech', 'Paris'), (3, 'Law', 'Rome');
INSERT INTO employees VALUES (1, 'Ann', 100, '2020-01-05', 1, NULL), (2, 'Bo', 200, '2021-06-01', 1, 1),
    (3, 'Cy', 500, '2022-03-01', 2, 1), (4, 'O''Brien', 50, '2023-01-01', 2, 3);"""
SHOP = """CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, city TEXT, email TEXT);
CREATE TABLE products (id INT PRIMARY KEY, name TEXT, price REAL, category TEXT, stock INT);
CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT, status TEXT, total REAL, created_at DATE);
CREATE TABLE order_items (id INT, order_id INT, product_id INT, quantity INT);"""
SHOP_ROWS = """INSERT INTO customers VALUES (1, 'Ann', 'Paris', 'a@x.org'), (2, 'Bo', 'Rome', NULL),
    (3, 'O''Brien', 'Paris', 'c@x.org');
INSERT INTO products VALUES (1, 'Pen', 2, 'office', 10), (2, 'Desk', 200, 'office', 1), (3, 'Ball', 10, 'toys', 0),
    (4, 'Kite', 30, 'toys', 5);
INSERT INTO orders VALUES (1, 1, 'paid', 10, '2024-01-15'), (2, 1, 'open', 90, '2024-02-01'),
    (3, 2, 'paid', 5, '2023-03-01');
INSERT INTO order_items VALUES (1, 1, 1, 5), (2, 2, 3, 9), (3, 3, 1, 2), (4, 3, 2, 1);"""
SCHOOL = """CREATE TABLE students (student_id INT PRIMARY KEY, first_name TEXT, last_name TEXT, gpa REAL, major TEXT);
CREATE TABLE courses (course_id INT PRIMARY KEY, title TEXT, credits INT);
CREATE TABLE enrollments (student_id INT, course_id INT, grade REAL, enrolled_on DATE,
    FOREIGN KEY (student_id) REFERENCES students(student_id), FOREIGN KEY (course_id) REFERENCES courses(course_id));"""
SCHOOL_ROWS = """INSERT INTO students VALUES (1, 'Ann', 'Smith', 3.9, 'Physics'), (2, 'Bo', 'O''Brien', 3.1, 'Maths'),
    (3, 'Cy', 'Adams', 2.5, 'Physics');
INSERT INTO courses VALUES (1, 'Algebra', 4), (2, 'Optics', 3);
INSERT INTO enrollments VALUES (1, 1, 1.0, '2023-02-01'), (1, 2, 2.0, '2023-09-01'), (2, 1, 4.0, '2024-02-01');"""


def said(ask: Any, prompt: str) -> str:
    return str(ask(SQL, {"messages": [{"role": "user", "content": prompt}]}).result["response"])


def rows(schema: str, filled: str, statement: str, then: str = "") -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(schema + filled)
        found = database.execute(statement)
        return (database.execute(then) if then else found).fetchall()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("average salary per department", [("Sales", 150.0), ("Tech", 275.0)]),
        (
            "Show each employee's name and their department name",
            [("Ann", "Sales"), ("Bo", "Sales"), ("Cy", "Tech"), ("O'Brien", "Tech")],
        ),
        ("How many employees are in each department?", [("Sales", 2), ("Tech", 2)]),
        ("List all departments and the number of employees in each", [("Sales", 2), ("Tech", 2), ("Law", 0)]),
        ("departments with no employees", [(3, "Law")]),
        ("highest paid employee", [(3, "Cy", 500.0, "2022-03-01", 2, 1)]),
        ("second highest salary", [(200.0,)]),
        ("What is the highest salary?", [(500.0,)]),
        ("maximum salary in each department", [("Sales", 200.0), ("Tech", 500.0)]),
        ("Which department has the highest average salary?", [("Tech", 275.0)]),
        ("employees hired between 2021-01-01 and 2022-12-31", [(2, "Bo"), (3, "Cy")]),
        ("employees hired in March 2022", [(3, "Cy")]),
        ("employees in the Sales department", [(1, "Ann"), (2, "Bo")]),
        ("employees of department 2", [(3, "Cy"), (4, "O'Brien")]),
        ("employees who work in Paris or Rome", [(3, "Cy"), (4, "O'Brien")]),
        (
            "list employees by hire date, newest first",
            [(4, "O'Brien", "2023-01-01"), (3, "Cy", "2022-03-01"), (2, "Bo", "2021-06-01"), (1, "Ann", "2020-01-05")],
        ),
        (
            "employee names with their department names, sorted by salary from highest to lowest",
            [("Cy", "Tech"), ("Bo", "Sales"), ("Ann", "Sales"), ("O'Brien", "Tech")],
        ),
        ("departments sorted alphabetically", [(3, "Law"), (1, "Sales"), (2, "Tech")]),
        ("Find the employee named O'Brien", [(4, "O'Brien")]),
        ("employees whose name starts with B", [(2, "Bo")]),
        ("employees whose name contains 'n'", [(1, "Ann"), (4, "O'Brien")]),
        ("how many distinct departments have employees", [(2,)]),
        ("employees who earn more than the average salary", [(3, "Cy")]),
        ("Who earns at most 100?", [(1, "Ann"), (4, "O'Brien")]),
        ("employees without a manager", [(1, "Ann")]),
        ("lowest 2 salaries", [(4, "O'Brien", 50.0, "2023-01-01", 2, 3), (1, "Ann", 100.0, "2020-01-05", 1, None)]),
    ],
)  # fmt: skip
def test_questions_about_two_tables(ask: Any, question: str, expected: list[Any]) -> None:
    """Joins follow the declared key; groups, orders, dates and names are those of the question."""
    query = said(ask, f"{COMPANY}\n{question}")

    assert expected == rows(COMPANY, COMPANY_ROWS, query), query


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("customers who never ordered", [(3, "O'Brien")]),
        ("customers who did not order in 2024", [(2, "Bo"), (3, "O'Brien")]),
        ("How many customers have no orders?", [(1,)]),
        ("products that were never ordered", [(4, "Kite")]),
        ("for each customer, the number of orders", [("Ann", 2), ("Bo", 1)]),
        ("for each customer show the total spent", [("Ann", 100.0), ("Bo", 5.0)]),
        ("top 3 customers by total order amount", [("Ann", 100.0), ("Bo", 5.0)]),
        ("How much did Ann spend?", [(100.0,)]),
        (
            "the 3 cheapest products",
            [(1, "Pen", 2.0, "office", 10), (3, "Ball", 10.0, "toys", 0), (4, "Kite", 30.0, "toys", 5)],
        ),
        ("most expensive product", [(2, "Desk", 200.0, "office", 1)]),
        ("best selling product", [("Pen", 2)]),
        ("products that are out of stock", [(3, "Ball")]),
        ("how many distinct cities do customers live in", [(2,)]),
        ("list the unique cities of customers", [("Paris",), ("Rome",)]),
        ("names of customers who bought 'Pen'", [("Ann",), ("Bo",)]),
        ("average order total per city", [("Paris", 50.0), ("Rome", 5.0)]),
        ("total quantity sold per product", [("Pen", 7), ("Desk", 1), ("Ball", 9)]),
        ("revenue per category", [("office", 214.0), ("toys", 90.0)]),
        ("average price of products in the office category", [(101.0,)]),
        ("orders that are not paid", [(2, 1)]),
        ("sum of total for paid orders", [(15.0,)]),
        ("orders placed by Ann", [(1, 1), (2, 1)]),
        ("show the email of Ann", [("a@x.org",)]),
        ("customers who ordered in 2024", [(1, "Ann")]),
        ("number of customers per city having at least 2 customers", [("Paris", 2)]),
        ("the last 2 orders", [(2, 1, "open", 90.0, "2024-02-01"), (1, 1, "paid", 10.0, "2024-01-15")]),
        ("SQLite: orders per month", [("2023-03", 1), ("2024-01", 1), ("2024-02", 1)]),
    ],
)  # fmt: skip
def test_questions_about_four_tables(ask: Any, question: str, expected: list[Any]) -> None:
    """Keys that are only named after a table are joined, too, over as many tables as it takes."""
    query = said(ask, f"{SHOP}\n{question}")

    assert expected == rows(SHOP, SHOP_ROWS, query), query


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many students are enrolled in each course?", [("Algebra", 2), ("Optics", 1)]),
        ("Which students are not enrolled in any course?", [(3, "Cy")]),
        ("List the titles of courses taken by Ann", [("Algebra",), ("Optics",)]),
        ('Find all students in the course titled "Optics"', [(1, "Ann", "Smith", 3.9, "Physics")]),
        ("Which course has the lowest average grade?", [("Optics", 2.0)]),
        ("students whose first name is 'Bo' and last name is O'Brien", [(2, "Bo")]),
        ("What is the average gpa of Physics majors?", [(3.2,)]),
        ("students enrolled between 2023-01-01 and 2023-06-30", [(1, "Ann")]),
        ("first 2 students alphabetically by last name", [("Cy", "Adams"), ("Bo", "O'Brien")]),
        ("courses with more than 3 credits", [(1, "Algebra")]),
    ],
)
def test_questions_about_many_to_many(ask: Any, question: str, expected: list[Any]) -> None:
    """A table that only holds keys is gone through."""
    query = said(ask, f"{SCHOOL}\n{question}")

    assert expected == rows(SCHOOL, SCHOOL_ROWS, query), query


@pytest.mark.parametrize(
    ("asked", "then", "expected"),
    [
        ("Delete employees hired before 2021", "SELECT id FROM employees", [(2,), (3,), (4,)]),
        ("delete the employees of departments in Paris", "SELECT id FROM employees", [(1,), (2,)]),
        ("remove departments without employees", "SELECT name FROM departments", [("Sales",), ("Tech",)]),
        ("Update the salary of employee 3 to 600", "SELECT salary FROM employees", [(100,), (200,), (600,), (50,)]),
        ("set the salary of O'Brien to 70", "SELECT salary FROM employees", [(100,), (200,), (500,), (70,)]),
        (
            "Give everyone in department 1 a raise of 10%",
            "SELECT CAST(salary AS INT) FROM employees", [(110,), (220,), (500,), (50,)],
        ),
        ("decrease the salary of all employees by 10", "SELECT salary FROM employees", [(90,), (190,), (490,), (40,)]),
        (
            "Insert a new department named Marketing in Madrid",
            "SELECT name, city FROM departments WHERE id IS NULL", [("Marketing", "Madrid")],
        ),
        (
            "Add an employee named D'Arcy with salary 300 to the Tech department",
            "SELECT name, salary, department_id FROM employees WHERE id IS NULL", [("D'Arcy", 300, 2)],
        ),
        ("insert into departments: 4, Press, Oslo", "SELECT * FROM departments WHERE id = 4", [(4, "Press", "Oslo")]),
        ("Write a query to delete department 3", "SELECT id FROM departments", [(1,), (2,)]),
        (
            "Create a table for invoices with customer and amount",
            "SELECT name FROM pragma_table_info('invoices')", [("id",), ("customer",), ("amount",)],
        ),
        (
            "create an index on the salary of employees",
            "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'idx%'", [("idx_employees_salary",)],
        ),
    ],
)  # fmt: skip
def test_changes(ask: Any, asked: str, then: str, expected: list[Any]) -> None:
    """What is asked for in words is deleted, updated or inserted, and nothing else."""
    statement = said(ask, f"{COMPANY}\n{asked}")

    assert expected == rows(COMPANY, COMPANY_ROWS, statement, then), statement


def test_keys_may_be_shortened(ask: Any) -> None:
    """`dept_id` leads to departments, where no other table is meant."""
    schema, filled = COMPANY.replace("department_id INT REFERENCES departments(id)", "dept_id INT"), COMPANY_ROWS
    statement = said(ask, f"{schema}\n\nAverage salary per department?")
    assert [("Sales", 150.0), ("Tech", 275.0)] == sorted(rows(schema, filled, statement))


def test_names_in_quotes(ask: Any) -> None:
    """Names that the prompt quotes, or that have to be, stand in the quotes of the dialect."""
    postgres = said(ask, 'CREATE TABLE "order" (id INT, "user" TEXT, "total price" REAL);\ntotal price per user')
    schema = "CREATE TABLE `user` (`id` INT, `group` TEXT, joined DATE);"
    mysql = said(ask, f"{schema}\nhow many users per group joined since 2024")

    assert 'SELECT "user", SUM("total price") AS total FROM "order" GROUP BY "user";' == postgres
    assert "SELECT `group`, COUNT(*) AS total FROM `user` WHERE joined >= '2024-01-01' GROUP BY `group`" in mysql


@pytest.mark.parametrize(
    ("dialect", "condition"),
    [
        ("", "created_at >= CURRENT_DATE - INTERVAL '7 day'"),
        ("MySQL: ", "created_at >= CURRENT_DATE - INTERVAL 7 DAY"),
        ("Use SQLite. ", "created_at >= date('now', '-7 day')"),
    ],
)
def test_spans_of_time_are_those_of_the_dialect(ask: Any, dialect: str, condition: str) -> None:
    schema = "CREATE TABLE events (id INT, kind TEXT, created_at TIMESTAMP);"

    assert f"WHERE {condition};" in said(ask, f"{schema}\n{dialect}count the events of the last 7 days")


@pytest.mark.parametrize(
    ("prompt", "query"),
    [
        (
            "tables: a(id, name), b(id, a_id, amount)\nsum of amount per a",
            "SELECT a.name, SUM(b.amount) AS sum FROM b JOIN a ON a.id = b.a_id GROUP BY a.id, a.name;",
        ),
        ("Write SQL that selects all users", "SELECT * FROM users;"),
        (
            "Find duplicate emails in the users table",
            "SELECT email, COUNT(*) AS total FROM users GROUP BY email HAVING COUNT(*) > 1;",
        ),
        ("get the names of all employees older than 30", "SELECT name FROM employees WHERE age > 30 ORDER BY name;"),
        (
            "delete all orders of customers from Rome",
            "DELETE FROM orders WHERE customer_id IN (SELECT id FROM customers WHERE city = 'Rome');",
        ),
    ],
)  # fmt: skip
def test_tables_without_a_schema(ask: Any, prompt: str, query: str) -> None:
    """Tables in brackets are joined by their keys; without any, those that it speaks of are taken as usual."""
    assert query == said(ask, prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "|", "(((", "CREATE TABLE (", "CREATE TABLE t (", 'CREATE TABLE "" ()', "delete", "update", "insert into",
        "per",
        "a(b, c) set {0} to {}", "create table", "in 9999-99-99", "between 2024-02-31 and 2024-13-01", "by by by",
        "top 99 {x}", "users in 0000", "since 9999", "CREATE TABLE é (ü TEXT, id INT);\nü per é", "a(a, b) a per a",
    ],
)  # fmt: skip
def test_anything_gets_a_statement(ask: Any, prompt: str) -> None:
    """There is a statement for what nobody can understand, too."""
    assert said(ask, prompt).endswith(";")
