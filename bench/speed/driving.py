"""Driving a contestant with wrk, for some seconds."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.speed.contestants import Contestant
from tests.harness.wrk_program import find_wrk

CONNECTIONS = 32
_SCRIPT = Path(__file__).with_name("wrk.lua")


class Failed(Exception):
    """A contestant did not answer as it should."""


@dataclass(frozen=True)
class Drive:
    """What wrk saw: requests a second, and the latency in ms by percentile."""

    requests: int
    per_second: float
    latency: dict[str, float]


def drive(address: str, contestant: Contestant, seconds: int, edition: str) -> Drive:
    """Ask as fast as it is answered; raises Failed where an answer is no success."""
    wrk = find_wrk()
    command = [wrk.path, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", str(_SCRIPT)]
    for name, value in contestant.headers.items():
        command += ["-H", f"{name}: {value}"]
    command += [address + contestant.path, "--", contestant.kind, edition]
    done = subprocess.run(
        command, env=os.environ | wrk.environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{contestant.label}: wrk failed: {done.stderr.strip()}")
    said = json.loads(done.stdout.splitlines()[-1])
    if said["failed"] or not said["requests"]:
        raise Failed(f"{contestant.label}: of {said['requests']} requests {said['failed']} failed.")
    return Drive(
        said["requests"],
        said["requests"] / said["microseconds"] * 1e6,
        {percentile: took / 1000 for percentile, took in said["latency"].items()},
    )
