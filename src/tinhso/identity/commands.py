"""Commands of identity, mounted under `tinhso` by config."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import click
from django.conf import settings

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import demo
from tinhso.identity.contracts import Role
from tinhso.identity.operations import exceptions
from tinhso.identity.operations import officers as writing
from tinhso.identity.operations import tokens as making
from tinhso.identity.queries import officers
from tinhso.identity.queries import tokens as reading
from tinhso.identity.signin import factors

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def token() -> None:
    """Mã truy cập cho máy: tạo, liệt kê, thu hồi."""


@token.command()
@click.option("--name", required=True, help="Tên để nhận ra máy dùng mã.")
@click.option(
    "--act", "wanted", multiple=True, required=True, help="Quyền, ví dụ dossiers.submit hoặc dossiers.*"
)
@click.option("--agency", default="", help="Giới hạn trong một cơ quan, theo mã, ví dụ ubnd-30742.")
@click.option("--days", type=int, default=0, help="Hết hạn sau số ngày này; 0 là không hết hạn.")
def create(name: str, wanted: tuple[str, ...], agency: str, days: int) -> None:
    """Tạo mã và in ra một lần duy nhất."""
    at = moments.now()
    try:
        agency_id = directory.agency(agency, moments.today(at)).id if agency else None
        _id, secret = making.create_token(
            name=name,
            acts_allowed=wanted,
            agency_id=agency_id,
            expires_at=at + timedelta(days=days) if days else None,
            by=SYSTEM,
            at=at,
        )
    except Unable as fault:
        raise click.ClickException(fault.message) from None
    click.echo(secret)


@token.command("list")
def list_() -> None:
    """Liệt kê các mã, kể cả đã thu hồi."""
    for view in reading.every():
        state = "đã thu hồi" if view.revoked_at else "còn hiệu lực"
        click.echo(f"{view.id}  {view.name}  {', '.join(view.acts)}  {state}")


@token.command()
@click.argument("id", type=click.UUID)
def revoke(id: UUID) -> None:
    """Thu hồi mã ngay."""
    try:
        making.revoke_token(token_id=id, by=SYSTEM, at=moments.now())
    except Unable as fault:
        raise click.ClickException(fault.message) from None


@click.group()
def officer() -> None:
    """Cán bộ: thêm tài khoản quản trị đầu tiên, khóa tài khoản."""


@officer.command()
@click.option("--login", required=True, help="Tên đăng nhập.")
@click.option("--full-name", required=True, help="Họ và tên.")
@click.option("--unit", required=True, type=click.UUID, help="Mã đơn vị (UUID).")
@click.option("--role", required=True, help="Vai trò, ví dụ administrator.")
@click.password_option(help="Mật khẩu; hỏi khi không cho.")
def add(login: str, full_name: str, unit: UUID, role: str, password: str) -> None:
    """Thêm cán bộ với một vị trí; lớp xác thực thứ hai được đặt ở lần đăng nhập đầu."""
    at = moments.now()
    try:
        id = writing.register_officer(login=login, full_name=full_name, password=password, by=SYSTEM, at=at)
        writing.give_post(
            officer_id=id, role=Role(role), unit_id=unit, valid_from=moments.today(at), by=SYSTEM, at=at
        )
    except (Unable, ValueError) as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(str(id))


@officer.command()
@click.argument("login")
@click.option("--agency", required=True, help="Mã cơ quan được thanh tra, ví dụ ubnd-30742.")
@click.option("--decision", required=True, help="Số quyết định, ví dụ 12/QĐ-TTr.")
@click.option("--from", "first", required=True, type=DAY, help="Từ ngày, ví dụ 2026-12-01.")
@click.option("--until", "last", required=True, type=DAY, help="Đến trước ngày.")
def inspect(login: str, agency: str, decision: str, first: datetime, last: datetime) -> None:
    """Cho thanh tra viên xem hồ sơ của một cơ quan theo quyết định."""
    at = moments.now()
    try:
        found = officers.by_login(login, at)
        if found is None:
            raise click.ClickException("Không có cán bộ mang tên đăng nhập này.")
        id = exceptions.give_inspection(
            officer_id=found.id,
            agency_id=directory.agency(agency, moments.today(at)).id,
            decision=decision,
            valid_from=first.date(),
            valid_to=last.date(),
            by=SYSTEM,
            at=at,
        )
    except Unable as fault:
        raise click.ClickException(" ".join(getattr(fault, "faults", {}).values()) or str(fault)) from None
    click.echo(str(id))


@officer.command("code")
def demo_code() -> None:
    """Mã 6 chữ số lúc này của các tài khoản trình diễn."""
    if settings.PRODUCTION:
        raise click.ClickException("Chỉ có ở bản trình diễn.")
    click.echo(factors.code_at(demo.TOTP_SECRET, moments.now()))
