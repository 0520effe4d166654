"""A report as Markdown: the summary of a workflow step, or a comment."""

from __future__ import annotations

import re
from itertools import groupby

from contracts.findings import Finding
from contracts.report import Outcome, Report
from contracts.reporters.wording import closing, counted, in_groups, sides

_WORDS = {Outcome.CLEAN: "✅ clean", Outcome.FINDINGS: "❌ findings", Outcome.COULD_NOT_LOOK: "⚠️ could not look"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_MENTION = re.compile(r"(@[A-Za-z0-9][\w./-]*)")
"""In a comment `@cf` outside of code would call a person: models are named so, and a server may name anybody."""
_MOST = 900_000
"""Bytes of findings that are written out: a summary may have a mebibyte, or is not shown at all."""


def render_markdown(report: Report) -> str:
    """Return the report as Markdown: the outcome, the findings by operation, what was not looked at."""
    lines = [
        f"## mockflare {report.command}: {_WORDS[report.outcome()]}",
        "",
        f"{_plain(report.contract)} at `{report.target}`: {closing(report)}.",
        "",
    ]
    size, left = 0, len(report.findings)
    for operation, findings in groupby(in_groups(report.findings), key=lambda finding: finding.operation):
        heading = [f"### {_plain(operation)}", ""]
        for finding in findings:
            written = [*heading, *_finding(finding)]
            size += sum(len(line.encode("utf-8", "backslashreplace")) + 1 for line in written)
            if size > _MOST:
                break
            lines += written
            left -= 1
            heading = []
    if left:
        lines += [f"… and {counted(left, 'finding')} more.", ""]
    reasons = [text for text in (report.stopped, report.limited, *report.broken, *report.notes) if text]
    lines += [f"- {_plain(reason)}" for reason in reasons] + [""] * bool(reasons)
    if report.unseen and not report.stopped:
        lines += ["### Not seen working", "", "| operation | why |", "| --- | --- |"]
        lines += [f"| {_plain(each.operation)} | {_plain(str(each.could_not_look))} |" for each in report.unseen]
        lines.append("")
    if report.not_checked:
        lines += [
            f"Not checked, because it never applied: {', '.join(f'`{name}`' for name in report.not_checked)}.",
            "",
        ]
    return "\n".join(lines)


def _finding(finding: Finding) -> list[str]:
    place = f" at `{finding.where}`" if finding.where.startswith("/") else ""
    short = "; ".join(text for name, text in sides(finding) if name in ("seen", "and")) or finding.promised
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", finding.request)), default=0))
    return [
        f"<details><summary><b>{finding.severity}</b> <code>{finding.check}</code>{_html(place)}: "
        f"{_html(short)}</summary>",
        "",
        "| | |",
        "| --- | --- |",
        *(f"| {name} | {_plain(text)} |" for name, text in sides(finding)),
        f"| sent | {_plain(finding.reason)} ({finding.phase}), seed {finding.seed} |",
        f"| shown | in {finding.shown} of {finding.tries} tries, {finding.times} times in the run |",
        "",
        f"{fence}sh",
        finding.request,
        fence,
        "",
        "</details>",
        "",
    ]


def _plain(text: str) -> str:
    parts = _MENTION.split(" ".join(text.split()))
    return "".join(f"`{part}`" if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def _html(text: str) -> str:
    code = re.sub(r"`([^`]*)`", r"\1", text)
    code = code.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")
    return _MENTION.sub(r"<code>\1</code>", code)
