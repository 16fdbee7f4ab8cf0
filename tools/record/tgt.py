#!/usr/bin/env python3
"""Logs in to a real tgt (iSCSI) in many ways, sends it commands, and writes down what it answers, for test/san.

    unshare -n -m tools/record/tgt.py test/san/fixtures/tgt.json [--pcap FILE]

As root, in namespaces of its own: tgtd gets a /run that nobody else sees, and only the loopback interface. The cases are
part of the file that is written, so that test/san plays the same ones against the lab's target.
"""
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

NAME = "iqn.2026-01.lab.example"
PC = f"{NAME}:pc1"
BLOCKS = 256
SECURITY, OPERATIONAL, FULL = 0, 1, 3

# Targets as tgtadm sets them up; the test makes the same ones.
TARGETS = [
    {"name": f"{NAME}:disk"},
    {"name": f"{NAME}:secret", "chap": ["alice", "wonderland99"]},
    {"name": f"{NAME}:both", "chap": ["alice", "wonderland99"], "mutual": ["target", "lookingglass"]},
]


def who(target, *more):
    return [["InitiatorName", PC], ["TargetName", f"{NAME}:{target}"], *more]


OPEN = [{"stage": [OPERATIONAL, FULL], "keys": who("disk")}]
NONE = [["HeaderDigest", "None"], ["DataDigest", "None"]]


def login(*keys, target="disk"):
    return [{"stage": [OPERATIONAL, FULL], "keys": who(target, *keys)}]


def chap(password, target="secret", username="alice", mutual=False):
    return [
        {"stage": [SECURITY, None], "keys": who(target, ["AuthMethod", "CHAP,None"])},
        {"stage": [SECURITY, None], "keys": [["CHAP_A", "5"]]},
        {"stage": [SECURITY, OPERATIONAL], "keys": [], "chap": [username, password], "mutual": mutual},
        {"stage": [OPERATIONAL, FULL], "keys": NONE},
    ]


def cdb(text):
    return text.ljust(32, "0")


TUR = {"cdb": cdb("00"), "length": 0}
READY = [TUR]


def read10(lba, blocks, length=None):
    return {"cdb": cdb("2800%08x00%04x" % (lba, blocks)), "length": 512 * blocks if length is None else length}


def write10(lba, blocks, value, length=None):
    size = 512 * blocks if length is None else length
    return {"cdb": cdb("2a00%08x00%04x" % (lba, blocks)), "length": size, "write": value}


