"""`tinhso procedures …`"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures.importer import reading
from tinhso.procedures.importer.contracts import BadRecord, Recovered
from tinhso.procedures.importer.recover import recover
from tinhso.procedures.importer.report import Tally
from tinhso.procedures.operations import index
from tinhso.procedures.operations.importing import import_records
from tinhso.procedures.queries import standing_procedures

group = click.Group("procedures", help="Danh mục thủ tục hành chính")


def _read(file: Path, refused: list[str]) -> Iterator[Recovered]:
    for place, line in enumerate(reading.lines(file), start=1):
        try:
            yield recover(reading.record(line))
        except BadRecord as error:
            refused.append(f"  dòng {place}: {error.message}")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ đọc và in bảng, không ghi gì.")
def import_file(file: Path, dry_run: bool) -> None:
    """Nhập danh mục quốc gia từ FILE (JSON Lines, có thể nén gzip); chạy lại không nhập trùng."""
    tally, refused = Tally(), []  # type: tuple[Tally, list[str]]
    records = tally.through(_read(file, refused))
    try:
        if dry_run:
            for _record in records:
                pass
        else:
            outcome = import_records(records=records, by=SYSTEM, at=moments.now())
    except (OSError, EOFError) as error:
        raise click.ClickException(f"Không đọc được {file}: {error}") from None
    click.echo(tally.table())
    click.echo("\nChưa khôi phục được:\n" + tally.not_recovered())
    if refused:
        click.echo(f"\nBỏ qua {len(refused)} dòng:\n" + "\n".join(refused))
    if not dry_run:
        click.echo(
            f"\n{tally.records} bản ghi: {len(outcome.new)} mới, {len(outcome.changed)} đổi,"
            f" {len(outcome.unchanged)} như cũ, {len(outcome.kept)} giữ bản soạn tại tỉnh."
        )


@group.command("reindex")
def reindex() -> None:
    """Dựng lại chỉ mục tìm kiếm của danh mục."""
    ids = standing_procedures()
    index.refresh(ids)
    click.echo(f"Đã dựng lại chỉ mục của {len(ids)} thủ tục.")
