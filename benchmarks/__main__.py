"""`python -m benchmarks`: measure everything and print one table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping

from rich.console import Console
from rich.table import Table

from benchmarks.documents import documents
from benchmarks.fixture import fixture
from benchmarks.hostility import hostility
from benchmarks.json_schema_suite import json_schema
from benchmarks.measurement import Measurement
from benchmarks.media import media
from benchmarks.proxy import proxying
from benchmarks.real_documents import real_documents
from benchmarks.reload import reloading
from benchmarks.sensitivity import sensitivity
from benchmarks.serving import memory, serving
from benchmarks.silence import false_alarms
from benchmarks.startup import loaded, startup

_BY_NAME = ("sensitivity", "silence", "reload")
"""Benchmarks that take many minutes, and run only when they are asked for."""


def main() -> int:
    """Return 0; with --strict 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the mock against its targets.")
    parser.add_argument("only", nargs="*", metavar="BENCHMARK", help="serving memory startup loaded documents ...")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contestant; the median counts")
    parser.add_argument("--seconds", type=float, default=1.5, help="length of a turn of `serving`")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    arguments = parser.parse_args()
    benchmarks: Mapping[str, Callable[[], Iterator[Measurement]]] = {
        "serving": lambda: serving(arguments.rounds, arguments.seconds),
        "memory": memory,
        "startup": lambda: startup(2 * arguments.rounds - 1),
        "loaded": loaded,
        "fixture": lambda: fixture(max(1, arguments.rounds // 2)),
        "media": lambda: media(arguments.rounds),
        "hostility": hostility,
        "documents": lambda: documents(arguments.rounds),
        "real-documents": real_documents,
        "json-schema": json_schema,
        "proxy": proxying,
        "reload": reloading,
        "sensitivity": sensitivity,
        "silence": false_alarms,
    }
    unknown = [name for name in arguments.only if name not in benchmarks]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(benchmarks)}")
    wanted = arguments.only or [name for name in benchmarks if name not in _BY_NAME]
    found = [each for name in wanted for each in _told(name, benchmarks[name])]
    Console(width=None if sys.stdout.isatty() else 150).print(table(found))
    return 1 if arguments.strict and any(each.met is False for each in found) else 0


def table(found: list[Measurement]) -> Table:
    """Return the measurements as a table."""
    drawn = Table(box=None, pad_edge=False)
    drawn.add_column("")
    drawn.add_column("measured", justify="right", no_wrap=True)
    drawn.add_column("target", justify="right", no_wrap=True)
    drawn.add_column("")
    drawn.add_column("how", overflow="fold")
    for each in found:
        mark = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[each.met]
        target = "" if each.target is None else f"<= {each.target:g}"
        drawn.add_row(each.name, f"{round(each.value, 2):g} {each.unit}".rstrip(), target, mark, each.detail)
    return drawn


def _told(name: str, benchmark: Callable[[], Iterator[Measurement]]) -> Iterator[Measurement]:
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    yield from benchmark()


if __name__ == "__main__":
    sys.exit(main())
