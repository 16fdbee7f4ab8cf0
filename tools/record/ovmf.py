#!/usr/bin/env python3
"""Records network boots of a real UEFI firmware: QEMU with OVMF x64, against real dnsmasq servers and a small HTTP server.

usage: tools/record/ovmf.py CASES.json OUT_DIR [NAME...]     (as root: makes network namespaces, and takes them away)

A case has `servers` (address, MAC, dnsmasq configuration, files, HTTP answers; with `atftpd` that server has TFTP, which sends windows of
blocks) and may have `keys` (what is typed on the serial console once a text has appeared there). What is written is the case with
`frames` (time in microseconds, length, hexadecimal without the
zeros at the end) from the network card, and `console`, the serial port's text with the time of each piece. test/efi plays
the same cases with the lab's client and servers.
"""
import ctypes
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

OVMF = '/usr/share/OVMF/OVMF_CODE_4M.fd'
VARS = '/usr/share/OVMF/OVMF_VARS_4M.fd'
MAC = '52:54:00:12:34:56'
UUID = '4e455442-4f4f-1000-8000-525400123456'
PREFIX = 'nbe%d' % os.getpid()
WORK = '/tmp/' + PREFIX
LONGEST_S = 400
# The program starts, another way of booting begins, or all was tried.
DONE = 'BdsDxe: starting|UEFI Interactive Shell|>>Start HTTP'
CLONE_NEWNET = 0x40000000
SO_TIMESTAMPNS = 35
libc = ctypes.CDLL(None, use_errno=True)
MACHINES = {'ia32': 0x14c, 'x64': 0x8664, 'arm64': 0xaa64}


def sh(*args):
    subprocess.run(args, check=True, capture_output=True)


def efi_program(machine, size, subsystem=10):
    """A program that waits without end: `hlt` and a jump back to it."""
    wide = machine != 'ia32'
    optional = struct.pack('<HBBIIIII', 0x20b if wide else 0x10b, 0, 0, 0x200, 0, 0, 0x1000, 0x1000)
    optional += struct.pack('<Q', 0) if wide else struct.pack('<II', 0x2000, 0)
    optional += struct.pack('<IIHHHHHHIIIIHH', 0x1000, 0x200, 0, 0, 0, 0, 0, 0, 0, 0x2000, 0x200, 0, subsystem, 0)
    optional += struct.pack('<QQQQ' if wide else '<IIII', 0, 0, 0, 0) + struct.pack('<II', 0, 0)
    coff = struct.pack('<HHIIIHH', MACHINES[machine], 1, 0, 0, 0, len(optional), 0x22 if wide else 0x102)
    section = b'.text\0\0\0' + struct.pack('<IIIIIIHHI', 0x200, 0x1000, 0x200, 0x200, 0, 0, 0, 0, 0x60000020)
    dos = b'MZ' + bytes(58) + struct.pack('<I', 0x40)
    head = (dos + b'PE\0\0' + coff + optional + section).ljust(0x200, b'\0')
    return (head + b'\xf4\xeb\xfd').ljust(max(size, 0x400), b'\0')


def content(entry):
    if 'efi' in entry:
        return efi_program(entry['efi'], entry['bytes'], entry.get('subsystem', 10))
    data = bytes.fromhex(entry['hex']) if 'hex' in entry else entry['text'].encode('latin1')
    return data.ljust(entry.get('bytes', 0), b'\0')


