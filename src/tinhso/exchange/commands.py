"""`tinhso gateway`: the security server of the province; `tinhso exchange …`: its message log."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys

import click
import uvloop
from django.conf import settings

from tinhso.exchange.gateway.database import conninfo
from tinhso.exchange.gateway.serving import Gateway, Options
from tinhso.exchange.log_commands import exchange

__all__ = ["exchange", "gateway"]

SWITCH_SECONDS = 0.0005
"""How long one thread may hold the others up: signatures by tokens must not wait behind the loop."""
OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""Messages leave few circles behind: to look for them after each 700 objects costs some 3 % of its time."""


@click.group(invoke_without_command=True)
@click.option("--shared", is_flag=True, help="Chia cổng với gateway khác trên cùng máy (SO_REUSEPORT).")
@click.pass_context
def gateway(context: click.Context, *, shared: bool) -> None:
    """Chạy gateway của trục chia sẻ dữ liệu (LGSP), cả bên hỏi và bên trả lời."""
    if context.invoked_subcommand is None:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        sys.setswitchinterval(SWITCH_SECONDS)
        uvloop.run(_serve(options(shared=shared)))


def options(*, shared: bool) -> Options:
    """What the operator set (`TINHSO_EXCHANGE_…`)."""
    said = settings.EXCHANGE
    return Options(
        database=conninfo(),
        host=said.host,
        port=said.port,
        secure_port=said.secure_port or None,
        peers_host=said.peers_host,
        peers_port=said.peers_port,
        ocsp_port=said.ocsp_port or None,
        operators_host=said.operators_host,
        operators_port=said.operators_port or None,
        operators_key=said.operators_key,
        spool=said.spool,
        key_password=said.key_password,
        token_library=said.token_library,
        token_pin=said.token_pin,
        in_memory=said.in_memory,
        most_bytes=said.most_bytes,
        connect_seconds=said.connect_seconds,
        answer_seconds=said.answer_seconds,
        refresh_seconds=said.refresh_seconds,
        ocsp_seconds=said.ocsp_seconds,
        monitors=frozenset(said.monitors),
        shared=shared,
    )


async def _serve(chosen: Options) -> None:
    """Serve until a signal asks for the end; what is under way is finished first."""
    ended = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    running = Gateway(chosen)
    await running.start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    click.echo(f"gateway: {chosen.host}:{running.port}, {chosen.peers_host}:{running.peers_port}")
    await ended.wait()
    await running.stop()
