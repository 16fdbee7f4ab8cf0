#!/usr/bin/env python3
"""Asks a real vblade (AoE) and writes down what it answers, for test/san.

    unshare -n tools/record/vblade.py test/san/fixtures/vblade.json

As root, in a network namespace of its own: it makes two cards there that are cabled to each other. vblade ends itself when
the MAC mask list loses an address (a check of its build against overflows), so that lists only grow here.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

CLIENT = bytes.fromhex("020000000002")
OTHER = bytes.fromhex("020000000009")
SHELF, SLOT = 1, 2
SECTORS = 2048


def header(command, tag, major=SHELF, minor=SLOT, flags=0x10):
    return struct.pack(">BBHBBI", flags, 0, major, minor, command, tag)


def ata(tag, command, lba=0, count=1, flags=0, data=b"", raw=None):
    place = struct.pack("<Q", lba)[:6] if raw is None else raw
    return header(0, tag) + bytes([flags, 0, count, command]) + place + b"\0\0" + data


def config(tag, command, text=b"", major=0xFFFF, minor=0xFF):
    return header(1, tag, major, minor) + struct.pack(">HHBBH", 0, 0, 0, command, len(text)) + text


def mask(tag, command, *directives):
    body = b"".join(bytes([0, what]) + mac for what, mac in directives)
    return header(2, tag) + bytes([0, command, 0, len(directives)]) + body


def reserve(tag, command, *macs):
    return header(3, tag) + bytes([command, len(macs)]) + b"".join(macs)


BLOCK = b"A" * 512
CASES = {
    "config": [
        ("all targets", config(1, 0)),
        ("this target", config(2, 0, major=SHELF, minor=SLOT)),
        ("another slot", config(3, 0, major=SHELF, minor=3)),
        ("equal, empty", config(4, 1)),
        ("equal, another", config(5, 1, b"x")),
        ("set", config(6, 3, b"hello")),
        ("set over another", config(7, 3, b"other")),
        ("set the same", config(8, 3, b"hello")),
        ("set by force", config(9, 4, b"other")),
        ("equal", config(10, 1, b"other")),
        ("begins", config(11, 2, b"oth")),
        ("begins otherwise", config(12, 2, b"hel")),
        ("a command that is not there", config(13, 5)),
    ],
    "ata": [
        ("identify", ata(20, 0xEC)),
        ("read with 28 bits", ata(21, 0x20, 1, 2)),
        ("read with 48 bits", ata(22, 0x24, 3, 2, 0x40)),
        ("read more than a frame holds", ata(23, 0x20, 0, 3)),
        ("read nothing", ata(24, 0x20, 0, 0)),
        ("read beyond the end", ata(25, 0x24, 100000, 1, 0x40)),
        ("read over the end", ata(26, 0x24, SECTORS - 1, 2, 0x40)),
        ("read with the device register", ata(27, 0x20, 1, 1, 0x10, raw=bytes([1, 0, 0, 0xE0, 0, 0]))),
        ("write with 28 bits", ata(28, 0x30, 5, 1, 1, BLOCK)),
        ("read it back", ata(29, 0x20, 5, 1)),
        ("write with 48 bits", ata(30, 0x34, 6, 1, 0x41, BLOCK)),
        ("write with too little data", ata(31, 0x34, 7, 2, 0x41, BLOCK)),
        ("write beyond the end", ata(32, 0x34, 99999, 1, 0x41, BLOCK)),
        ("flush", ata(33, 0xE7)),
        ("a command that is not there", ata(34, 0x90)),
        ("set features", ata(35, 0xEF)),
    ],
    "others": [
        ("a command that is not there", header(9, 40)),
        ("a response", header(0, 41, flags=0x18) + bytes(12)),
    ],
    "mask": [
        ("read", mask(50, 0)),
        ("a command that is not there", mask(51, 7)),
        ("a directive that is not there", mask(52, 1, (9, CLIENT))),
        ("add this machine", mask(53, 1, (1, CLIENT))),
        ("add another", mask(54, 1, (1, OTHER))),
        ("read again", mask(55, 0)),
        ("still answered", ata(56, 0x20, 1, 1)),
    ],
    "mask without this machine": [
        ("add another", mask(57, 1, (1, OTHER))),
        ("config", config(58, 0)),
        ("ata", ata(59, 0x20, 1, 1)),
    ],
    "reserve": [
        ("read", reserve(70, 0)),
        ("for another", reserve(71, 1, OTHER)),
        ("ata", ata(72, 0x20, 1, 1)),
        ("for this machine", reserve(73, 1, CLIENT)),
        ("by force", reserve(74, 2, CLIENT)),
        ("read again", reserve(75, 0)),
        ("give free", reserve(76, 1)),
    ],
}


def run(*command):
    subprocess.run(command, check=True)


def ask(card, body):
    frame = b"\xff" * 6 + CLIENT + b"\x88\xa2" + body
    card.send(frame.ljust(60, b"\0"))
    end = time.time() + 0.3
    while time.time() < end:
        try:
            answer = card.recv(9000)
        except TimeoutError:
            continue
        if answer[6:12] != CLIENT:
            return answer[14:]
    return None


def main(path):
    run("ip", "link", "add", "v0", "address", CLIENT.hex(":"), "type", "veth", "peer", "name", "v1")
    for name in ("v0", "v1"):
        run("ip", "link", "set", name, "up")
    time.sleep(0.5)
    cases = []
    for name, steps in CASES.items():
        with tempfile.NamedTemporaryFile() as disk:
            disk.write(bytes((i >> 9) & 255 for i in range(SECTORS * 512)))
            disk.flush()
            server = subprocess.Popen(["vblade", str(SHELF), str(SLOT), "v1", disk.name], stdout=subprocess.DEVNULL)
            time.sleep(0.5)
            card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88A2))
            card.bind(("v0", 0))
            card.settimeout(0.05)
            answers = []
            for what, body in steps:
                answer = ask(card, body)
                answers.append({"what": what, "request": body.hex(), "answer": None if answer is None else answer.hex()})
            cases.append({"name": name, "steps": answers})
            card.close()
            server.kill()
            server.wait()
    with open(path, "w") as out:
        json.dump({"program": "vblade", "sectors": SECTORS, "cases": cases}, out, indent=1)
        out.write("\n")


main(sys.argv[1])
