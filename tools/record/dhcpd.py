#!/usr/bin/env python3
"""Records conversations with a real ISC dhcpd, in the form of test/dhcpd/fixtures.

usage: tools/record/dhcpd.py IN.json OUT.json        (as root: makes two network namespaces, and takes them away)

IN is a list of cases: {name, config, exchange: [{send: HEX, src, dst, src_mac, derive?}, {wait_s}]}. `derive` of a step is
obeyed: option50, option54 and ciaddr from the last OFFER or ACK to the same chaddr. A case may have `files`, by path, beside
the configuration. The server has one card, 10.0.2.1/24; `routes` are networks behind relays (10.0.2.254).
"""
import ctypes, json, os, re, select, shutil, socket, struct, subprocess, sys, time

from dhcp_options import dhcp_option, patch

PREFIX = 'nbd%d' % os.getpid()
SERVER, CLIENT = PREFIX + 's', PREFIX + 'c'
SERVER_MAC = '02:00:00:00:00:01'
libc = ctypes.CDLL(None, use_errno=True)


def sh(*args):
    subprocess.run(args, check=True, capture_output=True)


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp_frame(step, data):
    src = socket.inet_aton(step['src'])
    dst = socket.inet_aton(step['dst'])
    to = b'\xff' * 6 if step['dst'] == '255.255.255.255' else mac(SERVER_MAC)
    sport = 67 if data[24:28] != b'\0\0\0\0' else 68
    length = 8 + len(data)
    pseudo = src + dst + struct.pack('!BBH', 0, 17, length)
    head = struct.pack('!HHHH', sport, 67, length, 0)
    udp = head[:6] + struct.pack('!H', checksum(pseudo + head + data) or 0xffff) + data
    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + length, 1, 0, 64, 17, 0, src, dst)
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    return to + mac(step['src_mac']) + b'\x08\0' + ip + udp


class Wire:
    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind(('c0', 0))

    def answer_arp(self, frame):
        # Every address but the server's own is at hand: relays, and clients that have their address.
        target, sender = frame[38:42], frame[28:32]
        if frame[20:22] != b'\0\1' or sender == target or self.stations.get(target) is None:
            return
        own = self.stations[target]
        self.socket.send(frame[6:12] + own + b'\x08\x06' + frame[14:20] + b'\0\2' + own + target + frame[22:28] + sender)

    def collect(self, seconds, idle, noted=lambda: False):
        """What comes within `seconds`, or until `idle` seconds after the last frame or after `noted` says that it was seen."""
        out, end, last = [], time.time() + seconds, None
        while time.time() < end and (last is None or idle == 0 or time.time() - last < idle):
            if self.socket not in select.select([self.socket], [], [], 0.01)[0]:
                if last is None and noted():
                    last = time.time()
                continue
            frame, info = self.socket.recvfrom(65535)
            if info[2] == socket.PACKET_OUTGOING:
                continue
            if frame[12:14] == b'\x08\x06':
                self.answer_arp(frame)
            elif frame[12:14] == b'\x08\0' and frame[23] == 17:
                ip = frame[14:]
                body = ip[(ip[0] & 15) * 4:struct.unpack('!H', ip[2:4])[0]]
                sport, dport = struct.unpack('!HH', body[:4])
                if sport != 67:
                    continue
                out.append({'hex': body[8:].hex(), 'src': socket.inet_ntoa(ip[12:16]), 'dst': socket.inet_ntoa(ip[16:20]),
                            'dport': dport, 'eth_dst': ':'.join('%02x' % x for x in frame[:6])})
                last = time.time()
        return out


def build():
    sh('ip', 'netns', 'add', SERVER)
    sh('ip', 'netns', 'add', CLIENT)
    sh('ip', 'link', 'add', PREFIX + 'v', 'type', 'veth', 'peer', 'name', PREFIX + 'w')
    sh('ip', 'link', 'set', PREFIX + 'v', 'netns', SERVER, 'name', 'eth0', 'address', SERVER_MAC)
    sh('ip', 'link', 'set', PREFIX + 'w', 'netns', CLIENT, 'name', 'c0')
    sh('ip', 'netns', 'exec', SERVER, 'sysctl', '-qw', 'net.ipv6.conf.eth0.disable_ipv6=1')
    sh('ip', 'netns', 'exec', CLIENT, 'sysctl', '-qw', 'net.ipv6.conf.c0.disable_ipv6=1', 'net.ipv4.conf.c0.arp_ignore=8')
    sh('ip', '-n', SERVER, 'addr', 'add', '10.0.2.1/24', 'brd', '+', 'dev', 'eth0')
    for link in ('eth0', 'lo'):
        sh('ip', '-n', SERVER, 'link', 'set', link, 'up')
    sh('ip', '-n', CLIENT, 'link', 'set', 'c0', 'up')
    sh('ip', '-n', SERVER, 'route', 'add', 'default', 'via', '10.0.2.254')


