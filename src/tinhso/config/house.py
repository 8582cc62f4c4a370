"""What the `tinhso` command can do: the house's own commands, and every room's groups by room."""

from __future__ import annotations

import click

from tinhso.config import database, demo, production, rooms, running, upgrading
from tinhso.foundation import jobs, moments
from tinhso.procedures import api as procedures

HOUSE = "house"


class Grouped(click.Group):
    """A group whose help lists its commands under the room that brought them."""

    def __init__(self) -> None:
        super().__init__("tinhso", help="Tỉnh Số: chạy và trông coi chính quyền số của một tỉnh.")
        self.by_room: dict[str, list[str]] = {}

    def bring(self, room: str, command: click.Command) -> None:
        """Add a room's command."""
        self.add_command(command)
        self.by_room.setdefault(room, []).append(command.name or "")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One section per room."""
        for room, names in self.by_room.items():
            with formatter.section(room):
                formatter.write_dl(
                    [(name, self.commands[name].get_short_help_str(80)) for name in sorted(names)]
                )


@click.command()
def run() -> None:
    """Chạy cả hệ thống kèm dữ liệu trình diễn: cơ sở dữ liệu, web, việc nền, phía quốc gia."""
    database.refuse_old_server(running.database_url())
    running.run()


@click.command()
def web() -> None:
    """Chạy máy chủ web."""
    database.refuse_old_server(running.database_url())
    running.serve_web()


@click.command()
def worker() -> None:
    """Chạy việc nền."""
    database.refuse_old_server(running.database_url())
    jobs.run_worker()


@click.command()
def migrate() -> None:
    """Đưa cơ sở dữ liệu lên bản mới và nạp các giá trị pháp lý đi kèm."""
    database.refuse_old_server(running.database_url())
    upgrading.migrate(verbosity=1)
    demo.load_reference(at=moments.now())


@click.group("demo", invoke_without_command=True)
@click.pass_context
def load_demo(ctx: click.Context) -> None:
    """Nạp tỉnh trình diễn; chạy lại không nhân đôi."""
    production.refuse_demo_data()
    if ctx.invoked_subcommand is None:
        demo.load(at=moments.now(), say=click.echo)


@load_demo.command("catalogue")
@click.option("--count", type=click.IntRange(1, 20_000), default=1977, help="Số thủ tục giả lập.")
def load_catalogue(count: int) -> None:
    """Nạp danh mục giả lập (tên ghi rõ “Giả lập”), để thử với số lượng như thật."""
    procedures.load_catalogue(count=count, at=moments.now(), say=click.echo)


def gather() -> Grouped:
    """The whole command: the roof's own and every room's."""
    group = Grouped()
    for command in (run, web, worker, migrate, load_demo, database.db):
        group.bring(HOUSE, command)
    for room, module in rooms.with_module("commands"):
        for found in vars(module).values():
            if isinstance(found, click.Group):
                group.bring(room, found)
    return group
