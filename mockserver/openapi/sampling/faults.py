"""What stops a sample.

Unsatisfiable        no instance was found: there is none, or finding it would cost too much
├── Dead             this branch, type or value leads nowhere; another may
└── Exhausted        the work allowed for one attempt is used up
"""

from __future__ import annotations


class Unsatisfiable(ValueError):
    """No valid instance was found; the text names the keyword and the place that could not be met."""


class Dead(Unsatisfiable):
    """One choice that leads nowhere."""


class Exhausted(Unsatisfiable):
    """An attempt that used up its work."""
