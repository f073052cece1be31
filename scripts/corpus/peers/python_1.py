"""A client on the Python SDK 1.x: takes commands on stdin, and answers each with a line. See ../clients/peers.ts."""

import asyncio
import json
import sys

from mcp import ClientSession, types
from mcp.client.streamable_http import streamablehttp_client


async def main(url: str, headers: dict, name: str) -> None:
    info = types.Implementation(name=name, version="1.0.0")
    async with streamablehttp_client(url, headers=headers) as (read, write, _):
        async with ClientSession(read, write, client_info=info) as session:
            await session.initialize()
            print("connected", flush=True)
            await obey(session)


async def obey(session) -> None:
    tasks = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        number, command, *rest = line.split()
        if command == "leave":
            break
        tasks.append(asyncio.create_task(do(session, number, command, rest)))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def do(session, number: str, command: str, rest: list) -> None:
    try:
        if command == "call":
            await session.call_tool("report", {"seconds": float(rest[0])})
        elif command == "list":
            await session.list_tools()
        else:
            await session.read_resource("corpus://readme")
        print(number, "ok", flush=True)
    except Exception:
        print(number, "failed", flush=True)


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]))
