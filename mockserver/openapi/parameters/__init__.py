"""Parameters of a request: read in every style that OpenAPI knows, typed by their schemas, judged all at once."""

from mockserver.openapi.parameters.definition import Parameter, parameters_of
from mockserver.openapi.parameters.reading import Parameters, Reading

__all__ = ["Parameter", "Parameters", "Reading", "parameters_of"]
