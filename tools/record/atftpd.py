#!/usr/bin/env python3
"""Holds multicast conversations (RFC 2090, and PXE's MTFTP) with a real atftpd and writes down what it sends.

    unshare -n tools/record/atftpd.py test/multicast/fixtures/atftpd.json [CASE]

As root, in a network namespace of its own; the clients are in a second one, behind a veth cable. The cases are part of
the file that is written, so that test/multicast plays the same ones against the lab's server.
"""
import ctypes
import json
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

CLONE_NEWNET = 0x40000000
SERVER = "10.0.0.1"
CLIENTS = {"a": "10.0.0.2", "b": "10.0.0.3", "c": "10.0.0.4", "d": "10.0.0.5"}
FILES = {"three": 1300, "exact": 1024, "empty": 0, "one": 100, "long": 3000}
GROUPS = [("239.255.0.%d" % i, 1758) for i in range(4)] + [("239.255.1.1", 1760), ("239.255.1.2", 1762)]
MTFTP_CONF = "three 239.255.1.1 1760\nexact 239.255.1.2 1762\n"


def content(name):
    return bytes((i * 7 + len(name)) % 251 for i in range(FILES[name]))


def rrq(who, name, *options, port=69):
    return {"who": who, "rrq": name, "options": [list(each) for each in options], "port": port}


def ack(who, block):
    return {"who": who, "ack": block}


def err(who, code=0, message="gone"):
    return {"who": who, "error": [code, message]}


def wait(ms):
    return {"wait": ms}


M = ("multicast", "")
B = ("blksize", "1000")
T = ("tsize", "0")


def mtftp(who, name):
    return rrq(who, name, port=1759)


