"""Deterministic valid instances of any JSON Schema."""

from mockserver.openapi.sampling.faults import Unsatisfiable
from mockserver.openapi.sampling.sampler import Sampler
from mockserver.openapi.sampling.values import MISSING

__all__ = ["MISSING", "Sampler", "Unsatisfiable"]
