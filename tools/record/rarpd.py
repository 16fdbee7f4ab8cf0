#!/usr/bin/env python3
"""Asks a real rarpd (Debian's package) and writes down what it answers, for test/rarp.

    unshare -n -m tools/record/rarpd.py test/rarp/fixtures/rarpd.json

As root, in a network and mount namespace of its own: it makes two cards there that are cabled to each other, and puts
files of its own over /etc/ethers and /etc/hosts.
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
OTHER = bytes.fromhex("080020000103")
STRANGER = bytes.fromhex("0800200001ff")
SERVER = bytes.fromhex("020000000001")
BROADCAST = b"\xff" * 6
RARP, ARP = 0x8035, 0x0806


def frame(sender=CLIENT, target=None, operation=3, ethertype=RARP, destination=BROADCAST, source=None, hardware=1,
          protocol=0x0800, sizes=(6, 4), sender_ip="0.0.0.0", target_ip="0.0.0.0"):
    body = struct.pack(">HHBBH", hardware, protocol, sizes[0], sizes[1], operation)
    body += sender + socket.inet_aton(sender_ip) + (target or sender) + socket.inet_aton(target_ip)
    return (destination + (source or sender) + struct.pack(">H", ethertype) + body).ljust(60, b"\0")


ASKS = [("a reverse request", frame())]
ETHERS = "08:00:20:00:01:02 192.168.1.2\n8:0:20:0:1:3 192.168.1.3\n"
CASES = [
    {"name": "an address, no boot file wanted", "options": ["-e"], "ethers": ETHERS, "steps": [
        ("a reverse request", frame()),
        ("of the other", frame(OTHER)),
        ("of a stranger", frame(STRANGER)),
        ("for another machine", frame(CLIENT, OTHER)),
        ("of a stranger for a machine that is known", frame(STRANGER, CLIENT)),
        ("to the server alone", frame(destination=SERVER)),
        ("from another card than it says", frame(source=OTHER)),
        ("with an address already", frame(sender_ip="192.168.1.77", target_ip="192.168.1.78")),
        ("in an ARP packet", frame(ethertype=ARP)),
        ("a reverse reply", frame(operation=4)),
        ("a request in a RARP packet", frame(operation=1)),
        ("of IEEE 802 hardware", frame(hardware=6)),
        ("for another protocol", frame(protocol=0x0801)),
        ("with sizes that do not fit", frame(sizes=(6, 6))),
        ("cut short", frame()[:34]),
    ]},
    {"name": "-A", "options": ["-e", "-A"], "ethers": ETHERS, "steps": [
        ("in an ARP packet", frame(ethertype=ARP)),
        ("a reverse request", frame()),
    ]},
    {"name": "the boot file is there", "options": [], "ethers": ETHERS, "boot": ["C0A80102.SUN4U"], "steps": [
        ("a reverse request", frame()),
        ("of the other, which has none", frame(OTHER)),
    ]},
    {"name": "the boot file is named by the address alone", "options": [], "ethers": ETHERS, "boot": ["C0A80102"],
     "steps": ASKS},
    {"name": "the boot file has small letters", "options": [], "ethers": ETHERS, "boot": ["c0a80102.sun4u"],
     "steps": ASKS},
    {"name": "the boot file begins with the digits", "options": [], "ethers": ETHERS, "boot": ["C0A801021"],
     "steps": ASKS},
    {"name": "no folder of boot files", "options": [], "ethers": ETHERS, "boot": None, "steps": ASKS},
    {"name": "names, found in hosts", "options": ["-e"], "ethers": "08:00:20:00:01:02 sun1\n",
     "hosts": "192.168.1.2 sun1\n", "steps": ASKS},
    {"name": "a name, which hosts gives twice", "options": ["-e"], "ethers": "08:00:20:00:01:02 sun1\n",
     "hosts": "10.0.0.2 sun1\n192.168.1.2 sun1\n", "steps": ASKS},
    {"name": "a name that nobody knows", "options": ["-e"], "ethers": "08:00:20:00:01:02 sun1\n", "hosts": "",
     "steps": ASKS},
    {"name": "an address of another network", "options": ["-e"], "ethers": "08:00:20:00:01:02 10.9.9.9\n",
     "steps": ASKS},
    {"name": "an address of another network, -o", "options": ["-e", "-o"], "ethers": "08:00:20:00:01:02 10.9.9.9\n",
     "steps": ASKS},
    {"name": "two lines", "options": ["-e"], "ethers": "08:00:20:00:01:02 192.168.1.2\n08:00:20:00:01:02 192.168.1.9\n",
     "steps": ASKS},
    {"name": "comments and blanks", "options": ["-e"],
     "ethers": "# who is who\n\n  08:00:20:00:01:02   192.168.1.2  # sun1\n", "steps": ASKS},
    {"name": "a capital address", "options": ["-e"], "ethers": "08:00:20:00:01:02 192.168.1.2\n".upper(), "steps": [
        ("a reverse request", frame()), ("of ab", frame(bytes.fromhex("0800200001ab")))]},
    {"name": "capital digits", "options": ["-e"], "ethers": "08:00:20:00:01:AB 192.168.1.2\n", "steps": [
        ("of ab", frame(bytes.fromhex("0800200001ab")))]},
    {"name": "dashes", "options": ["-e"], "ethers": "08-00-20-00-01-02 192.168.1.2\n", "steps": ASKS},
    {"name": "a line that is none", "options": ["-e"], "ethers": "sun1 192.168.1.2\n08:00:20:00:01:02 192.168.1.2\n",
     "steps": ASKS},
    {"name": "no file", "options": ["-e"], "ethers": None, "steps": ASKS},
    {"name": "names, found in hosts, and a boot file", "options": [], "ethers": "08:00:20:00:01:02 sun1\n",
     "hosts": "192.168.1.2 sun1\n", "boot": ["C0A80102.SUN4U"], "steps": ASKS},
]


def run(*command):
    subprocess.run(command, check=True)


def ask(card, frame_bytes):
    card.send(frame_bytes)
    end = time.time() + 0.4
    while time.time() < end:
        try:
            answer = card.recv(2000)
        except TimeoutError:
            continue
        if answer[6:12] == SERVER and answer[12:14] in (b"\x80\x35", b"\x08\x06") and answer[20:22] == b"\0\4":
            return answer
    return None


def put(path, text):
    with open(path, "w") as file:
        file.write(text)


def main(path):
    run("mount", "--make-rprivate", "/")
    folder = tempfile.mkdtemp()
    for name in ("ethers", "hosts", "nsswitch.conf"):
        put(f"{folder}/{name}", "")
        if not os.path.exists(f"/etc/{name}"):
            open(f"/etc/{name}", "a").close()
        run("mount", "--bind", f"{folder}/{name}", f"/etc/{name}")
    put(f"{folder}/nsswitch.conf", "hosts: files\nethers: files\n")
    run("ip", "link", "add", "v0", "address", CLIENT.hex(":"), "type", "veth", "peer", "name", "v1", "address",
        SERVER.hex(":"))
    for name in ("lo", "v0", "v1"):
        run("sysctl", "-qw", f"net.ipv6.conf.{name}.disable_ipv6=1")
        run("ip", "link", "set", name, "up")
    run("ip", "addr", "add", "192.168.1.1/24", "dev", "v1")
    time.sleep(0.5)
    cases = []
    for case in CASES:
        put(f"{folder}/ethers", case["ethers"] or "")
        put(f"{folder}/hosts", case.get("hosts", ""))
        boot = tempfile.mkdtemp(dir=folder)
        for name in case.get("boot") or []:
            put(f"{boot}/{name}", "x")
        given = "/nowhere" if case.get("boot", ()) is None else boot
        server = subprocess.Popen(["rarpd", "-d", *case["options"], "-b", given, "v1"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
        os.set_blocking(server.stderr.fileno(), False)
        time.sleep(0.4)
        card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        card.bind(("v0", 0))
        card.settimeout(0.05)
        steps = []
        for what, request in case["steps"]:
            answer = ask(card, request)
            log = (server.stderr.read() or b"").decode().splitlines()
            steps.append({"what": what, "request": request.hex(), "answer": None if answer is None else answer.hex(),
                          "log": log})
        cases.append({"name": case["name"], "options": case["options"], "ethers": case["ethers"] or "",
                      "hosts": case.get("hosts", ""), "boot": case.get("boot") or [], "steps": steps})
        card.close()
        server.kill()
        server.wait()
    with open(path, "w") as out:
        json.dump({"program": "rarpd", "server": SERVER.hex(":"), "cases": cases}, out, indent=1)
        out.write("\n")


main(sys.argv[1])
