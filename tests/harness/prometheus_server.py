"""One Prometheus of our own, which scrapes what it is told to once a second."""

import json
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.harness.prometheus_program import PrometheusProgram
from tests.harness.server import SECONDS_TO_ANSWER, Server
from tests.harness.server_process import ServerProcess


class PrometheusServer(Server):
    """One Prometheus on 127.0.0.1; `jobs` has the addresses (host:port) to scrape, by job."""

    def __init__(
        self, program: PrometheusProgram, *, jobs: dict[str, list[str]], rules: Path
    ) -> None:
        super().__init__("Prometheus")
        self._program = program
        configuration = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(rules)],
            "scrape_configs": [
                {"job_name": job, "static_configs": [{"targets": targets}]}
                for job, targets in jobs.items()
            ],
        }
        # JSON is YAML
        (self.folder / "prometheus.yml").write_text(json.dumps(configuration))

    def query(self, expression: str) -> list[dict[str, Any]]:
        """Evaluates an expression now; HTTPError where it can't be."""
        found: list[dict[str, Any]] = self.ask("query", query=expression)["result"]
        return found

    def ask(self, path: str, **parameters: str) -> dict[str, Any]:
        """What the API answers: its `data`."""
        address = f"http://{self.host}:{self.port}/api/v1/{path}?{urlencode(parameters)}"
        with urlopen(address, timeout=SECONDS_TO_ANSWER) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
        return data

    def answers(self) -> bool:
        """Whether it is ready for queries."""
        try:
            with urlopen(f"http://{self.host}:{self.port}/-/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def _new_process(self) -> ServerProcess:
        command = [
            self._program.path,
            f"--config.file={self.folder}/prometheus.yml",
            f"--storage.tsdb.path={self.folder}/data",
            f"--web.listen-address={self.host}:{self.port}",
            "--log.level=warn",
        ]
        return ServerProcess(command, self.folder / "log", self.folder / "pid")