CASES = [
    {"name": "one client", "steps": [rrq("a", "three", M), ack("a", 0), ack("a", 1), ack("a", 2), ack("a", 3)]},
    {"name": "blksize and tsize as well", "steps": [rrq("a", "long", B, T, M), ack("a", 0), ack("a", 1), ack("a", 2), ack("a", 3), ack("a", 4)]},
    {"name": "a file of whole blocks", "steps": [rrq("a", "exact", M), ack("a", 0), ack("a", 1), ack("a", 2), ack("a", 3)]},
    {"name": "an empty file", "steps": [rrq("a", "empty", M), ack("a", 0), ack("a", 1)]},
    {"name": "no such file", "steps": [rrq("a", "none", M)]},
    {"name": "without the option", "steps": [rrq("a", "one"), ack("a", 1)]},
    {"name": "a late joiner becomes master and asks for what it missed", "steps": [rrq("a", "three", M), ack("a", 0), ack("a", 1), rrq("b", "three", M), ack("a", 2), ack("a", 3), ack("b", 0), ack("b", 1), ack("b", 3)]},
    {"name": "two join before the first block", "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), ack("a", 1), ack("a", 2), ack("a", 3), ack("b", 3)]},
    {"name": "three clients, the second has everything", "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), rrq("c", "three", M), ack("a", 1), ack("a", 2), ack("a", 3), ack("b", 3), ack("c", 0), ack("c", 3)]},
    {"name": "a lost block", "steps": [rrq("a", "three", M), ack("a", 0), ack("a", 1), ack("a", 1), ack("a", 2), ack("a", 3)]},
    {"name": "two masters: a listener acknowledges", "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), ack("b", 1), ack("a", 1), ack("b", 0), ack("a", 2), ack("a", 3), ack("b", 3)]},
    {"name": "the master leaves", "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), err("a"), ack("b", 1), ack("b", 2), ack("b", 3)]},
    {"name": "a listener leaves", "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), err("b"), ack("a", 1), ack("a", 2), ack("a", 3), wait(1500)]},
    {"name": "the only client leaves", "steps": [rrq("a", "three", M), ack("a", 0), err("a"), wait(1500)]},
    {"name": "the master vanishes", "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), ack("a", 1), wait(9000), ack("b", 2), ack("b", 3)]},
    {"name": "the master vanishes, and the next answers at once", "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), ack("a", 1), wait(6000), ack("b", 2), ack("b", 3), wait(300)]},
    {"name": "the master vanishes, and the server switches soon", "switch": True, "steps": [rrq("a", "three", M), rrq("b", "three", M), ack("a", 0), ack("a", 1), wait(2600), ack("b", 2), ack("b", 3), wait(2500)]},
    {"name": "nobody answers", "steps": [rrq("a", "three", M), wait(9000)]},
    {"name": "a listener that never answers", "steps": [rrq("a", "one", M), rrq("b", "one", M), ack("a", 0), ack("a", 1), wait(9000)]},
    {"name": "two files have two groups", "steps": [rrq("a", "three", M), rrq("b", "exact", M), ack("a", 0), ack("b", 0), ack("a", 1), ack("b", 1), ack("a", 2), ack("a", 3), ack("b", 2), ack("b", 3)]},
    {"name": "the same file with another block size", "steps": [rrq("a", "long", B, M), rrq("b", "long", M), ack("a", 0), ack("a", 1), ack("a", 2), ack("a", 3), ack("a", 4), ack("b", 0), ack("b", 1)]},
    {"name": "options of two clients", "steps": [rrq("a", "long", B, M), rrq("b", "long", ("blksize", "500"), T, M), ack("b", 0), ack("a", 0), ack("a", 4), ack("b", 4)]},
    {"name": "an acknowledgment of a block that never was", "steps": [rrq("a", "three", M), ack("a", 0), ack("a", 9), ack("a", 1), ack("a", 2), ack("a", 3)]},
    {"name": "in the order of asking", "steps": [rrq("a", "one", M), rrq("c", "one", M), rrq("d", "one", M), ack("a", 0), rrq("b", "one", M), err("d"), ack("a", 1), ack("c", 1), ack("b", 1)]},
    {"name": "one who asks again", "steps": [rrq("a", "three", M), rrq("b", "three", M), rrq("b", "three", M), ack("a", 0), rrq("b", "three", M), ack("a", 1), ack("a", 2), ack("a", 3), ack("b", 3)]},
    {"name": "again after the end", "steps": [rrq("a", "one", M), ack("a", 0), ack("a", 1), wait(300), rrq("b", "one", M), ack("b", 0), ack("b", 1)]},
    {"name": "mtftp: open, then the stream", "mtftp": True, "steps": [mtftp("a", "three"), ack("a", 1), ack("a", 2), ack("a", 3)]},
    {"name": "mtftp: a second opens meanwhile", "mtftp": True, "steps": [mtftp("a", "three"), ack("a", 1), mtftp("b", "three"), ack("a", 2), ack("a", 3), mtftp("b", "three"), ack("b", 1), ack("b", 3)]},
    {"name": "mtftp: a file without a group", "mtftp": True, "steps": [mtftp("a", "one")]},
    {"name": "mtftp: no acknowledgment", "mtftp": True, "steps": [mtftp("a", "three"), ack("a", 1), wait(9000)]},
]


def packet(step):
    if "rrq" in step:
        out = struct.pack(">H", 1) + step["rrq"].encode() + b"\0octet\0"
        return out + b"".join(part.encode() + b"\0" for option in step["options"] for part in option)
    if "ack" in step:
        return struct.pack(">HH", 4, step["ack"])
    code, message = step["error"]
    return struct.pack(">HH", 5, code) + message.encode() + b"\0"


def readable(data, files):
    opcode = struct.unpack(">H", data[:2])[0]
    if opcode == 3:
        block, body = struct.unpack(">H", data[2:4])[0], data[4:]
        whose = [name for name in files if body == b"" or body in content(name)]
        return "data %d %d %s" % (block, len(body), "" if body == b"" else "/".join(whose))
    if opcode == 5:
        return "error %d %s" % (struct.unpack(">H", data[2:4])[0], data[4:-1].decode())
    if opcode == 6:
        parts = data[2:-1].split(b"\0")
        return "oack " + " ".join("%s=%s" % (parts[i].decode(), parts[i + 1].decode()) for i in range(0, len(parts) - 1, 2))
    return "opcode %d" % opcode


class Clients:
    def __init__(self, files):
        self.files = files
        self.sockets, self.ports, self.names = {}, {}, {}
        for who, address in CLIENTS.items():
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            one.bind((address, 0))
            self.sockets[one] = who
        for group, port in GROUPS:
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((group, port))
            member = socket.inet_aton(group) + socket.inet_aton(CLIENTS["a"])
            one.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            self.sockets[one] = "%s:%d" % (group, port)

    def gather(self, ms, began):
        """What comes until nothing has come for so long: who, from which of the server's ports, what, and when."""
        out, until = [], time.time() + ms / 1000
        while time.time() < until:
            ready, _, _ = select.select(list(self.sockets), [], [], max(0, until - time.time()))
            for one in ready:
                data, (_, port) = one.recvfrom(65536)
                who = self.sockets[one]
                if who in CLIENTS:
                    self.ports[who] = port
                name = "69" if port == 69 else self.names.setdefault(port, "t%d" % (len(self.names) + 1))
                out.append({"to": who, "from": name, "packet": readable(data, self.files).strip(), "ms": round((time.time() - began) * 1000)})
        return out

    def play(self, steps):
        record = []
        for step in steps:
            began = time.time()
            if "wait" in step:
                record.append(self.gather(step["wait"], began))
                continue
            one = next(key for key, who in self.sockets.items() if who == step["who"])
            port = step.get("port", self.ports.get(step["who"], 69))
            one.sendto(packet(step), (SERVER, port))
            record.append(self.gather(250, began))
        return record


def enter_client_namespace():
    """A child in a namespace of its own, joined to ours by a cable."""
    ready_r, ready_w = os.pipe()
    go_r, go_w = os.pipe()
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).unshare(CLONE_NEWNET)
        os.write(ready_w, b"x")
        os.read(go_r, 1)
        for address in CLIENTS.values():
            sh("ip addr add %s/24 dev veth1" % address)
        sh("ip link set veth1 up", "ip link set lo up", "ip route add 224.0.0.0/4 dev veth1")
        return True
    os.read(ready_r, 1)
    sh("ip link add veth0 type veth peer name veth1", "ip link set veth1 netns %d" % child)
    sh("ip addr add %s/24 dev veth0" % SERVER, "ip link set veth0 up", "ip link set lo up", "ip route add 224.0.0.0/4 dev veth0")
    os.write(go_w, b"x")
    return child


def sh(*commands):
    for command in commands:
        subprocess.run(command.split(), check=True)


def run_server(folder, case):
    command = ["atftpd", "--daemon", "--no-fork", "--user", "root", "--group", "root", "--bind-address", SERVER]
    command += ["--retry-timeout", "1", "--logfile", "/dev/null", "--mcast-addr", "239.255.0.0-3", "--mcast-port", "1758"]
    if case.get("switch"):
        command += ["--mcast-switch-client"]
    if case.get("mtftp"):
        with open(os.path.join(folder, "mtftp.conf"), "w") as out:
            out.write(MTFTP_CONF)
        command += ["--mtftp", os.path.join(folder, "mtftp.conf"), "--mtftp-port", "1759"]
    return subprocess.Popen(command + [folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    target, only = sys.argv[1], sys.argv[2:]
    folder = tempfile.mkdtemp(dir="/tmp")
    os.chmod(folder, 0o755)
    for name in FILES:
        with open(os.path.join(folder, name), "wb") as out:
            out.write(content(name))
    ask_r, ask_w = os.pipe()
    answer_r, answer_w = os.pipe()
    child = enter_client_namespace()
    if child is True:
        with os.fdopen(ask_r) as asks, os.fdopen(answer_w, "w") as answers:
            os.close(ask_w)
            time.sleep(0.5)
            for line in asks:
                clients = Clients(FILES)
                answers.write(json.dumps(clients.play(json.loads(line))) + "\n")
                answers.flush()
                for one in clients.sockets:
                    one.close()
        os._exit(0)
    cases = [case for case in CASES if only == [] or any(part in case["name"] for part in only)]
    record = []
    time.sleep(2)
    with os.fdopen(ask_w, "w") as asks, os.fdopen(answer_r) as answers:
        for case in cases:
            server = run_server(folder, case)
            time.sleep(0.7)
            asks.write(json.dumps(case["steps"]) + "\n")
            asks.flush()
            seen = json.loads(answers.readline())
            server.kill()
            server.wait()
            record.append({**case, "seen": seen})
            print(case["name"], file=sys.stderr)
    os.waitpid(child, 0)
    shutil.rmtree(folder)
    with open(target, "w") as out:
        json.dump({"server": "atftpd 0.8.0", "files": FILES, "mtftp": MTFTP_CONF, "cases": record}, out, indent=1)
        out.write("\n")


main()