CASES = [
    {"name": "login without keys", "login": OPEN, "commands": READY},
    {"name": "login of libiscsi", "login": login(*NONE, ["InitialR2T", "No"], ["ImmediateData", "Yes"], ["MaxBurstLength", "262144"], ["FirstBurstLength", "262144"], ["DefaultTime2Wait", "2"], ["DefaultTime2Retain", "0"], ["MaxOutstandingR2T", "1"], ["ErrorRecoveryLevel", "0"], ["IFMarker", "No"], ["OFMarker", "No"], ["MaxConnections", "1"], ["MaxRecvDataSegmentLength", "262144"], ["DataPDUInOrder", "Yes"], ["DataSequenceInOrder", "Yes"]), "commands": READY},
    {"name": "login of iPXE", "login": login(["SessionType", "Normal"], ["HeaderDigest", "None"], ["DataDigest", "None"], ["MaxConnections", "1"], ["InitialR2T", "Yes"], ["ImmediateData", "No"], ["MaxRecvDataSegmentLength", "8192"], ["MaxBurstLength", "262144"], ["FirstBurstLength", "65536"], ["DefaultTime2Wait", "0"], ["DefaultTime2Retain", "0"], ["MaxOutstandingR2T", "1"], ["DataPDUInOrder", "Yes"], ["DataSequenceInOrder", "Yes"], ["ErrorRecoveryLevel", "0"]), "commands": READY},
    {"name": "larger and smaller wishes", "login": login(["MaxBurstLength", "16776192"], ["FirstBurstLength", "512"], ["MaxConnections", "8"], ["MaxOutstandingR2T", "16"], ["DefaultTime2Wait", "5"], ["ErrorRecoveryLevel", "2"]), "commands": READY},
    {"name": "a key that nobody knows", "login": login(["X-com.example.key", "1"]), "commands": READY},
    {"name": "two stages without a password", "login": [{"stage": [SECURITY, OPERATIONAL], "keys": who("disk", ["AuthMethod", "CHAP,None"])}, {"stage": [OPERATIONAL, FULL], "keys": NONE}], "commands": READY},
    {"name": "wrong target", "login": login(target="none")},
    {"name": "no name of an initiator", "login": [{"stage": [OPERATIONAL, FULL], "keys": [["TargetName", f"{NAME}:disk"]]}]},
    {"name": "no name of a target", "login": [{"stage": [OPERATIONAL, FULL], "keys": [["InitiatorName", PC]]}]},
    {"name": "CHAP", "login": chap("wonderland99"), "commands": READY},
    {"name": "CHAP with a wrong password", "login": chap("wonderland00")},
    {"name": "CHAP with a wrong name", "login": chap("wonderland99", username="bob")},
    {"name": "no CHAP where it is needed", "login": login(target="secret")},
    {"name": "None where CHAP is needed", "login": [{"stage": [SECURITY, OPERATIONAL], "keys": who("secret", ["AuthMethod", "None"])}]},
    {"name": "mutual CHAP", "login": chap("wonderland99", target="both", mutual=True), "commands": READY},
    {"name": "discovery", "login": [{"stage": [OPERATIONAL, FULL], "keys": [["InitiatorName", PC], ["SessionType", "Discovery"]]}], "text": "SendTargets=All"},
    {
        "name": "what a disk says",
        "login": OPEN,
        "commands": [
            *READY,
            TUR,
            {"cdb": cdb("12000000ff"), "length": 255, "compare": 8},
            {"cdb": cdb("12010000ff"), "length": 255, "compare": 4},
            {"cdb": cdb("1201c000ff"), "length": 255},
            {"cdb": cdb("12000100ff"), "length": 255},
            {"cdb": cdb("25"), "length": 8},
            {"cdb": cdb("9e10%016x%08x" % (0, 32)), "length": 32, "compare": 12},
            {"cdb": cdb("a000000000000000%08x" % 64)[:12] + "%08x" % 64 + "0" * 12, "length": 64, "compare": 0},
            {"cdb": cdb("1a003f00ff"), "length": 255, "compare": 0},
            {"cdb": cdb("1a000900ff"), "length": 255},
            {"cdb": cdb("ff"), "length": 0},
        ],
    },
    {
        "name": "reads and writes",
        "login": OPEN,
        "commands": [
            *READY,
            read10(3, 2),
            {"cdb": cdb("08000002" + "01"), "length": 512},
            {"cdb": cdb("8800%016x%08x" % (5, 1)), "length": 512},
            {"cdb": cdb("a800%08x%08x" % (6, 1)), "length": 512},
            read10(0, 0),
            read10(BLOCKS - 1, 1),
            read10(BLOCKS, 1),
            read10(BLOCKS - 1, 2),
            read10(0xFFFFFFFF, 1),
            {"cdb": cdb("8800%016x%08x" % (2**63, 1)), "length": 512},
            write10(8, 2, 0xAA),
            read10(8, 2),
            write10(BLOCKS, 1, 0xBB),
            {"cdb": cdb("8a00%016x%08x" % (10, 1)), "length": 512, "write": 0xCC},
            read10(10, 1),
            {"cdb": cdb("3500"), "length": 0},
            {"cdb": cdb("9100"), "length": 0},
            {"cdb": cdb("2f00%08x00%04x" % (0, 1)), "length": 0},
            {"cdb": cdb("2f02%08x00%04x" % (8, 1)), "length": 512, "write": 0xAA},
            {"cdb": cdb("2f02%08x00%04x" % (8, 1)), "length": 512, "write": 0xAB},
        ],
    },
    {
        "name": "more and less than was expected",
        "login": OPEN,
        "commands": [*READY, read10(3, 2, 2048), read10(3, 2, 700), read10(3, 2, 0), write10(20, 1, 0xDD, 1024), write10(21, 2, 0xEE, 512), read10(20, 3)],
    },
    {"name": "a LUN that is not there", "login": OPEN, "commands": [{**TUR, "lun": 9}, {**read10(0, 1), "lun": 9}, {"cdb": cdb("12000000ff"), "length": 255, "lun": 9, "compare": 1}]},
    {"name": "reservations", "login": OPEN, "commands": [*READY, {"cdb": cdb("16"), "length": 0}, TUR, {"cdb": cdb("17"), "length": 0}, {"cdb": cdb("5e00000000000000ff"), "length": 255, "compare": 0}]},
]


