"""Licences in random histories: offers never overlap, and all read what they may."""

import asyncio
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from core.blog.container import blog_container
from infra.database.schema import migrate
from tests.licences.licence_machine import LicenceMachine
from tests.support.settings import settings_for

HISTORIES = settings(
    max_examples=settings().max_examples // 10,
    stateful_step_count=25,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


def test_offers_never_overlap_and_all_read_what_they_may(tmp_path: Path) -> None:
    of_database = settings_for(f"sqlite:///{tmp_path}/blog.db")
    container = blog_container(of_database)
    with asyncio.Runner() as runner:
        runner.run(migrate(of_database.primary))

        class Machine(LicenceMachine):
            def __init__(self) -> None:
                super().__init__(container, runner)

        run_state_machine_as_test(Machine, settings=HISTORIES)
        runner.run(container.stop())
