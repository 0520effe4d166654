"""Write what `mockflare check` says of servers with a flaw, an example for each check: `python -m docs.check_examples`.

It runs every flawed server of the tests, which takes some minutes; the pages are made of what it wrote.
"""

from __future__ import annotations

import json

from docs.check_pages import EXAMPLES

_LONGEST = 300


def main() -> None:
    """Run all flaws, and keep one example for each check: of its own class where there is one, the shortest."""
    from contracts.checks import builtin
    from contracts.reporters.text import finding_lines
    from tests.contracts.flaws import FLAWS
    from tests.contracts.flaws.verdict import look

    found: dict[str, tuple[tuple[bool, int, str], dict[str, str]]] = {}
    for flaw in FLAWS:
        for finding in look(flaw, own_only=True).findings:
            lines = [line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…" for line in finding_lines(finding)]
            text = "\n".join([finding.operation, *lines])
            rank = finding.kind not in flaw.kinds, len(text), flaw.name
            if finding.check not in found or rank < found[finding.check][0]:
                found[finding.check] = rank, {"flaw": flaw.what, "report": text}
    examples = {name: found[name][1] for name in builtin() if name in found}
    EXAMPLES.write_text(json.dumps(examples, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(examples)} of {len(builtin())} checks have an example")


if __name__ == "__main__":
    main()