class Connection:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", 3260), timeout=3)
        self.cmd_sn = 1
        self.tag = 1

    def send(self, header, data=b""):
        header[5:8] = struct.pack(">I", len(data))[1:]
        self.socket.sendall(bytes(header) + data + b"\0" * (-len(data) % 4))

    def take(self, count):
        out = b""
        while len(out) < count:
            piece = self.socket.recv(count - len(out))
            if not piece:
                raise EOFError
            out += piece
        return out

    def receive(self):
        header = self.take(48)
        length = int.from_bytes(header[5:8], "big")
        data = self.take(length + -length % 4)[:length]
        return header, data

    def login(self, step, keys):
        now, after = step["stage"]
        header = bytearray(48)
        header[0] = 0x43
        header[1] = (now << 2) | (0 if after is None else 0x80 | after)
        header[8:14] = bytes.fromhex("800000010000")
        struct.pack_into(">I", header, 16, 1)
        struct.pack_into(">II", header, 24, self.cmd_sn, 0)
        self.send(header, b"".join(f"{key}={value}\0".encode() for key, value in keys))
        answer, data = self.receive()
        pairs = [text.split("=", 1) for text in data.decode().split("\0") if text]
        return {"flags": answer[1], "status": int.from_bytes(answer[36:38], "big"), "keys": pairs}

    def command(self, one):
        write = one.get("write")
        length = one["length"]
        data = b"" if write is None else bytes([write]) * length
        header = bytearray(48)
        header[0] = 0x01
        header[1] = 0x81 | (0x20 if write is not None else 0x40 if length > 0 else 0)
        header[9] = one.get("lun", 1)
        struct.pack_into(">IIII", header, 16, self.tag, length, self.cmd_sn, 0)
        header[32:48] = bytes.fromhex(one["cdb"])
        self.tag += 1
        self.cmd_sn += 1
        self.send(header)
        got = b""
        while True:
            answer, payload = self.receive()
            opcode = answer[0] & 0x3F
            if opcode == 0x31:
                offset, wanted = struct.unpack_from(">II", answer, 40)
                out = bytearray(48)
                out[0], out[1] = 0x05, 0x80
                out[16:24] = answer[16:24]
                struct.pack_into(">I", out, 40, offset)
                self.send(out, data[offset : offset + wanted])
            elif opcode == 0x25:
                got += payload
                if answer[1] & 1:
                    return self.result(answer, got, b"")
            elif opcode == 0x21:
                return self.result(answer, got, payload[2:])
            else:
                return {"opcode": opcode}

    def result(self, answer, got, sense):
        overflow, underflow = answer[1] & 4 != 0, answer[1] & 2 != 0
        residual = int.from_bytes(answer[44:48], "big")
        out = {"status": answer[3], "residual": residual if overflow else -residual if underflow else 0}
        if sense:
            out["sense"] = [sense[2] & 0xF, int.from_bytes(sense[12:14], "big")]
        if got:
            out["bytes"] = len(got)
            out["data"] = got[:64].hex()
            out["md5"] = hashlib.md5(got).hexdigest()
        return out

    def text(self, text):
        header = bytearray(48)
        header[0], header[1] = 0x44, 0x80
        struct.pack_into(">IIII", header, 16, self.tag, 0xFFFFFFFF, self.cmd_sn, 0)
        self.send(header, text.encode() + b"\0")
        return self.receive()[1].decode().split("\0")[:-1]


def play(case):
    connection = Connection()
    logins = []
    seen = {}
    for step in case["login"]:
        keys = list(step["keys"])
        if "chap" in step:
            name, password = step["chap"]
            challenge = bytes.fromhex(seen["CHAP_C"][2:])
            digest = hashlib.md5(bytes([int(seen["CHAP_I"])]) + password.encode() + challenge).hexdigest()
            keys += [["CHAP_N", name], ["CHAP_R", "0x" + digest]]
            if step["mutual"]:
                keys += [["CHAP_I", "7"], ["CHAP_C", "0x" + b"0123456789abcdef".hex()]]
        try:
            answer = connection.login(step, keys)
        except (EOFError, ConnectionError):
            logins.append({"closed": True})
            break
        seen = dict(answer["keys"])
        logins.append(answer)
        if answer["status"] != 0:
            break
    result = {"login": logins}
    if case.get("commands"):
        result["commands"] = [connection.command(one) for one in case["commands"]]
    if "text" in case:
        result["text"] = connection.text(case["text"])
    connection.socket.close()
    time.sleep(0.05)
    return result


def admin(*words):
    subprocess.run(["tgtadm", "--lld", "iscsi", *words], check=True)


def main(path, pcap):
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    server = subprocess.Popen(["tgtd", "-f", "--iscsi", "portal=127.0.0.1:3260"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    with tempfile.TemporaryDirectory() as folder:
        for number, target in enumerate(TARGETS, 1):
            disk = os.path.join(folder, str(number))
            with open(disk, "wb") as out:
                out.write(bytes((i >> 9) & 255 for i in range(BLOCKS * 512)))
            tid = ["--tid", str(number)]
            admin("--op", "new", "--mode", "target", *tid, "-T", target["name"])
            admin("--op", "new", "--mode", "logicalunit", *tid, "--lun", "1", "-b", disk)
            admin("--op", "bind", "--mode", "target", *tid, "-I", "ALL")
            for kind in ("chap", "mutual"):
                if kind not in target:
                    continue
                user, password = target[kind]
                if kind == "mutual" or number == 2:
                    admin("--op", "new", "--mode", "account", "--user", user, "--password", password)
                admin("--op", "bind", "--mode", "account", *tid, "--user", user, *(["--outgoing"] if kind == "mutual" else []))
        capture = None
        if pcap is not None:
            capture = subprocess.Popen(["tshark", "-q", "-i", "lo", "-w", pcap], stderr=subprocess.DEVNULL)
            time.sleep(2)
        cases = [{**case, "result": play(case)} for case in CASES]
        if capture is not None:
            time.sleep(1)
            capture.terminate()
            capture.wait()
    # With targets, tgtd does not end by itself.
    server.kill()
    server.wait()
    with open(path, "w") as out:
        json.dump({"program": "tgt", "blocks": BLOCKS, "targets": TARGETS, "cases": cases}, out, indent=1)
        out.write("\n")


main(sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None)
