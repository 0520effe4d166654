"""The one gate for everything that leaves this program: where it may go, and how it gets there."""

from mockserver.egress.destinations import Destination
from mockserver.egress.gate import Gate, Limits

__all__ = ["Destination", "Gate", "Limits"]
