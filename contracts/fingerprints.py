"""What makes two findings the same from run to run: not the seed, not the request, not the values that came."""

from __future__ import annotations

import hashlib

from contracts.findings import Finding


def fingerprint(finding: Finding) -> str:
    """Return 16 hexadecimal digits that a finding keeps: of its operation, its check and the place it names."""
    content = "\0".join((finding.operation, finding.check, finding.where))
    return hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:16]
