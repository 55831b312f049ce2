"""The statements that a tracer records: those of a process's databases."""

from core.dependencies.resources import Resources
from infra.tracing.statements import trace_statements


def trace_databases(resources: Resources) -> None:
    """Make spans of statements, where there is a tracer."""
    if resources.tracer is None:
        return
    primary, reads = resources.primary.engine, resources.reads
    trace_statements(primary, "write")
    trace_statements(reads.primary, "primary")
    for replica in reads.replicas:
        trace_statements(replica.engine, "replica")
