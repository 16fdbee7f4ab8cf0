#!/usr/bin/env python3
"""Asks a real bootpd (Debian's package `bootp`) and writes down what it answers, for test/bootp.

    unshare -n tools/record/bootpd.py test/bootp/fixtures/bootpd.json [test/oracle/fixtures/bootp-bootpd.pcap]

As root, in a network namespace of its own: it makes two cards there that are cabled to each other. The second file gets
the frames of all conversations.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

CLIENT = bytes.fromhex("525400ba0001")
STRANGER = bytes.fromhex("525400ba00ff")
SERVER = bytes.fromhex("020000000001")
SERVER_IP = "10.0.2.1"
XID = 0x11223344
PCAP = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def request(mac=CLIENT, file=b"", vendor=b"\x63\x82\x53\x63\xff", sname=b"", secs=0):
    bootp = struct.pack(">BBBBIHH", 1, 1, 6, 0, XID, secs, 0) + bytes(16) + mac.ljust(16, b"\0")
    bootp += sname.ljust(64, b"\0") + file.ljust(128, b"\0") + vendor.ljust(64, b"\0")
    udp = struct.pack(">HHHH", 68, 67, 8 + len(bootp), 0) + bootp
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    return b"\xff" * 6 + mac + b"\x08\x00" + head + udp


HOST = "sun1:ht=1:ha=525400ba0001:ip=10.0.2.50"
CASES = [
    {"name": "the whole of RFC 1497", "bootptab": HOST + ":sm=255.255.255.0:gw=10.0.2.254:hn:bs=59:hd=/boot:bf=unix:vm=auto\n",
     "steps": [("a request", request()), ("with a generic name", request(file=b"vmunix")),
               ("of a stranger", request(STRANGER)), ("without a cookie", request(vendor=b"")),
               ("for another server", request(sname=b"elsewhere"))]},
    {"name": "address and file alone", "bootptab": HOST + ":bf=unix\n", "steps": [("a request", request())]},
    {"name": "no file", "bootptab": HOST + ":sm=255.255.255.0\n", "steps": [("a request", request())]},
    {"name": "another server for the file", "bootptab": HOST + ":sm=255.255.255.0:gw=10.0.2.254:sa=10.0.9.9:bf=unix\n",
     "steps": [("a request", request())]},
    {"name": "more than 64 bytes hold", "bootptab": HOST + ":bf=unix:hn:sm=255.255.255.0:gw=10.0.2.254:ns=10.0.2.2 10.0.2.3"
     ":ds=10.0.2.4 10.0.2.5 10.0.2.6:ts=10.0.2.7 10.0.2.8:lg=10.0.2.9:T128=\"a text of the vendor that is long\"\n",
     "steps": [("a request", request())]},
    {"name": "the area of CMU", "bootptab": HOST + ":bf=unix:sm=255.255.255.0:gw=10.0.2.254:vm=cmu\n",
     "steps": [("a request", request())]},
]


def run(*command):
    subprocess.run(command, check=True)


def main(path, capture=None):
    run("ip", "link", "add", "v0", "address", CLIENT.hex(":"), "type", "veth", "peer", "name", "v1", "address",
        SERVER.hex(":"))
    for name in ("lo", "v0", "v1"):
        run("sysctl", "-qw", f"net.ipv6.conf.{name}.disable_ipv6=1")
        run("ip", "link", "set", name, "up")
    run("ip", "addr", "add", f"{SERVER_IP}/24", "dev", "v1")
    time.sleep(0.5)
    cases, frames = [], []
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/bootptab", "w") as file:
                file.write(case["bootptab"])
            server = subprocess.Popen(["bootpd", "-s", "-d4", f"{folder}/bootptab", f"{folder}/dump"], cwd=folder,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.5)
            card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            card.bind(("v0", 0))
            card.settimeout(0.05)
            steps = []
            for what, asked in case["steps"]:
                card.send(asked)
                frames.append(asked)
                answer, end = None, time.time() + 0.8
                while time.time() < end and answer is None:
                    try:
                        seen = card.recv(2000)
                    except TimeoutError:
                        continue
                    if seen[6:12] == SERVER and seen[12:14] == b"\x08\x00" and seen[23] == 17:
                        answer = seen
                        # A card would fill the checksum in; here none is said.
                        frames.append(seen[:40] + bytes(2) + seen[42:])
                steps.append({"what": what, "request": asked[42:].hex(),
                              "answer": None if answer is None else answer[42:].hex(),
                              "to": None if answer is None else answer[:6].hex(":")})
            cases.append({"name": case["name"], "bootptab": case["bootptab"], "steps": steps})
            card.close()
            server.kill()
            server.wait()
    with open(path, "w") as out:
        json.dump({"program": "bootpd", "server": SERVER_IP, "cases": cases}, out, indent=1)
        out.write("\n")
    if capture is not None:
        with open(capture, "wb") as out:
            out.write(PCAP)
            for number, frame in enumerate(frames):
                out.write(struct.pack("<IIII", 1767225600 + number, 0, len(frame), len(frame)) + frame)


main(*sys.argv[1:])