def serve_http(answers):
    """Runs in the server's namespace. HTTP/1.1 with connections that stay."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(('0.0.0.0', 80))
    listener.listen(8)

    def answer(connection):
        data = b''
        while True:
            while b'\r\n\r\n' not in data:
                piece = connection.recv(4096)
                if not piece:
                    connection.close()
                    return
                data += piece
            head, _, data = data.partition(b'\r\n\r\n')
            method, target = head.decode('latin1').split(' ')[:2]
            target = re.sub('^http://[^/]*', '', target)
            found = answers.get(target, {'status': '404 Not Found', 'text': 'not found'})
            body = content(found) if 'efi' in found or 'text' in found or 'hex' in found else b''
            if found.get('mute'):
                continue
            if method == 'HEAD' and 'head' in found:
                found = {'status': found['head']}
                body = b''
            lines = ['HTTP/1.1 ' + found.get('status', '200 OK'), *found.get('headers', [])]
            chunked = found.get('chunked', False)
            lines.append('Transfer-Encoding: chunked' if chunked else 'Content-Length: %d' % len(body))
            out = ('\r\n'.join(lines) + '\r\n\r\n').encode('latin1')
            if method != 'HEAD':
                out += b'%x\r\n%s\r\n0\r\n\r\n' % (len(body), body) if chunked else body
            connection.sendall(out)

    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


class Servers:
    def __init__(self, case):
        self.case = case
        self.names = [PREFIX + 's%d' % i for i in range(len(case['servers']))]
        self.running = []

    def start(self):
        sh('ip', 'netns', 'add', PREFIX)
        sh('ip', '-n', PREFIX, 'link', 'add', 'br0', 'type', 'bridge')
        sh('ip', 'netns', 'exec', PREFIX, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1')
        sh('ip', '-n', PREFIX, 'link', 'set', 'br0', 'up', 'type', 'bridge', 'mcast_snooping', '0')
        sh('ip', '-n', PREFIX, 'tuntap', 'add', 'tap0', 'mode', 'tap')
        sh('ip', '-n', PREFIX, 'link', 'set', 'tap0', 'master', 'br0', 'up')
        for i, server in enumerate(self.case['servers']):
            self.start_server(i, self.names[i], server)
        time.sleep(0.5)

    def start_server(self, i, name, server):
        sh('ip', 'netns', 'add', name)
        sh('ip', '-n', PREFIX, 'link', 'add', 'v%d' % i, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
        sh('ip', '-n', PREFIX, 'link', 'set', 'v%d' % i, 'master', 'br0', 'up')
        sh('ip', 'netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.eth0.disable_ipv6=1')
        sh('ip', '-n', name, 'link', 'set', 'eth0', 'address', server['mac'])
        sh('ip', '-n', name, 'addr', 'add', server['address'], 'brd', '+', 'dev', 'eth0')
        sh('ip', '-n', name, 'link', 'set', 'lo', 'up')
        sh('ip', '-n', name, 'link', 'set', 'eth0', 'up')
        root = os.path.join(WORK, name)
        os.makedirs(os.path.join(root, 'srv'))
        os.chmod(root, 0o755)
        for path, entry in server.get('files', {}).items():
            full = os.path.join(root, path.lstrip('/'))
            os.makedirs(os.path.dirname(full), exist_ok=True)
            open(full, 'wb').write(content(entry))
            os.chmod(full, int(entry.get('mode', '644'), 8))
        open(os.path.join(root, 'conf'), 'w').write(server['config'])
        mounts = 'hostname localhost && mount --bind %s/srv /srv && cd %s && exec "$@"' % (root, root)
        enter = ['ip', 'netns', 'exec', name]
        if server['config']:
            self.run([*enter, 'unshare', '-m', '-u', 'sh', '-c', mounts, 'sh', 'dnsmasq', '-k', '-C', 'conf', '--user=' + server.get('user', 'root'),
                      '--log-dhcp', '--log-facility=-', '--no-resolv', '--no-poll', '--pid-file=', '--dhcp-leasefile=' + root + '/leases'],
                     os.path.join(root, 'log'))
        if server.get('atftpd'):
            self.run([*enter, 'unshare', '-m', 'sh', '-c', 'mount --bind %s/srv /srv && exec "$@"' % root, 'sh', 'atftpd', '--daemon', '--no-fork',
                      '--user', 'root', '--group', 'root', '--bind-address', server['address'].split('/')[0], '/srv'], os.path.join(root, 'atftpd.log'))
        if 'mute' in server:
            self.run([*enter, sys.executable, os.path.abspath(__file__), '--mute', str(server['mute'])], os.path.join(root, 'mute.log'))
        if 'http' in server:
            self.run([*enter, sys.executable, os.path.abspath(__file__), '--http', json.dumps(server['http'])], os.path.join(root, 'http.log'))

    def run(self, command, log):
        self.running.append(subprocess.Popen(command, stdout=open(log, 'w'), stderr=subprocess.STDOUT))

    def stop(self):
        for process in self.running:
            process.terminate()
            process.wait()
        for name in [*self.names, PREFIX]:
            subprocess.run(['ip', 'netns', 'del', name], capture_output=True)


def run_machine(case):
    """The text of the console in pieces; keys as `[time, None, keys]`. Ends when a program starts or the firmware has tried all."""
    shutil.copy(VARS, WORK + '/vars.fd')
    support = case.get('support', {})
    options = []
    for name in ('IPv4PXESupport', 'IPv6PXESupport', 'IPv4Support', 'IPv6Support'):
        default = 'n' if 'v6' in name else 'y'
        options += ['-fw_cfg', 'name=opt/org.tianocore/%s,string=%s' % (name, support.get(name, default))]
    console = WORK + '/console'
    command = ['ip', 'netns', 'exec', PREFIX, 'qemu-system-x86_64', '-machine', 'q35', '-cpu', 'max', '-m', '256', '-nodefaults', '-no-user-config',
               '-display', 'none', '-no-reboot', '-uuid', UUID, *options,
               '-drive', 'if=pflash,format=raw,readonly=on,file=' + OVMF, '-drive', 'if=pflash,format=raw,file=' + WORK + '/vars.fd',
               '-netdev', 'tap,id=n0,ifname=tap0,script=no,downscript=no,vnet_hdr=off', '-device', 'virtio-net-pci,netdev=n0,romfile=,bootindex=1,mac=' + MAC,
               '-chardev', 'socket,id=c0,path=%s,server=on,wait=on' % console, '-serial', 'chardev:c0']
    machine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=open(WORK + '/qemu.log', 'w'), stderr=subprocess.STDOUT)
    pieces = []
    try:
        port = socket.socket(socket.AF_UNIX)
        for _ in range(100):
            try:
                port.connect(console)
                break
            except OSError:
                time.sleep(0.05)
        started = last = time.time()
        text, end = '', None
        keys = list(case.get('keys', []))
        until = re.compile(case.get('until', DONE))
        while (end or started + LONGEST_S) > time.time() and machine.poll() is None:
            port.settimeout(0.02)
            try:
                piece = port.recv(4096)
            except socket.timeout:
                piece = b''
            now = time.time()
            if piece:
                pieces.append([now, piece.decode('latin1')])
                text += piece.decode('latin1')
            if keys and keys[0]['after'] in text:
                time.sleep(keys[0].get('wait_s', 0.5))
                pieces.append([time.time(), None, keys[0]['send']])
                port.send(keys[0]['send'].encode('latin1'))
                text = ''
                keys.pop(0)
            if end is None and until.search(text):
                end = now + 1.5
    finally:
        machine.kill()
        machine.wait()
    return pieces


class Capture:
    """What passes the machine's network card, with the kernel's time."""

    def __init__(self):
        home = os.open('/proc/self/ns/net', os.O_RDONLY)
        own = os.open('/var/run/netns/' + PREFIX, os.O_RDONLY)
        libc.setns(own, CLONE_NEWNET)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind(('tap0', 0))
        libc.setns(home, CLONE_NEWNET)
        os.close(own)
        os.close(home)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.settimeout(0.2)
        self.frames, self.open = [], True
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while self.open:
            try:
                data, about, _, _ = self.socket.recvmsg(65535, 128)
            except socket.timeout:
                continue
            seconds, nanos = struct.unpack('qq', about[0][2])
            self.frames.append((seconds + nanos / 1e9, data))

    def close(self):
        self.open = False
        self.thread.join()
        self.socket.close()
        return [frame for frame in self.frames if frame[1][12:14] != b'\x86\xdd']


def record(case):
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    servers, frames = Servers(case), []
    try:
        servers.start()
        capture = Capture()
        try:
            console = run_machine(case)
        finally:
            frames = capture.close()
    finally:
        servers.stop()
    zero = frames[0][0] if frames else console[0][0]
    out = dict(case)
    out['console'] = [[round((at - zero) * 1000), *rest] for at, *rest in joined(console)]
    out['frames'] = [{'us': round((at - zero) * 1e6), 'bytes': len(data), 'hex': data.rstrip(b'\0').hex()} for at, data in frames]
    shutil.rmtree(WORK)
    return out


def joined(pieces):
    """Pieces of the console that came within 20 ms of each other are one."""
    out, last = [], 0
    for at, *rest in pieces:
        if out and rest[0] is not None and out[-1][1] is not None and at - last < 0.02:
            out[-1][1] += rest[0]
        else:
            out.append([at, *rest])
        last = at
    return out


def write(out, path):
    """One frame a line."""
    head = {key: value for key, value in out.items() if key not in ('frames', 'console')}
    lines = [json.dumps(head, indent=1)[:-2] + ',', ' "console": [', ',\n'.join('  ' + json.dumps(piece) for piece in out['console']), ' ],',
             ' "frames": [', ',\n'.join('  ' + json.dumps(frame) for frame in out['frames']), ' ]', '}']
    open(path, 'w').write('\n'.join(lines) + '\n')


def main():
    if sys.argv[1] == '--mute':
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port.bind(('0.0.0.0', int(sys.argv[2])))
        threading.Event().wait()
    if sys.argv[1] == '--http':
        serve_http(json.loads(sys.argv[2]))
        return
    source, target, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
    os.makedirs(target, exist_ok=True)
    for case in json.load(open(source)):
        if wanted and case['name'] not in wanted:
            continue
        out = record(case)
        write(out, os.path.join(target, case['name'] + '.json'))
        print(case['name'], len(out['frames']), 'frames', file=sys.stderr)


main()
