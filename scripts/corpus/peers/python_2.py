"""A client on the Python SDK 2.x: takes commands on stdin, and answers each with a line. See ../clients/peers.ts."""

import asyncio
import json
import sys

import mcp_types as types
from mcp.client.client import Client


async def main(url: str, headers: dict, name: str, mode: str) -> None:
    info = types.Implementation(name=name, version="1.0.0")
    async with Client(url, mode=mode, client_info=info) as client:
        print("connected", flush=True)
        tasks = []
        while line := await asyncio.to_thread(sys.stdin.readline):
            number, command, *rest = line.split()
            if command == "leave":
                break
            tasks.append(asyncio.create_task(do(client, number, command, rest)))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def do(client, number: str, command: str, rest: list) -> None:
    try:
        if command == "call":
            await client.call_tool("report", {"seconds": float(rest[0])})
        elif command == "list":
            await client.list_tools()
        else:
            await client.read_resource("corpus://readme")
        print(number, "ok", flush=True)
    except Exception:
        print(number, "failed", flush=True)


asyncio.run(main(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3], sys.argv[4]))
