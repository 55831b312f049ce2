"""One nginx of our own, with a configuration as the image of nginx includes it."""

import socket
from collections.abc import Callable

from tests.harness.nginx_program import NginxProgram
from tests.harness.server import Server
from tests.harness.server_process import ServerProcess

# One process: no worker is left behind where it is killed. Debian's own folders are root's.
MAIN = """\
daemon off;
master_process off;
pid pid;
error_log stderr;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxied;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include conf.d/*.conf;
}
"""


class NginxServer(Server):
    """One nginx on 127.0.0.1; `files` gives what its folder has, by name, for its port."""

    def __init__(self, program: NginxProgram, files: Callable[[int], dict[str, str]]) -> None:
        super().__init__("nginx")
        self._program = program
        for name, text in {"nginx.conf": MAIN, **files(self.port)}.items():
            file = self.folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)

    def answers(self) -> bool:
        """Whether it takes a connection."""
        try:
            with socket.create_connection((self.host, self.port), timeout=1):
                return True
        except OSError:
            return False

    def _new_process(self) -> ServerProcess:
        folder = f"{self.folder}/"
        command = [self._program.path, "-p", folder, "-c", f"{folder}nginx.conf", "-e", "stderr"]
        log, pid_file = self.folder / "log", self.folder / "pid"
        return ServerProcess(command, log, pid_file, self._program.environment)
