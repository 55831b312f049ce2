"""The resource that traces, metrics and lines of the log of one process have in common."""

import os

from opentelemetry.sdk.resources import OTELResourceDetector, Resource


def resource_of(service: str, version: str, instance: str) -> Resource:
    """Return what names a process; the environment may name its service otherwise."""
    own = {"service.name": service, "service.version": version}
    own |= {"service.instance.id": instance, "process.pid": str(os.getpid())}
    return Resource(own).merge(OTELResourceDetector().detect())
