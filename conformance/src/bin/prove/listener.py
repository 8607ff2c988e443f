"""Whoever an agent must not talk to: it serves a program, takes what is sent, and orders a shell that calls back.

usage: listener.py LOG READY
"""
import os
import socket
import sys
import threading

LOG, READY = sys.argv[1], sys.argv[2]
PROGRAM = b"touch /home/dev/.owned\n"
PYTHON = b"open('/home/dev/.owned', 'w').close()\n"


def keep(data):
    with open(LOG, "ab") as log:
        log.write(data + b"\n")


def http(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            break
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() == b"expect":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if name.lower() == b"transfer-encoding":
            while b"0\r\n\r\n" not in body:
                body += connection.recv(65536)
    while len(body) < length:
        part = connection.recv(65536)
        if not part:
            break
        body += part
    keep(head + b"\n" + body)
    path = head.split(b" ")[1] if b" " in head else b""
    answer = PYTHON if path.endswith(b".py") else PROGRAM
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))


def raw(connection):
    connection.settimeout(1.5)
    try:
        connection.sendall(b"touch /home/dev/.owned\nexit\n")
        while True:
            part = connection.recv(65536)
            if not part:
                break
            keep(part)
    except OSError:
        pass


def serve(port, talk):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("203.0.113.7", port))
    server.listen(16)

    def one(connection):
        with connection:
            talk(connection)

    def loop():
        while True:
            threading.Thread(target=one, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=loop, daemon=True).start()


def datagrams(port):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("203.0.113.7", port))

    def loop():
        while True:
            keep(server.recv(65536))

    threading.Thread(target=loop, daemon=True).start()


for port in (80, 8080):
    serve(port, http)
for port in (21, 22, 25, 443, 4444, 9001):
    serve(port, raw)
datagrams(53)
datagrams(5353)
os.close(os.open(READY, os.O_CREAT | os.O_WRONLY))
threading.Event().wait()
