"""The dashboards and the alerts that `deploy/` has."""

import json
import re
from pathlib import Path
from typing import Any

from yaml import safe_load

from tests.support.server import ROOT

RULES = ROOT / "deploy/prometheus/rules.yml"
DASHBOARDS = sorted((ROOT / "deploy/grafana").glob("*.json"))


def alerts() -> list[dict[str, Any]]:
    """All alerts, as they are written."""
    groups = safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries(dashboard: Path) -> list[str]:
    """All expressions of a dashboard, as Grafana sends them."""
    panels = json.loads(dashboard.read_text())["panels"]
    return [
        target["expr"].replace("$__rate_interval", "1m")
        for panel in panels
        for target in panel["targets"]
    ]


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"broadsheet_\w+", expression))
