"""nginx as a plain proxy over the same hops: HTTP in, mutual TLS between two of its servers, HTTP behind.

Taken from the machine, or from the distribution's own package unpacked beside the bench's data: no wheel and
no npm package carries nginx itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.cases.servers import HOME
from national.ports import free_port

CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 2;
events {{ worker_connections 2048; }}
http {{
  access_log off; keepalive_requests 1000000000; client_max_body_size 0;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  proxy_max_temp_file_size 0; proxy_http_version 1.1; proxy_set_header Connection "";
  upstream back {{ server 127.0.0.1:{back}; keepalive 64; keepalive_requests 1000000000; }}
  upstream service {{ server 127.0.0.1:{service}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{front};
    location / {{
      proxy_pass https://back; proxy_ssl_certificate {key}; proxy_ssl_certificate_key {key};
      proxy_ssl_trusted_certificate {key}; proxy_ssl_verify on; proxy_ssl_name localhost;
    }}
  }}
  server {{
    listen 127.0.0.1:{back} ssl;
    ssl_certificate {key}; ssl_certificate_key {key}; ssl_client_certificate {key}; ssl_verify_client on;
    location / {{ proxy_pass http://service; }}
  }}
}}
"""


def program() -> Path | None:
    """nginx of the machine, of `NGINX`, or of the distribution's package; None when there is none."""
    said = os.environ.get("NGINX") or shutil.which("nginx")
    if said:
        return Path(said)
    folder = HOME / "nginx"
    found = folder / "usr" / "sbin" / "nginx"
    if not found.exists() and shutil.which("apt-get"):
        folder.mkdir(parents=True, exist_ok=True)
        got = subprocess.run(["apt-get", "download", "-q", "nginx"], cwd=folder, check=False)  # noqa: S607
        for package in folder.glob("nginx_*.deb") if got.returncode == 0 else ():
            subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)  # noqa: S603, S607
    return found if found.exists() else None


@contextmanager
def proxying(nginx: Path, *, key: Path, service: int, folder: Path) -> Iterator[tuple[int, int]]:
    """Both servers in one nginx: the port that takes HTTP, and its first process."""
    folder.mkdir(parents=True, exist_ok=True)
    front = free_port()
    file = folder / "nginx.conf"
    file.write_text(
        CONFIGURATION.format(folder=folder, front=front, back=free_port(), service=service, key=key)
    )
    process = subprocess.Popen(  # noqa: S603 - found above
        [str(nginx), "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(file)]
    )
    try:
        yield front, process.pid
    finally:
        process.terminate()
        process.wait(10)
