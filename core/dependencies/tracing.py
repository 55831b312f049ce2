"""What the tracer of a process begins with: its name, and the statements of its databases."""

from core.dependencies.resources import Resources
from core.errors import WrongSetting
from infra.tracing.statements import trace_statements

API, WORKER = "broadsheet-api", "broadsheet-worker"


def start_tracing(resources: Resources, service: str) -> None:
    """Begin to export traces, where the environment asks for them; raises WrongSetting."""
    if resources.tracer is None:
        return
    try:
        resources.tracer.start(service)
    except ValueError as error:
        raise WrongSetting(f"OTEL_…: {error}") from error


def trace_databases(resources: Resources) -> None:
    """Make spans of statements, where there is a tracer."""
    if resources.tracer is None:
        return
    primary, reads = resources.primary.engine, resources.reads
    trace_statements(primary, "write")
    trace_statements(reads.primary, "primary")
    for replica in reads.replicas:
        trace_statements(replica.engine, "replica")
