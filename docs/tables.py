"""The tables of the documentation, made of what the code itself says. Each function returns Markdown."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from mockserver import bundled, settings
from mockserver.effective import catalogue
from mockserver.workersai.error_table import ErrorTable
from mockserver.workersai.run import FAMILIES
from mockserver.workersai.service import CASES

_FLAGS_THAT_SWITCH_OFF = {"no_overlay": "bundled_overlay", "no_auth": "auth"}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; a bar inside a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def setting_table() -> str:
    """Return every setting: its name, environment variable, flag, default and meaning."""
    meanings = attribute_docstrings(settings.Settings)
    flags = _flags()
    rows = [
        (
            _code(each.name),
            _code(f"MOCKFLARE_{each.name.upper()}"),
            _code(flags[each.name]) if each.name in flags else "",
            _default(each),
            meanings[each.name],
        )
        for each in dataclasses.fields(settings.Settings)
    ]
    return table(("setting", "environment", "`serve` flag", "default", "what it does"), rows)


def attribute_docstrings(kind: type) -> dict[str, str]:
    """Return the text below each attribute of a class, on one line."""
    tree = ast.parse(Path(inspect.getfile(kind)).read_text("utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    found = {}
    for node, below in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(below, ast.Expr):
            found[node.target.id] = _one_line(ast.literal_eval(below.value))
    return found


def _flags() -> dict[str, str]:
    from mockserver.cli import serve

    found = {}
    for parameter in serve.params:
        if isinstance(parameter, click.Option) and parameter.name:
            found[_FLAGS_THAT_SWITCH_OFF.get(parameter.name, parameter.name)] = parameter.opts[-1]
        elif parameter.name:
            found[parameter.name] = parameter.make_metavar(click.Context(serve)).strip("[]")
    return found


def _default(field: dataclasses.Field[Any]) -> str:
    value = None if field.default is dataclasses.MISSING else field.default
    if value is None or value == ():
        return "none"
    return _code(str(value).lower() if isinstance(value, bool) else f"{value:g}" if value == 0 else str(value))


def command_pages() -> str:
    """Return a section for every command, as its help page has it."""
    from mockserver.cli import cli

    whole = click.Context(cli, info_name="mockflare", **cli.context_settings)
    return "\n\n".join(_command(name, cli, whole) for name in cli.list_commands(whole))


def _command(name: str, group: click.Group, whole: click.Context) -> str:
    command = group.get_command(whole, name)
    if command is None:
        raise KeyError(name)
    context = click.Context(command, parent=whole, info_name=name)
    usage = " ".join(["mockflare", name, *command.collect_usage_pieces(context)])
    options = [each for each in command.get_params(context) if isinstance(each, click.Option)]
    records = [each.get_help_record(context) for each in options]
    rows = [(_code(record[0]), record[1]) for record in records if record]
    return f"## {name}\n\n```\n{usage}\n```\n\n{_help(command.help or '')}\n\n{table(('option', ''), rows)}"


def _help(text: str) -> str:
    parts = inspect.cleandoc(text).split("\n\n")
    # click keeps the lines of a paragraph that begins with \b
    return "\n\n".join("```\n" + part[2:] + "\n```" if part.startswith("\b") else _one_line(part) for part in parts)


def operation_table() -> str:
    """Return the operations of the bundled contract but for the paths of single models."""
    from mockserver.app import Mock

    rows = [
        (operation.method, _code(operation.path), _code(operation.id))
        for operation in Mock(settings.Settings()).document.operations.values()
        if "x-mockflare-model" not in operation.raw
    ]
    return table(("method", "path", "operationId"), rows)


def rule_table() -> str:
    """Return the rules of lint."""
    from mockserver.openapi.lint import RULES

    rows = [(_code(code), rule.severity, _one_line(rule.explanation)) for code, rule in RULES.items()]
    return table(("rule", "severity", "what it means"), rows)


def fault_table() -> str:
    """Return the faults of the bundled upstream document."""
    from mockserver.openapi.lint import lint
    from mockserver.openapi.source import parse, read_text

    path = bundled.upstream_path()
    text = read_text(path)
    faults = lint(parse(text, path.name), text, path.name)
    rows = [(str(fault.line), _code(fault.code), _place(fault.pointer), fault.reason) for fault in faults]
    return table(("line", "rule", "where", "what"), rows)


def _place(pointer: str) -> str:
    """Return the end of a JSON Pointer that tells faults apart, without the path of the operation."""
    parts = [part for part in pointer.split("/") if part]
    kept = parts[2:] if parts[:1] == ["paths"] else parts[1:]
    return _code("/".join(part.replace("~1", "/") for part in kept))


def check_table() -> str:
    """Return the contract kit's own checks, those of one exchange and those of a group."""
    from contracts.checks import builtin

    rows = [
        (f"[`{each.name}`](checks/{each.name}.md)", each.kind, each.severity, each.source, each.promise)
        for each in builtin().values()
    ]
    return table(("check", "class", "severity", "source", "what is promised"), rows)


