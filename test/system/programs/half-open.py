r"""Opens connections, sends what it reads on each, and leaves without a word: as a machine does that loses its power.

half-open.py PORT AMOUNT TEXT; line ends of the text are written \r\n. It says "sent" when all is sent, and leaves when
it is told a line. With TCP_REPAIR a socket is closed and nothing goes out, neither FIN nor RST. It needs CAP_NET_ADMIN.
"""

import socket
import sys

TCP_REPAIR = 19
port, amount = int(sys.argv[1]), int(sys.argv[2])
request = sys.argv[3].replace(r"\r\n", "\r\n").encode("latin-1")
sockets = []
for _ in range(amount):
    each = socket.create_connection(("127.0.0.1", port))
    each.sendall(request)
    sockets.append(each)
print("sent", flush=True)
sys.stdin.readline()
for each in sockets:
    each.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    each.close()
print("gone", flush=True)
