"""A report as one HTML page that needs nothing else: no script, no font, no picture from anywhere."""

from __future__ import annotations

from html import escape
from itertools import groupby

from contracts.findings import Finding, Severity
from contracts.report import Looked, Outcome, Report
from contracts.reporters.wording import closing, in_groups, sides

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #777; --panel: #8881;
  --breaking: #c62828; --lax: #b26a00; --additive: #00727a; --cosmetic: #3557b7; --good: #2e7d32; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa; --breaking: #ff7b72; --lax: #e3a93c;
  --additive: #4cc7cf; --cosmetic: #8fa8ff; --good: #6cc871; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; overflow-wrap: anywhere;
  padding: 1.5rem; }
.wide { overflow-x: auto; overflow-wrap: normal; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .4rem 0; } .quiet { color: var(--quiet); }
.outcome { font-weight: 700; } .clean { color: var(--good); } .findings { color: var(--breaking); }
.could-not-look { color: var(--lax); }
details { border: 1px solid var(--line); border-left: .3rem solid var(--colour, var(--line)); border-radius: .3rem;
  margin: .5rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; }
.breaking { --colour: var(--breaking); } .lax { --colour: var(--lax); }
.additive { --colour: var(--additive); } .cosmetic { --colour: var(--cosmetic); }
.severity { color: var(--colour); font-weight: 700; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { background: var(--panel); border-radius: .3rem; margin: .6rem 0 .2rem; padding: .6rem;
  white-space: pre-wrap; }
dl { display: grid; gap: .15rem 1rem; grid-template-columns: max-content 1fr; margin: .6rem 0; }
dt { color: var(--quiet); } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; } th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem;
  text-align: left; vertical-align: top; } td.number, th.number { text-align: right; }
"""
_WORDS = {Outcome.CLEAN: "clean", Outcome.FINDINGS: "findings", Outcome.COULD_NOT_LOOK: "could not look"}


def render_page(report: Report) -> str:
    """Return the report as a page: outcome, findings by operation, how often each operation was looked at."""
    word = _WORDS[report.outcome()]
    title = f"mockflare {report.command}: {word}"
    reasons = [text for text in (report.stopped, report.limited, *report.broken, *report.notes) if text]
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f'<h1>mockflare {report.command}: <span class="outcome {word.replace(" ", "-")}">{word}</span></h1>',
        f'<p>{escape(report.contract)} <span class="quiet">at</span> <code>{escape(report.target)}</code></p>',
        f'<p class="quiet">{escape(closing(report))}</p>',
        *(f"<p><strong>{escape(reason)}</strong></p>" for reason in reasons),
    ]
    for operation, findings in groupby(in_groups(report.findings), key=lambda finding: finding.operation):
        parts += [f"<h2>{escape(operation)}</h2>", *(_finding(each, report.fail_on) for each in findings)]
    if report.operations:
        parts += ["<h2>How it was looked at</h2>", _operations(report)]
    if report.not_checked:
        names = ", ".join(f"<code>{escape(name)}</code>" for name in report.not_checked)
        parts.append(f"<h2>Not checked</h2><p>These checks never applied, and say nothing: {names}.</p>")
    return "\n".join([*parts, "</body></html>", ""])


def _finding(finding: Finding, fail_on: Severity) -> str:
    place = f" <code>{escape(finding.where)}</code>" if finding.where.startswith("/") else ""
    rows = [
        *sides(finding),
        ("sent", f"{finding.reason} ({finding.phase})" if finding.reason else finding.phase),
        ("shown", f"in {finding.shown} of {finding.tries} tries; {finding.times} times in the run"),
        ("seed", str(finding.seed)),
    ]
    opened = " open" if finding.severity.rank <= fail_on.rank else ""
    listed = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows)
    return (
        f'<details class="{finding.severity}"{opened}><summary><span class="severity">{finding.severity}</span> '
        f"<code>{escape(finding.check)}</code>{place}</summary><dl>{listed}</dl>"
        f"<pre>{escape(finding.request)}</pre></details>"
    )


def _operations(report: Report) -> str:
    head = "<tr><th>operation</th>" + "".join(
        f'<th class="number">{name}</th>' for name in ("requests", "2xx", "could not say", "judgements")
    )
    rows = "".join(map(_looked, report.operations))
    return f'<div class="wide"><table><tbody>{head}<th></th></tr>{rows}</tbody></table></div>'


def _looked(looked: Looked) -> str:
    judgements = sum(each.times for each in looked.checks)
    numbers = (looked.requests, looked.successes, looked.refused, judgements)
    said = "; ".join([*([looked.could_not_look] if looked.could_not_look else []), *looked.unjudged])
    cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
    return f"<tr><td>{escape(looked.operation)}</td>{cells}<td>{escape(said)}</td></tr>"
