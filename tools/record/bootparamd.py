#!/usr/bin/env python3
"""Asks a real rpc.bootparamd (Debian's package `bootparamd`) behind rpcbind, and writes down what they answer, for
test/bootparams.

    unshare -n -m tools/record/bootparamd.py test/bootparams/fixtures/bootparamd.json [FRAMES.pcap]

As root, in a network and mount namespace of its own: it makes two cards there that are cabled to each other, and puts a
file of its own over /etc/hosts. The second file gets the frames of all conversations.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

CLIENT = bytes.fromhex("080020000102")
SERVER = bytes.fromhex("020000000001")
CLIENT_IP, SERVER_IP = "192.168.1.2", "192.168.1.1"
BOOTPARAM, PORTMAP = 100026, 100000
PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
PARAMS = ("sun1\troot=server:/export/root/sun1 swap=server:/export/swap/sun1 \\\n\tinstall=server:/export/install\n"
          "sun2  root=elsewhere:/x dump=\n")
HOSTS = "127.0.0.1 localhost\n192.168.1.1 server\n192.168.1.2 sun1\n192.168.1.3 sun2\n192.168.1.4 sun4\n"


def text(value):
    data = value.encode()
    return struct.pack(">I", len(data)) + data + bytes(-len(data) % 4)


def address(ip):
    return struct.pack(">I4i", 1, *[b - 256 if b > 127 else b for b in socket.inet_aton(ip)])


def call(xid, program, version, procedure, body):
    return struct.pack(">IIIIII", xid, 0, 2, program, version, procedure) + bytes(16) + body


def callit(xid, procedure, body, program=BOOTPARAM, version=1):
    inner = struct.pack(">IIII", program, version, procedure, len(body)) + body
    return call(xid, PORTMAP, 2, 5, inner)


def getport(xid, program=BOOTPARAM, version=1, protocol=17):
    return call(xid, PORTMAP, 2, 3, struct.pack(">IIII", program, version, protocol, 0))


def getfile(name, key):
    return text(name) + text(key)


STEPS = [
    ("whoami, broadcast", "portmap", callit(1, 1, address(CLIENT_IP))),
    ("whoami of a machine that has no line", "portmap", callit(2, 1, address("192.168.1.4"))),
    ("whoami of an address without a name", "portmap", callit(3, 1, address("192.168.1.99"))),
    ("the port of bootparam", "portmap", getport(4)),
    ("the port of a program that is not there", "portmap", getport(5, 100003, 3)),
    ("the port over TCP", "portmap", getport(6, protocol=6)),
    ("callit of a program that is not there", "portmap", callit(7, 0, b"", 100003, 3)),
    ("getfile root", "bootparam", call(10, BOOTPARAM, 1, 2, getfile("sun1", "root"))),
    ("getfile install", "bootparam", call(11, BOOTPARAM, 1, 2, getfile("sun1", "install"))),
    ("getfile of a key that is not there", "bootparam", call(12, BOOTPARAM, 1, 2, getfile("sun1", "dump"))),
    ("getfile of a machine that is not there", "bootparam", call(13, BOOTPARAM, 1, 2, getfile("sun9", "root"))),
    ("getfile of a server without an address", "bootparam", call(14, BOOTPARAM, 1, 2, getfile("sun2", "root"))),
    ("getfile of an empty value", "bootparam", call(15, BOOTPARAM, 1, 2, getfile("sun2", "dump"))),
    ("whoami", "bootparam", call(16, BOOTPARAM, 1, 1, address(CLIENT_IP))),
    # From here on nothing goes into the capture.
    ("null", "bootparam", call(17, BOOTPARAM, 1, 0, b"")),
    ("a procedure that is not there", "bootparam", call(18, BOOTPARAM, 1, 9, b"")),
    ("another version", "bootparam", call(19, BOOTPARAM, 2, 1, b"")),
    ("another program", "bootparam", call(20, 100003, 1, 1, b"")),
    ("arguments that end early", "bootparam", call(21, BOOTPARAM, 1, 2, text("sun1"))),
    ("an address of another kind", "bootparam", call(22, BOOTPARAM, 1, 1, struct.pack(">I", 7) + bytes(16))),
]


def run(*command):
    subprocess.run(command, check=True)


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(body, port, broadcast):
    udp = struct.pack(">HHHH", 1023, port, 8 + len(body), 0) + body
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton(CLIENT_IP),
                       b"\xff" * 4 if broadcast else socket.inet_aton(SERVER_IP))
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return (b"\xff" * 6 if broadcast else SERVER) + CLIENT + b"\x08\x00" + head + udp


def main(path, capture=None):
    run("mount", "--make-rprivate", "/")
    folder = tempfile.mkdtemp()
    for name, content in (("hosts", HOSTS), ("params", PARAMS), ("nsswitch.conf", "hosts: files\n")):
        with open(f"{folder}/{name}", "w") as file:
            file.write(content)
    run("mount", "--bind", f"{folder}/hosts", "/etc/hosts")
    run("mount", "--bind", f"{folder}/nsswitch.conf", "/etc/nsswitch.conf")
    run("mount", "-t", "tmpfs", "none", "/run")
    run("ip", "link", "add", "v0", "address", CLIENT.hex(":"), "type", "veth", "peer", "name", "v1", "address",
        SERVER.hex(":"))
    for name in ("lo", "v0", "v1"):
        run("sysctl", "-qw", f"net.ipv6.conf.{name}.disable_ipv6=1")
        run("ip", "link", "set", name, "up")
    run("ip", "addr", "add", f"{SERVER_IP}/24", "dev", "v1")
    run("ip", "neigh", "add", CLIENT_IP, "lladdr", CLIENT.hex(":"), "dev", "v1")
    time.sleep(0.3)
    rpcbind = subprocess.Popen(["rpcbind", "-f", "-i", "-r"])
    time.sleep(0.7)
    server = subprocess.Popen(["rpc.bootparamd", "-d", "-r", SERVER_IP, "-f", f"{folder}/params"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    listing = subprocess.run(["rpcinfo", "-p"], capture_output=True, text=True).stdout
    port = next(int(line.split()[3]) for line in listing.splitlines() if line.split()[0] == str(BOOTPARAM)
                and line.split()[2] == "udp")
    card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    card.bind(("v0", 0))
    card.settimeout(0.05)
    steps, frames, is_odd = [], [], False
    for what, at, body in STEPS:
        asked = frame(body, 111 if at == "portmap" else port, at == "portmap" and "broadcast" in what)
        card.send(asked)
        is_odd = is_odd or what == "null"
        if not is_odd:
            frames.append(asked)
        answer, end = None, time.time() + 0.8
        while time.time() < end and answer is None:
            try:
                seen = card.recv(4000)
            except TimeoutError:
                continue
            if seen[6:12] == SERVER and seen[12:14] == b"\x08\x00" and seen[23] == 17:
                answer = seen
                if not is_odd:
                    frames.append(seen[:40] + bytes(2) + seen[42:])
        steps.append({"what": what, "at": at, "request": body.hex(), "answer": None if answer is None else answer[42:].hex()})
    server.kill()
    rpcbind.kill()
    server.wait()
    rpcbind.wait()
    with open(path, "w") as out:
        json.dump({"program": "rpc.bootparamd", "server": SERVER_IP, "port": port, "params": PARAMS, "hosts": HOSTS,
                   "steps": steps}, out, indent=1)
        out.write("\n")
    if capture is not None:
        with open(capture, "wb") as out:
            out.write(PCAP)
            for number, one in enumerate(frames):
                out.write(struct.pack("<IIII", 1767225600 + number, 0, len(one), len(one)) + one)


main(*sys.argv[1:])