def record(case, wire, work):
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    for path, text in {**(case.get('files') or {}), 'dhcpd.conf': case['config']}.items():
        full = os.path.join(work, path.lstrip('/'))
        os.makedirs(os.path.dirname(full), exist_ok=True)
        open(full, 'w').write(text)
    open(work + '/leases', 'w').close()
    wire.stations = {socket.inet_aton('10.0.2.254'): mac('02:00:00:00:00:fe')}
    command = ['ip', 'netns', 'exec', SERVER, 'dhcpd', '-4', '-d', '-f', '-cf', 'dhcpd.conf', '-lf', work + '/leases',
               '--no-pid', 'eth0']
    log_path = work + '/log'
    server = subprocess.Popen(command, cwd=work, stdout=open(log_path, 'w'), stderr=subprocess.STDOUT)
    try:
        deadline = time.time() + 3
        while time.time() < deadline and server.poll() is None and 'starting service' not in open(log_path).read():
            time.sleep(0.01)
        case = {**case, 'at': int(time.time()), 'starts': server.poll() is None}
        lines = open(log_path).read().split('\n')
        case['faults'] = [line for line in lines if re.match(r'\S+ line \d+:', line)]
        exchange, last = [], {}
        for step in case['exchange'] if case['starts'] else []:
            step = {key: value for key, value in step.items() if key != 'recv'}
            # dhcpd counts in whole seconds: what happens in the same one is at the same time.
            step['after_s'] = int(time.time()) - case['at']
            if 'wait_s' in step:
                step['recv'] = wire.collect(step['wait_s'], 0)
            else:
                data = bytes.fromhex(step['send'])
                before = last.get(data[28:34])
                for what in step.get('derive') or []:
                    if before is None:
                        continue
                    if what == 'ciaddr':
                        data = data[:12] + before[16:20] + data[16:]
                        step['src'] = socket.inet_ntoa(before[16:20])
                    elif what == 'option50':
                        data = patch(data, 50, before[16:20])
                    elif dhcp_option(before, 54):
                        data = patch(data, 54, dhcp_option(before, 54))
                step['send'] = data.hex()
                wire.stations.setdefault(socket.inet_aton(step['src']), mac(step['src_mac']))
                # An INFORM of a relay is answered to the client itself.
                wire.stations.setdefault(data[12:16], data[28:34])
                size = os.path.getsize(log_path)
                wire.socket.send(udp_frame(step, data))
                # dhcpd writes of nearly every packet, and answers at once, but for pings, which cases switch off.
                step['recv'] = wire.collect(step.get('patience_s', 1), 0.06, lambda: os.path.getsize(log_path) > size)
            for item in step['recv']:
                raw = bytes.fromhex(item['hex'])
                if dhcp_option(raw, 53) in (b'\2', b'\5', None):
                    last[raw[28:34]] = raw
            exchange.append(step)
        case['exchange'] = exchange
        case['log'] = [line for line in open(log_path).read().split('\n') if line.startswith('DHCP') or line.startswith('BOOT')]
        return case
    finally:
        if server.poll() is None:
            server.kill()
        server.wait()


def main():
    cases = json.load(open(sys.argv[1]))
    home = os.open('/proc/self/ns/net', os.O_RDONLY)
    work = '/tmp/' + PREFIX
    out = []
    try:
        build()
        fd = os.open('/var/run/netns/' + CLIENT, os.O_RDONLY)
        if libc.setns(fd, 0x40000000) != 0:
            raise OSError(ctypes.get_errno(), 'setns')
        os.close(fd)
        wire = Wire()
        for case in cases:
            out.append(record(case, wire, work))
            if sys.stderr.isatty():
                print(case['name'], file=sys.stderr)
    finally:
        libc.setns(home, 0x40000000)
        for name in (SERVER, CLIENT):
            subprocess.run(['ip', 'netns', 'del', name], capture_output=True)
        shutil.rmtree(work, ignore_errors=True)
    with open(sys.argv[2], 'w') as file:
        json.dump(out, file, indent=1)


main()
