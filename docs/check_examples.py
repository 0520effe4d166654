"""Write what `mockflare check` says of servers with a flaw, an example for each check: `python -m docs.check_examples`.

It runs every flawed server of the tests, which takes some minutes, or those that are named: they give examples to
checks that have none. The pages are made of what it wrote.
"""

from __future__ import annotations

import json
import sys

from docs.check_pages import EXAMPLES

_LONGEST = 300


def main() -> None:
    """Run all flaws, and keep one example for each check: of its own class where there is one, the shortest.

    What is there is kept until something better is found, and written at once, so it can be broken off.
    """
    from contracts.checks import builtin
    from contracts.reporters.text import finding_lines
    from tests.contracts.flaws import FLAWS
    from tests.contracts.flaws.verdict import check, serve

    examples: dict[str, dict[str, str]] = json.loads(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else {}
    wanted = set(sys.argv[1:])
    ranks: dict[str, tuple[bool, int, str]] = dict.fromkeys(examples, (False, 0, "")) if wanted else {}
    for flaw in [each for each in FLAWS if not wanted or each.name in wanted]:
        for finding in check(serve(flaw), flaw.operations, 0, own_only=True).findings:
            lines = [line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…" for line in finding_lines(finding)]
            text = "\n".join([finding.operation, *lines])
            rank = finding.kind not in flaw.kinds, len(text), flaw.name
            if finding.check not in ranks or rank < ranks[finding.check]:
                ranks[finding.check] = rank
                examples[finding.check] = {"flaw": flaw.what, "report": text}
        kept = {name: examples[name] for name in builtin() if name in examples}
        EXAMPLES.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{len(kept)} of {len(builtin())} checks have an example")


if __name__ == "__main__":
    main()
