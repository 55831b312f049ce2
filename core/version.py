"""Which version this is: the one place that says it."""

VERSION = "1.0.0"
