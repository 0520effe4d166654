"""The names of Microcks' extensions to OpenAPI."""

from __future__ import annotations

from typing import Final

OPERATION: Final = "x-microcks-operation"
"""What an operation asks of its mock: delay, dispatcher, constraints."""
MEMBERS: Final = (
    "delay", "delayStrategy", "dispatcher", "dispatcherRules", "parameterConstraints", "frequency",
    "frequencyStrategy", "triggers",
)  # fmt: skip
"""The members of that; the last three are for asynchronous APIs and mean nothing here."""
EXAMPLES: Final = "x-microcks-examples"
"""Where an operation keeps the pairs of an APIExamples file."""
EXAMPLE: Final = "x-microcks-example"
"""What a named example of a response asks of its mock: a delay."""
REFERENCES: Final = "x-microcks-refs"
"""Where a response without content names the requests that it answers."""
INFO: Final = "x-microcks"
"""Labels, in `info`."""
