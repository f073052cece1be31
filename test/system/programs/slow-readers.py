"""Asks for floods and reads none of them, until it is told a number of bytes: then the first reads so many.

slow-readers.py PORT AMOUNT. The segments are those of a network: with those of the loopback interface, of 64 KiB, the
kernel would keep more than a megabyte for each reader before anybody is held back.
"""

import socket
import sys

port, amount = int(sys.argv[1]), int(sys.argv[2])
REQUEST = b"GET /flood HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: s\r\n\r\n"
sockets = []
for _ in range(amount):
    each = socket.socket()
    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
    each.connect(("127.0.0.1", port))
    each.sendall(REQUEST)
    sockets.append(each)
print("all asked", flush=True)
for line in sys.stdin:
    left = int(line)
    while left > 0:
        left -= len(sockets[0].recv(65536)) or left
    print("has read", flush=True)
