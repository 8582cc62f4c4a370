"""`tinhso studio …`: procedures as files, for those who like git. Nothing here publishes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import DraftView
from tinhso.studio.files import archives, folder, package
from tinhso.studio.operations import checking, sharing
from tinhso.studio.queries import drafts

group = click.Group("studio", help="Xưởng thủ tục: xuất, nhập, kiểm tra thủ tục dưới dạng tệp")
PLACE = click.Path(path_type=Path)


@group.command("export")
@click.argument("code")
@click.argument("to", type=PLACE)
@click.option("--published", is_flag=True, help="Lấy bản đang hiệu lực dù có bản đang soạn.")
@click.option("--number", type=int, default=0, help="Lấy phiên bản mang số này thay bản đang hiệu lực.")
def export(code: str, to: Path, published: bool, number: int) -> None:
    """Ghi thủ tục CODE ra thư mục TO, tệp TO.zip, hoặc gói có chữ ký TO.tinhso.zip.

    Bản đang soạn nếu có, nếu không thì bản đang hiệu lực.
    """
    at = moments.now()
    try:
        draft = None if published or number else _open(code)
        if draft is not None:
            sheaf, number = sharing.of_draft(draft), 0
        else:
            version = _version(code, number)
            sheaf, number = sharing.of_version(version), version.number
        if to.name.endswith(package.SUFFIX):
            to.write_bytes(sharing.sealed(sheaf, number=number, by=SYSTEM, at=at).content)
        elif to.suffix == ".zip":
            to.write_bytes(archives.pack(folder.write(sheaf)))
        else:
            _into(to, folder.write(sheaf))
    except (Unable, OSError) as error:
        raise _told(error) from None
    click.echo(f"Đã ghi {code} vào {to}.")


@group.command("import")
@click.argument("source", type=PLACE)
@click.option("--accept", is_flag=True, help="Chấp nhận gói do nơi khác ký.")
def bring(source: Path, accept: bool) -> None:
    """Soạn hoặc sửa bản đang soạn theo thư mục hoặc tệp SOURCE. Không công bố."""
    at = moments.now()
    try:
        if source.name.endswith(package.SUFFIX):
            arrival = sharing.take_in(source.read_bytes(), by=SYSTEM, at=at)
            draft = sharing.accept(arrival_id=arrival, foreign=accept, by=SYSTEM, at=at)
        else:
            draft = sharing.lay(folder.read(_files(source)), by=SYSTEM, at=at)
    except (Unable, OSError) as error:
        raise _told(error) from None
    click.echo(f"Bản đang soạn: /can-bo/xuong/{draft}/")


@group.command("check")
@click.argument("source", type=PLACE)
def check(source: Path) -> None:
    """Nói các chỗ cần sửa của thư mục hoặc tệp SOURCE; mã thoát 1 khi chưa công bố được."""
    try:
        problems = checking.judged(folder.read(_files(source)), at=moments.now())
    except (Unable, OSError) as error:
        raise _told(error) from None
    for one in problems:
        mark = "phải sửa" if one.blocks else "nên xem"
        click.echo(
            f"{folder.NAMES[one.part]}{f' ({one.where})' if one.where else ''}: {mark}: {one.sentence}"
        )
    blocking = sum(one.blocks for one in problems)
    click.echo(f"{blocking} chỗ phải sửa, {len(problems) - blocking} chỗ nên xem.")
    if blocking:
        raise SystemExit(1)


def _open(code: str) -> DraftView | None:
    found = drafts.open_draft(code)
    return drafts.draft(found) if found is not None else None


def _version(code: str, number: int) -> procedures.VersionView:
    """The version in force today, or the one of that number. Raises UnknownProcedure."""
    if not number:
        return procedures.published(code=code, at=moments.now())
    views = (procedures.version(id_) for id_ in procedures.versions_of((code,)))
    made = (view for view in views if view.state is not procedures.VersionState.DRAFT)
    found = next((view for view in made if view.number == number), None)
    if found is None:
        raise procedures.UnknownProcedure(f"Không có phiên bản {number} của thủ tục {code}.")
    return found


def _files(source: Path) -> dict[str, bytes]:
    """The files of a folder or of a zip; of a folder only those a procedure has, never through links.

    A signed package is read as the files it holds.
    """
    if source.is_file():
        files = archives.unpack(source.read_bytes())
        return {
            name: held for name, held in files.items() if name not in (package.MANIFEST, package.SIGNATURE)
        }
    if not source.is_dir():
        raise Invalid(f"Không có thư mục hoặc tệp {source}.")
    found = {}
    for name in sorted(folder.ALL):
        file = source / name
        if file.is_symlink():
            raise Invalid(f"{file} là liên kết. Hãy thay bằng tệp thật.")
        if file.is_file():
            found[name] = file.read_bytes()
    return found


def _into(place: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a procedure, each whole or not at all; what is no longer part of it goes."""
    place.mkdir(parents=True, exist_ok=True)
    for name in folder.ALL - files.keys():
        (place / name).unlink(missing_ok=True)
    for name, content in files.items():
        new = place / f".{name}.new"
        new.write_bytes(content)
        os.replace(new, place / name)


def _told(error: Exception) -> click.ClickException:
    faults = error.faults if isinstance(error, Invalid) else {}
    message = error.message if isinstance(error, Unable) else str(error)
    return click.ClickException("\n".join([message, *(f"  {name}: {why}" for name, why in faults.items())]))
