"""A bare asynchronous proxy (aiohttp on uvloop): forwards and does nothing else. Prints its port.

`python -m bench.exchange.bare front KEY TO` takes HTTP and sends by mutual TLS; `… back KEY TO` the reverse.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import sys

import aiohttp
import uvloop
from aiohttp import web

KEPT = {"Content-Type", "X-Road-Client", "X-Road-Id"}


async def main(role: str, key: str, to: str) -> None:
    """Serve until ended."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # the load leaves in the middle of answers
    taking = sending = None
    if role == "back":
        taking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        taking.load_cert_chain(key)
        taking.load_verify_locations(key)
        taking.verify_mode = ssl.CERT_REQUIRED
    else:
        sending = ssl.create_default_context(cafile=key)
        sending.load_cert_chain(key)
    connector = aiohttp.TCPConnector(limit=0, ssl=sending or False)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:

        async def forward(request: web.BaseRequest) -> web.StreamResponse:
            headers = {name: value for name, value in request.headers.items() if name in KEPT}
            content = request.content if request.can_read_body else None
            async with session.request(
                request.method, to + request.raw_path, headers=headers, data=content
            ) as got:
                answer = web.StreamResponse(status=got.status, headers={"Content-Type": got.content_type})
                answer.content_length = got.content_length
                await answer.prepare(request)
                async for piece in got.content.iter_any():
                    await answer.write(piece)
                await answer.write_eof()
                return answer

        handler = web.Server(forward)
        server = await asyncio.get_running_loop().create_server(handler, "127.0.0.1", 0, ssl=taking)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:4]))
