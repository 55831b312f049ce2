"""Each alert fires where it should and nowhere else, says what to do, and has a section."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import safe_dump

from tests.harness.prometheus_program import PrometheusProgram
from tests.monitoring.files import RULES, alerts
from tests.support.server import ROOT

HOUR = 60  # samples, one a minute
HTTP = "broadsheet_http_request_duration_seconds"
FLOORS = "broadsheet_commit_to_floors_seconds_bucket"
CACHE = "broadsheet_cache_answers_total"


def constant(value: object) -> str:
    return f"{value}x{HOUR}"


def grows(each_minute: float) -> str:
    return f"0+{each_minute}x{HOUR}"


def stops_growing(each_minute: float) -> str:
    """As of what happened an hour ago, and has not since."""
    return f"0+{each_minute}x5 {each_minute * 5}x{HOUR - 5}"


def slow(bucket: str, labels: str, share: float) -> dict[str, str]:
    """Calls, of which a share takes between one and ten seconds."""
    quick, series = grows(600 * (1 - share)), f"{bucket}{{{labels}le="
    return {f'{series}"0.1"}}': quick, f'{series}"1"}}': quick} | {
        f'{series}"{bound}"}}': grows(600) for bound in ("10", "+Inf")
    }


@dataclass(frozen=True)
class Trial:
    """Series of the last hour with which an alert fires, and some with which it does not."""

    fires: dict[str, str]
    does_not: dict[str, str]


def above(series: str, value: object, below: object) -> Trial:
    """An alert on a present value."""
    return Trial({series: constant(value)}, {series: constant(below)})


def faster(series: str, each_minute: float, slower: float) -> Trial:
    """An alert on how fast something grows."""
    return Trial({series: grows(each_minute)}, {series: grows(slower)})


def happened(series: str) -> Trial:
    """An alert on what must not happen at all."""
    return Trial({series: grows(1)}, {series: stops_growing(1)})


def share(part: str, whole: str, each_minute: float, fewer: float) -> Trial:
    """An alert on a part of what grows by a thousand a minute."""
    all_of_it = {whole: grows(1000)}
    return Trial(all_of_it | {part: grows(each_minute)}, all_of_it | {part: grows(fewer)})


def of_pool(in_use: int) -> dict[str, str]:
    labels = 'job="broadsheet",instance="a"'
    return {
        f'broadsheet_pool_in_use{{{labels},pool="write"}}': constant(in_use),
        f"broadsheet_processes{{{labels}}}": constant(2),
    }


TRIALS = {
    "BroadsheetDown": above('up{job="broadsheet-worker"}', 0, 1),
    "BroadsheetErrors": share(
        f'{HTTP}_count{{status="503"}}', f'{HTTP}_count{{status="200"}}', 20, 9
    ),
    "BroadsheetSlow": Trial(
        slow(f"{HTTP}_bucket", 'route="/",', 0.02), slow(f"{HTTP}_bucket", 'route="/",', 0.005)
    ),
    "BroadsheetPoolNearlyFull": Trial(of_pool(50), of_pool(47)),
    "BroadsheetReplicaNotRead": above('broadsheet_replica_is_read{replica="r"}', 0, 1),
    "BroadsheetReplicaLags": above('broadsheet_replica_lag_seconds{replica="r"}', 6, 4),
    "BroadsheetPositionsTooLate": share(
        "broadsheet_position_timeouts_total", "broadsheet_position_waits_total", 110, 90
    ),
    "BroadsheetCommitsUnknown": happened("broadsheet_commits_unknown_total"),
    "BroadsheetNoPositions": happened("broadsheet_commits_without_position_total"),
    "BroadsheetConflicts": faster("broadsheet_transactions_retryable_total", 70, 50),
    "BroadsheetRedisDown": above("broadsheet_redis_is_down", 1, 0),
    "BroadsheetRedisFails": faster("broadsheet_redis_failures_total", 7, 5),
    "BroadsheetFewHits": share(
        f'{CACHE}{{outcome="hit"}}', f'{CACHE}{{outcome="miss"}}', 900, 1100
    ),
    "BroadsheetCacheBypassed": faster(f'{CACHE}{{outcome="bypass"}}', 70, 50),
    "BroadsheetFloorsLate": Trial(slow(FLOORS, "", 0.02), slow(FLOORS, "", 0.005)),
    "BroadsheetDeadJobs": above('broadsheet_jobs{state="dead"}', 1, 0),
    "BroadsheetJobsWait": above("broadsheet_jobs_oldest_due_seconds", 61, 59),
    "BroadsheetJobsPileUp": above('broadsheet_jobs{state="queued"}', 5001, 5000),
    "BroadsheetJobsFail": faster(
        'broadsheet_job_duration_seconds_count{kind="k",outcome="failed"}', 0.5, 0.3
    ),
    "BroadsheetBrokerUnreachable": above("broadsheet_jobs_publisher_is_down", 1, 0),
    "BroadsheetPicturesFail": above('broadsheet_media_pictures{state="failed"}', 11, 10),
    "BroadsheetPicturesWait": above('broadsheet_media_pictures{state="processing"}', 101, 100),
}

DOWN = "BroadsheetDown"
UP = {'up{job="broadsheet"}': constant(1)}
# their names are found no longer, so that Prometheus has no targets
GONE = [{}, UP | {'up{job="broadsheet-worker"}': f"1x5 _x{HOUR}"}]
QUIET = {
    "few questions to the cache": {
        f'{CACHE}{{outcome="hit"}}': grows(10),
        f'{CACHE}{{outcome="miss"}}': grows(40),
    },
    "a server that drains": {
        f'{HTTP}_count{{route="/readyz",status="503"}}': grows(20),
        f'{HTTP}_count{{route="/posts",status="200"}}': grows(1000),
    },
    # without Redis, a replica, a broker or a caller
    "an idle system": {
        'broadsheet_processes{job="broadsheet",instance="a"}': constant(1),
        'broadsheet_pool_in_use{job="broadsheet",instance="a",pool="write"}': constant(0),
        f'{HTTP}_count{{route="/readyz",status="200"}}': grows(6),
        f'{HTTP}_bucket{{route="/readyz",status="200",le="0.1"}}': grows(6),
        f'{HTTP}_bucket{{route="/readyz",status="200",le="+Inf"}}': grows(6),
        f'{CACHE}{{outcome="hit"}}': constant(0),
        f'{CACHE}{{outcome="miss"}}': constant(0),
        f'{FLOORS}{{le="0.1"}}': constant(0),
        f'{FLOORS}{{le="+Inf"}}': constant(0),
        "broadsheet_position_waits_total": constant(0),
        "broadsheet_position_timeouts_total": constant(0),
        "broadsheet_commits_unknown_total": constant(0),
        "broadsheet_commits_without_position_total": constant(0),
        "broadsheet_transactions_retryable_total": constant(0),
        'broadsheet_jobs{state="dead"}': constant(0),
        'broadsheet_jobs{state="queued"}': constant(2),
        "broadsheet_jobs_oldest_due_seconds": constant(0),
        "broadsheet_jobs_publisher_is_down": constant(0),
        'broadsheet_job_duration_seconds_count{kind="k",outcome="failed"}': constant(0),
        'broadsheet_media_pictures{state="failed"}': constant(0),
        'broadsheet_media_pictures{state="processing"}': constant(0),
    },
}


def test_every_alert_has_series() -> None:
    assert TRIALS.keys() == {alert["alert"] for alert in alerts()}


def test_alerts_fire_where_they_should_and_no_other_does(
    prometheus_program: PrometheusProgram, tmp_path: Path
) -> None:
    fire = [_test(name, UP | trial.fires, name) for name, trial in TRIALS.items()]
    _try(prometheus_program, tmp_path, [*fire, *(_test("gone", each, DOWN) for each in GONE)])


def test_no_alert_fires_where_none_should(
    prometheus_program: PrometheusProgram, tmp_path: Path
) -> None:
    quiet = QUIET | {name: trial.does_not for name, trial in TRIALS.items()}
    tests = [_test(name, UP | series) for name, series in quiet.items()]
    _try(prometheus_program, tmp_path, tests)


def _try(program: PrometheusProgram, folder: Path, tests: list[dict[str, Any]]) -> None:
    file = folder / "alerts.yml"
    file.write_text(safe_dump({"rule_files": [str(RULES)], "tests": tests}))
    told = _promtool(program, "test", "rules", str(file))
    assert told.returncode == 0, told.stdout + told.stderr


def _test(name: str, series: dict[str, str], *firing: str) -> dict[str, Any]:
    """A test of which alerts fire: what PromQL's own series of alerts has, an hour later."""
    check = {
        "expr": 'group by (alertname) (ALERTS{alertstate="firing"})',
        "eval_time": "1h",
        "exp_samples": [{"labels": f'{{alertname="{each}"}}', "value": 1} for each in firing],
    }
    return {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "promql_expr_test": [check],
    }


def test_the_files_are_good(prometheus_program: PrometheusProgram) -> None:
    told = _promtool(
        prometheus_program, "check", "config", str(ROOT / "deploy/prometheus/prometheus.yml")
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"{len(TRIALS)} rules found" in told.stdout


def test_every_alert_leads_to_a_section_that_says_what_to_do() -> None:
    page = (ROOT / "docs/production.md").read_text()
    sections = {part.split("\n", 1)[0]: part for part in page.split("\n### ")}
    for alert in alerts():
        name, annotations = alert["alert"], alert["annotations"]
        said = f"What to do: docs/production.md, section {name}."
        assert annotations["description"] == said
        assert annotations["summary"]
        assert len(sections[name].split()) > 15, name


def _promtool(program: PrometheusProgram, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program.promtool, *arguments], capture_output=True, text=True, check=False
    )
