"""A process that logs without end and says which messages are kept; tests kill it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from tests.exchange.keeping.laid import batch, record
from tinhso.exchange.keeping.writer import Keeper
from tinhso.exchange.protocol.faults import Fault


async def main() -> None:
    """Twenty at once, in batches that share a signature."""
    async with Keeper(sys.argv[1], folder=Path(sys.argv[2])) as keeper:

        async def client(number: int) -> None:
            turn = 0
            while True:
                turn += 1
                signature = f"<signature>{number}.{turn}</signature>".encode()
                for one in batch(
                    [record(message_id=f"{number}.{turn}.{each}") for each in range(4)], signature
                ):
                    try:
                        await keeper.keep(one)
                    except Fault:
                        continue
                    os.write(1, f"{one.message_id}\n".encode())

        await asyncio.gather(*[client(number) for number in range(20)])


asyncio.run(main())
