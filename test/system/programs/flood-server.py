"""Answers every GET with an event stream that never ends, written as fast as it is taken, and anything else at once.

The kernel is allowed to keep 64 KiB for each connection, and not the megabytes that it would allow itself over the
loopback interface: what a proxy takes more than that, it keeps itself. Each line it is told makes it say what it sees.
"""

import json
import os
import selectors
import socket
import sys

PART = b"data: " + b"x" * 16_000 + b"\n\n"
CHUNK = b"%x\r\n%b\r\n" % (len(PART), PART)
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

seen = {"streams": 0, "flooded": 0}
selector = selectors.DefaultSelector()
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32_768)
listener.bind(("127.0.0.1", 0))
listener.listen(4096)


def read(connection):
    request = receive(connection)
    if request == b"":
        leave(connection, False)
    elif request.startswith(b"GET"):
        seen["streams"] += 1
        connection.sendall(STREAM)
        selector.modify(connection, selectors.EVENT_READ | selectors.EVENT_WRITE, [b""])
    elif request is not None:
        connection.sendall(ANSWER)


def flood(connection, left):
    try:
        left[0] = left[0] or CHUNK
        sent = connection.send(left[0])
        seen["flooded"] += sent
        left[0] = left[0][sent:]
    except BlockingIOError:
        pass
    except OSError:
        leave(connection, True)


def receive(connection):
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def leave(connection, streamed):
    selector.unregister(connection)
    connection.close()
    seen["streams"] -= streamed


def accept():
    connection, _ = listener.accept()
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ)


def tell():
    if os.read(0, 4096) == b"":
        sys.exit()
    print("sees " + json.dumps(seen), flush=True)


selector.register(listener, selectors.EVENT_READ)
selector.register(0, selectors.EVENT_READ)
print(f"listens at {listener.getsockname()[1]}", flush=True)
while True:
    for key, events in selector.select():
        if key.fileobj is listener:
            accept()
        elif key.fileobj == 0:
            tell()
        elif key.data is None:
            read(key.fileobj)
        elif events & selectors.EVENT_READ and receive(key.fileobj) == b"":
            leave(key.fileobj, True)
        else:
            flood(key.fileobj, key.data)
