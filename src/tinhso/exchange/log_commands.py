"""`tinhso exchange …`: time-stamps, archives and evidence of the message log."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from tinhso.exchange.keeping import archiving, authorities, checking, export, loading, places, search, stamper
from tinhso.exchange.keeping.search import Wanted
from tinhso.foundation import moments
from tinhso.foundation.moments import LOCAL

exchange = click.Group("exchange", help="Nhật ký trục chia sẻ: dấu thời gian, lưu trữ, bằng chứng")
FILE = click.Path(path_type=Path)
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@exchange.command("stamp")
def stamp() -> None:
    """Đóng dấu thời gian lên nhật ký cho đến khi bị dừng; nhiều bản thì một bản làm, các bản khác chờ."""
    stamper.run(configured=authorities.configured, clock=moments.now, pause=_pause)


def _pause(seconds: float) -> bool:
    time.sleep(seconds)
    return False


@exchange.command("archive")
def archive() -> None:
    """Lưu trữ ngay các thông điệp đã có dấu thời gian; dừng giữa chừng thì chạy lại là tiếp tục."""
    for name in archiving.archive(at=moments.now(), folder=places.archive(), bodies=places.spool()):
        click.echo(name)


@exchange.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--previous", default="", help="Mã băm cuối của tệp lưu trữ trước; để trống với tệp đầu tiên.")
def verify(file: Path, previous: str) -> None:
    """Kiểm tra một tệp .asice, gói xuất .zip hoặc tệp lưu trữ .zip; mã thoát 1 khi có chỗ không đúng."""
    report = checking.file(file, on=moments.today(moments.now()), previous=previous)
    click.echo(report.verdict)
    for line in report.lines:
        click.echo(line)
    if not report.holds:
        sys.exit(1)


@exchange.command("export")
@click.argument("to", type=FILE)
@click.option("--message-id", default="", help="X-Road-Id.")
@click.option("--request-id", default="", help="x-road-request-id.")
@click.option("--client", default="", help="Hệ thống hỏi.")
@click.option("--service", default="", help="Dịch vụ.")
@click.option("--user", "user_id", default="", help="X-Road-UserId.")
@click.option("--issue", default="", help="X-Road-Issue.")
@click.option("--agreement", "agreement_id", type=click.UUID, help="Mã thoả thuận.")
@click.option("--since", type=MOMENT, help="Từ lúc (giờ địa phương).")
@click.option("--until", type=MOMENT, help="Đến trước lúc.")
def take_out(
    to: Path,
    message_id: str,
    request_id: str,
    client: str,
    service: str,
    user_id: str,
    issue: str,
    agreement_id: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Xuất bằng chứng của mọi thông điệp thoả điều kiện ra TO.zip, hoặc vào thư mục TO, mỗi cái một tệp."""
    wanted = Wanted(
        message_id=message_id,
        request_id=request_id,
        client=client,
        service=service,
        user_id=user_id,
        issue=issue,
        agreement_id=agreement_id,
        since=_local(since),
        until=_local(until),
    )
    if wanted == Wanted():
        raise click.ClickException("Chọn ít nhất một điều kiện.")
    ids = search.identifiers(wanted)
    if to.suffix == ".zip":
        with to.open("wb") as file:
            for piece in export.zipped(ids, places.spool()):
                file.write(piece)
        click.echo(str(to))
        return
    to.mkdir(parents=True, exist_ok=True)
    for kept in loading.kept(ids, places.spool(), at_once=export.AT_ONCE):
        click.echo(export.saved(kept, to))


def _local(given: datetime | None) -> datetime | None:
    return given.replace(tzinfo=LOCAL) if given else None
