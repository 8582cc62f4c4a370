"""Commands of the ground, mounted under `tinhso` by config after Django is set up."""

from __future__ import annotations

import sys
from collections import Counter
from uuid import UUID

import click

from tinhso.foundation import audit as trail
from tinhso.foundation import crypto as secrets
from tinhso.foundation import jobs as background
from tinhso.foundation import moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.signing import ports

KINDS = {
    "files": "Tệp",
    "persons": "Người",
    "second-factors": "Lớp xác thực thứ hai",
    "uploads": "Phần tệp đang tải lên",
}


@click.group()
def audit() -> None:
    """Nhật ký: kiểm tra, niêm phong, đóng dấu thời gian."""


@audit.command()
@click.option("--limit", default=10, show_default=True, help="Nêu tối đa bao nhiêu chỗ hỏng.")
def verify(limit: int) -> None:
    """Kiểm tra toàn bộ nhật ký, nêu chỗ hỏng đầu tiên; mã thoát 1 khi có chỗ hỏng."""
    verdict = trail.verify(at=moments.now(), limit=limit, authority=trail.stamp_authority())
    click.echo(f"Bút ký: {verdict.entries}, chuỗi: {verdict.chains}, niêm phong: {verdict.seals}")
    click.echo(f"Dấu thời gian: {verdict.stamps}")
    waiting = verdict.unsealed_age.total_seconds()
    click.echo(f"Chưa niêm phong: {verdict.unsealed}, lâu nhất {waiting:.0f} giây")
    click.echo(f"Mã băm cuối: {verdict.head}")
    if verdict.intact:
        click.echo("Nhật ký nguyên vẹn.")
        return
    for broken in verdict.breaks:
        click.echo(f"HỎNG {broken}")
    sys.exit(1)


@audit.command()
def seal() -> None:
    """Niêm phong ngay những bút ký đang chờ."""
    click.echo(f"Đã niêm phong {trail.seal(at=moments.now())} bút ký.")


@audit.command()
def stamp() -> None:
    """Đóng dấu thời gian lên niêm phong mới nhất."""
    if not ports.stamp_authority.answered:
        raise click.ClickException("Chưa cấu hình dịch vụ dấu thời gian.")
    trail.seal(at=moments.now())
    stamped = trail.stamp(at=moments.now())
    click.echo(f"Đã đóng dấu niêm phong {stamped}." if stamped else "Không có niêm phong mới.")


@click.group()
def jobs() -> None:
    """Việc nền: việc đã hỏng, chạy lại, bỏ."""


@jobs.command(name="list")
@click.option("--owner", default="", help="Chỉ việc của vai trò này.")
@click.option("--limit", default=50, show_default=True)
@click.option("--before", type=click.UUID, help="Xem tiếp từ mã này.")
def list_letters(owner: str, limit: int, before: UUID | None) -> None:
    """Liệt kê việc nền đã hỏng, mới nhất trước."""
    letters = background.dead_letters(owner=owner, limit=limit, before=before)
    for letter in letters:
        last = letter.error.strip().splitlines()[-1] if letter.error.strip() else ""
        when = moments.local(letter.at).strftime("%d/%m/%Y %H:%M")
        click.echo(f"{letter.id}  {when}  {letter.owner}  {letter.name}  ({letter.tries} lần)  {last}")
    if not letters:
        click.echo("Không có việc hỏng.")


@jobs.command()
@click.argument("letter", type=click.UUID)
def retry(letter: UUID) -> None:
    """Chạy lại một việc đã hỏng."""
    try:
        background.retry(letter, by=SYSTEM, at=moments.now())
    except Unable as error:
        raise click.ClickException(error.message) from None
    click.echo("Đã xếp lại vào hàng đợi.")


@jobs.command()
@click.argument("letter", type=click.UUID)
@click.option("--reason", required=True, help="Lý do bỏ.")
def discard(letter: UUID, reason: str) -> None:
    """Bỏ một việc đã hỏng."""
    try:
        background.discard(letter, by=SYSTEM, at=moments.now(), reason=reason)
    except Unable as error:
        raise click.ClickException(error.message) from None
    click.echo("Đã bỏ.")


@click.group()
def crypto() -> None:
    """Khóa: kiểm tra, xoay khóa chủ."""


@crypto.command()
def check() -> None:
    """Nêu lý do các khóa hiện tại không dùng được trong vận hành thật."""
    faults = secrets.production_faults()
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo("Các khóa dùng được.")


@crypto.command()
def rotate() -> None:
    """Bọc lại mọi khóa bằng khóa chủ mới nhất; dừng giữa chừng thì chạy lại là tiếp tục."""
    for kind, done in secrets.rotate().items():
        click.echo(f"{KINDS.get(kind, kind)}: đã bọc lại {done}")
    by_kind = secrets.left_by_kind()
    for kind, counts in by_kind.items():
        click.echo(f"{KINDS.get(kind, kind)}: còn {counts.total()} chưa do khóa chủ mới nhất bọc")
    left = sum(by_kind.values(), Counter[str]())
    for name, count in sorted(left.items()):
        if name:
            click.echo(f"Khóa chủ {name!r} còn bọc {count} khóa: giữ lại trong tệp khóa, chạy lại lệnh này.")
        else:
            click.echo(
                f"{count} tệp (hoặc phần) không đọc được, chưa bọc lại: xem nhật ký. Chưa bỏ khóa cũ nào."
            )
    if left:
        sys.exit(1)
    click.echo("Mọi khóa đã do khóa chủ mới nhất bọc. Khóa đầu tệp phải giữ, các khóa khác bỏ được.")
