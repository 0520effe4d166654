"""How a mock answers: pipeline, dispatchers, responders, seeds, faults, journal."""
