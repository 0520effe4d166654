"""Templates: `{{ ... }}` in authored bodies and headers, in Microcks' language. No code, no attributes, no files."""

from mockserver.engine.templates.expressions import Scope
from mockserver.engine.templates.parsing import TemplateError
from mockserver.engine.templates.templates import Template

__all__ = ["Scope", "Template", "TemplateError"]