def strategy_table() -> str:
    """Return the contract kit's own strategies, in the order in which they take turns."""
    from contracts.strategies import builtin

    rows = [(_code(each.name), each.phase, _one_line(each.about)) for each in builtin().values()]
    return table(("strategy", "phase", "what it sends"), rows)


def engine_check_table() -> str:
    """Return Schemathesis's checks that a run uses."""
    from contracts.engine_checks import USED

    rows = [(_code(name), each.severity.value, each.promised) for name, each in USED.items()]
    return table(("check", "severity", "what is promised"), rows)


def unused_check_table() -> str:
    """Return Schemathesis's checks that are left out, and why."""
    from contracts.engine_checks import LEFT_OUT

    return table(("check", "why it is left out"), [(_code(name), why) for name, why in LEFT_OUT.items()])


def error_table() -> str:
    """Return every failure of the service in the order of `spec/errors.yml`."""
    arising = _arising()
    rows = [
        (
            _code(case.name),
            str(case.code or "–"),
            f"{case.status}{'*' if case.status_assumed else ''}",
            f"{_code(case.message)}{'*' if case.message_assumed else ''}",
            case.basis,
            "a request can cause it" if case.name in arising else "switch it on",
        )
        for case in ErrorTable.from_content(bundled.errors()).values()
    ]
    return table(("name", "code", "status", "message", "known from", "how to get it"), rows)


def _arising() -> set[str]:
    """Return the names of the failures that the mock answers with unasked: those that its code spells out."""
    found = set()
    for path in Path(inspect.getfile(settings)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("refuse", "Problem"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(CASES.get(first.value, first.value))
    return found


def family_table() -> str:
    """Return the families of models: a task file each."""
    models = list(catalogue().values())
    rows = [
        (
            _code(family),
            str(task.get("summary", "")),
            str(sum(model.family == family and model.status == "active" for model in models)),
            "content of its own" if family in FAMILIES else "a value of its schema",
        )
        for family, task in bundled.tasks().items()
    ]
    return table(("family", "for", "active models", "the mock answers with"), rows)


def model_tables() -> str:
    """Return the active models task by task, and the names of all others."""
    known = catalogue()
    parts = []
    for task in known.tasks.values():
        rows = [
            (
                _code(model.name),
                _code(model.family),
                str(model.context_window or "–"),
                ", ".join(sorted(model.capabilities)) or "–",
                _remarks(model.facts),
            )
            for model in known.select(task=task.name, status="active")
        ]
        if rows:
            head = ("model", "family", "context", "capabilities", "remarks")
            parts.append(f"### {task.name}\n\n{task.description}\n\n{table(head, rows)}")
    others = [(_code(each.name), each.status) for each in known.values() if each.status != "active"]
    parts.append(f"### Not active\n\n{table(('model', 'status'), others)}")
    return "\n\n".join(parts)


def _remarks(facts: Mapping[str, Any]) -> str:
    embedding = facts.get("embedding")
    remarks = [f"{embedding['dimensions']} numbers"] if isinstance(embedding, Mapping) else []
    if facts.get("alias_to"):
        remarks.append(f"alias of `{facts['alias_to']}`")
    if facts.get("requires_workers_paid"):
        remarks.append("paid plan")
    return ", ".join(remarks)


def name_table() -> str:
    """Return the public names of both packages."""
    import contracts
    import mockserver

    rows = [
        (_code(f"{package.__name__}.{name}"), _promise(getattr(package, name)))
        for package in (mockserver, contracts)
        for name in package.__all__
    ]
    return table(("name", "what it is"), rows)


def _promise(thing: Any) -> str:
    if not isinstance(thing, type) and not callable(thing):
        return "What happens during a run: " + ", ".join(_code(each.__name__) for each in thing.__args__) + "."
    return _one_line((inspect.getdoc(thing) or "").split("\n\n")[0])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _code(text: str) -> str:
    return f"`{text}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


TABLES: Mapping[str, Callable[[], str]] = {
    "settings": setting_table,
    "commands": command_pages,
    "operations": operation_table,
    "lint rules": rule_table,
    "faults": fault_table,
    "checks": check_table,
    "strategies": strategy_table,
    "engine checks": engine_check_table,
    "engine checks left out": unused_check_table,
    "errors": error_table,
    "families": family_table,
    "models": model_tables,
    "public names": name_table,
}
"""Every generated table by its name; a page shows one between `<!-- table: NAME -->` and `<!-- end -->`."""
