"""Which flaws the contract kit finds: `python -m benchmarks.sensitivity`.

Every flaw of `tests/contracts/flaws`, at the default budget, with several seeds. The tests try each with one seed;
`benchmarks.silence` is the other half: servers where there is nothing to be found.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.measurement import Measurement

SEEDS = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class Tried:
    """A flaw, and what the runs with each seed made of it."""

    name: str
    kind: str
    operation: str
    what: str
    conditional: bool
    found: int
    """With how many seeds a check of its class found it."""
    seeds: int
    checks: tuple[str, ...]
    story: str
    """The worst of the runs in a sentence."""

    @property
    def always(self) -> bool:
        """Whether every seed found it."""
        return self.found == self.seeds


def try_flaw(name: str, seeds: Sequence[int], own_only: bool = False, hasty: bool = False) -> Tried:
    """Run the kit against the server with one flaw, once for each seed."""
    from tests.contracts.flaws import FLAWS
    from tests.contracts.flaws.verdict import look, seek

    flaw = next(each for each in FLAWS if each.name == name)
    verdicts = [seek(flaw, seed) if hasty else look(flaw, seed, own_only=own_only) for seed in seeds]
    worst = min(verdicts, key=lambda each: (each.found, bool(each.findings), each.shown))
    return Tried(
        name,
        flaw.kind,
        ", ".join(flaw.operations),
        flaw.what,
        flaw.conditional,
        sum(each.found for each in verdicts),
        len(verdicts),
        tuple(dict.fromkeys(check for each in verdicts for check in each.checks)),
        worst.story,
    )


def try_flaws(
    names: Sequence[str],
    seeds: Sequence[int] = SEEDS,
    *,
    own_only: bool = False,
    hasty: bool = False,
    jobs: int = 1,
) -> Iterator[Tried]:
    """Yield what was made of each flaw, in order."""
    if jobs == 1:
        for name in names:
            yield try_flaw(name, seeds, own_only, hasty)
        return
    with ProcessPoolExecutor(jobs) as pool:
        told = ([each] * len(names) for each in (seeds, own_only, hasty))
        yield from pool.map(try_flaw, names, *told, chunksize=4)


def sensitivity() -> Iterator[Measurement]:
    """Yield how many flaws are missed, for the table of `python -m benchmarks`."""
    from tests.contracts.flaws import FLAWS

    tried = list(try_flaws([each.name for each in FLAWS]))
    for kind, of_kind in _by_kind(tried).items():
        missed = [each for each in of_kind if not each.always]
        detail = f"of {len(of_kind)}; {', '.join(each.name for each in missed[:4])}{' ...' if missed[4:] else ''}"
        yield Measurement(f"flaws missed: {kind}", len(missed), "", 0, detail)


def main() -> int:
    """Print the table; returns 1 when a flaw was missed."""
    from tests.contracts.flaws import FLAWS, KINDS

    parser = argparse.ArgumentParser(prog="python -m benchmarks.sensitivity", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help="flaws, classes or operations; all without")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many seeds, from 0 on")
    parser.add_argument("--own-only", action="store_true", help="only the kit's own cases: faster, and finds less")
    parser.add_argument("--hasty", action="store_true", help="end each run when the flaw is found: faster, same totals")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--missed", type=Path, metavar="FILE", help="write what was not found, as Markdown")
    parser.add_argument("--brief", action="store_true", help="print only the totals")
    arguments = parser.parse_args()
    known = {*KINDS, *(each.name for each in FLAWS), *(name for each in FLAWS for name in each.operations)}
    for name in arguments.only:
        if name not in known:
            parser.error(f"no flaw, class or operation {name!r}")
    wanted = [
        each.name
        for each in sorted(FLAWS, key=lambda each: each.operations)  # which share the run without a flaw
        if not arguments.only or {each.name, each.kind, *each.operations} & set(arguments.only)
    ]
    began = time.monotonic()
    tried: list[Tried] = []
    try:
        ways = {"own_only": arguments.own_only, "hasty": arguments.hasty, "jobs": arguments.jobs}
        for each in try_flaws(wanted, range(arguments.seeds), **ways):
            tried.append(each)
            print(f"{len(tried)} of {len(wanted)}: {each.name} {each.found}/{each.seeds}", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted; this is what is known:", file=sys.stderr)
    console = Console(width=None if sys.stdout.isatty() else 160)
    if not arguments.brief:
        console.print(_table(tried))
    console.print(_totals(tried))
    console.print(f"{len(tried)} flaws, {arguments.seeds} seeds, {time.monotonic() - began:.0f} s")
    if arguments.missed:
        arguments.missed.write_text(_missed(tried), "utf-8")
    return 0 if all(each.always for each in tried) else 1


def _by_kind(tried: Sequence[Tried]) -> dict[str, list[Tried]]:
    kinds: dict[str, list[Tried]] = {}
    for each in tried:
        kinds.setdefault(each.kind, []).append(each)
    return kinds


def _table(tried: Sequence[Tried]) -> Table:
    drawn = Table("flaw", "class", "on", "seeds", "found by", box=None, pad_edge=False)
    for each in tried:
        mark = f"[{'green' if each.always else 'red'}]{each.found} of {each.seeds}[/]"
        drawn.add_row(each.name, each.kind, each.operation, mark, ", ".join(each.checks[:3]) or f"({each.story})")
    return drawn


def _totals(tried: Sequence[Tried]) -> Table:
    drawn = Table("class", "flaws", "only sometimes", "every seed", "some seeds", "never", box=None, pad_edge=False)
    for kind, of_kind in [*_by_kind(tried).items(), ("all", list(tried))]:
        counts = Counter("every" if each.always else "some" if each.found else "never" for each in of_kind)
        conditional = sum(each.conditional for each in of_kind)
        row = (len(of_kind), conditional, counts["every"], counts["some"], counts["never"])
        drawn.add_row(kind, *map(str, row))
    return drawn


def _missed(tried: Sequence[Tried]) -> str:
    lines = ["| flaw | class | on | seeds | what the server does | the run |", "|---|---|---|---|---|---|"]
    for each in tried:
        if not each.always:
            seeds = f"{each.found} of {each.seeds}"
            cells = (each.name, each.kind, each.operation, seeds, each.what, each.story)
            lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
