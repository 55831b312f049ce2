"""The statements that a tracer records: those of a process's databases."""

from core.dependencies.resources import Resources
from infra.tracing.statements import trace_statements


def trace_databases(resources: Resources) -> None:
    """Make spans of statements, where there is a tracer."""
    if resources.tracer is None:
        return
    for engine, role in resources.engines_with_roles():
        trace_statements(engine, role)
