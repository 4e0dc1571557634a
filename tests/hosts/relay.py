#!/usr/bin/env python3
"""A port of this host's loopback that leads to one of another network.

relay.py PORT NETWORK GATE: listens in the network it is started in, connects
in NETWORK (a file like /proc/PID/ns/net). While the file GATE exists nothing
is passed on: who has asked, waits.
"""
import asyncio
import ctypes
import os
import sys

CLONE_NEWNET = 0x40000000
LOOPBACK = "127.0.0.1"


def enter(network):
    libc = ctypes.CDLL(None, use_errno=True)
    handle = os.open(network, os.O_RDONLY)
    if libc.setns(handle, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(handle)


async def opened(gate):
    while os.path.exists(gate):
        await asyncio.sleep(0.002)


async def pass_on(reader, writer, gate):
    try:
        while data := await reader.read(65536):
            await opened(gate)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main(port, network, gate):
    async def serve(reader, writer):
        there, here = await asyncio.open_connection(LOOPBACK, port)
        await asyncio.gather(pass_on(reader, here, gate),
                             pass_on(there, writer, gate))

    # A socket stays in the network in which it was made.
    server = await asyncio.start_server(serve, LOOPBACK, port)
    enter(network)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
