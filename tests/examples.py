"""How many examples properties are tried with."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("EXAMPLES", "1"))
"""`EXAMPLES=10` in the environment tries ten times as many as a run of all tests has time for."""
