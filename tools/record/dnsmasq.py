#!/usr/bin/env python3
"""Records cases from a real dnsmasq, in the form of test/dnsmasq/fixtures/cases.

usage: tools/record/dnsmasq.py IN_DIR OUT_DIR                    (as root: makes network namespaces, and takes them away)
       tools/record/dnsmasq.py IN.json OUT.json [JOBS]            (a list of cases, by several processes)
       tools/record/dnsmasq.py --verdicts IN.json OUT.json        (a list of configurations: what `dnsmasq --test` says)

An input is a case whose `exchange` holds only `send` and `wait_s` steps; what was recorded there before is
dropped. A step with `tcp` is a DNS message over a connection of its own. `derive` of a step is obeyed: option50/option54 from the last OFFER, ciaddr from the last ACK, dport/id from the last forwarded
query; a TFTP `dport` of "tid" is the port of the last TFTP reply.
"""
import ctypes, json, os, re, select, shutil, socket, struct, subprocess, sys, tempfile, time

from dhcp_options import dhcp_option, patch

PREFIX, SERVER, CLIENT = '', '', ''
FLAGS = ['--log-dhcp', '--log-queries', '--log-facility=-', '--no-resolv', '--no-poll', '--pid-file=',
         '--dhcp-leasefile=/srv/leases']
# How long a busy machine may take for what takes milliseconds.
PATIENCE_S = 5
# After the last packet on the wire.
QUIET_S = 0.04
libc = ctypes.CDLL(None, use_errno=True)


def name_namespaces():
    """Those of this process."""
    global PREFIX, SERVER, CLIENT
    PREFIX = 'nbl%d' % os.getpid()
    SERVER, CLIENT = PREFIX + 's', PREFIX + 'c'


def sh(*args):
    subprocess.run(args, check=True, capture_output=True)


def enter(name):
    fd = os.open('/var/run/netns/' + name, os.O_RDONLY)
    if libc.setns(fd, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), 'setns')
    os.close(fd)


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def show_mac(b):
    return ':'.join('%02x' % x for x in b)


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_packet(src, dst, proto, payload):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 1, 0, 64, proto, 0, src, dst)
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def tcp_packet(src, sport, dst, dport, seq, ack, flags, data=b''):
    head = struct.pack('!HHIIBBHHH', sport, dport, seq, ack, 0x50, flags, 65535, 0, 0)
    pseudo = src + dst + struct.pack('!BBH', 0, 6, len(head) + len(data))
    value = checksum(pseudo + head + data)
    return ip_packet(src, dst, 6, head[:16] + struct.pack('!H', value) + head[18:] + data)


def udp_packet(src, sport, dst, dport, data):
    pseudo = src + dst + struct.pack('!BBH', 0, 17, 8 + len(data))
    head = struct.pack('!HHHH', sport, dport, 8 + len(data), 0)
    value = checksum(pseudo + head + data) or 0xffff
    return ip_packet(src, dst, 17, struct.pack('!HHHH', sport, dport, 8 + len(data), value) + data)


class Progress:
    """How far the server is, by what the kernel counts: independent of how busy the machine is."""

    def __init__(self, pid):
        self.base = '/proc/%d/' % pid

    def read(self, name):
        try:
            with open(self.base + name) as file:
                return file.read()
        except OSError:
            return ''

    def datagrams(self):
        """Those that were taken, or refused at a closed port, and those that were sent."""
        rows = [line.split()[1:] for line in self.read('net/snmp').split('\n') if line.startswith('Udp:')]
        if len(rows) < 2:
            return 0, 0
        count = dict(zip(rows[0], map(int, rows[1])))
        taken = sum(count[name] for name in ('InDatagrams', 'NoPorts', 'InErrors', 'IgnoredMulti'))
        return taken, count['OutDatagrams']

    def is_idle(self):
        """Asleep with nothing left to read."""
        state = self.read('stat').rpartition(')')[2].split()[:1]
        if state not in ([], ['S']):
            return False
        return all(line.split()[4].endswith(':00000000') for line in self.read('net/udp').split('\n')[1:] if line)


# A port of its own for each connection: the server remembers those before.
next_port = 20000


class Wire:
    def __init__(self, case):
        self.faces = case['server']['interfaces']
        self.stations, self.pingers = {}, set()
        for host in case.get('hosts_on_the_wire') or []:
            self.stations[socket.inet_aton(host['ip'])] = mac(host['mac'])
            if host.get('answers_ping'):
                self.pingers.add(socket.inet_aton(host['ip']))
        for step in case['exchange']:
            if 'send' in step and step['src_ip'] != '0.0.0.0':
                self.stations[socket.inet_aton(step['src_ip'])] = mac(step['src_mac'])
        self.sockets, self.connection, self.is_lossy = {}, None, False
        for i, face in enumerate(self.faces):
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            s.bind(('c%d' % i, 0))
            self.sockets[face['name']] = s

    def send(self, step, data, dport):
        face = next(f for f in self.faces if f['name'] == step.get('iface', self.faces[0]['name']))
        src = socket.inet_aton(step['src_ip'])
        if step['dst'] == 'broadcast':
            dst, to = b'\xff' * 4, b'\xff' * 6
        else:
            dst, to = socket.inet_aton(step['dst']), mac(face['mac'])
        frame = to + mac(step['src_mac']) + b'\x08\x00' + udp_packet(src, step['sport'], dst, dport, data)
        self.sockets[face['name']].send(frame)

    def close(self):
        for s in self.sockets.values():
            s.close()

    def ask_by_tcp(self, step, data, dport, started):
        """One DNS message and what is answered to it until the other side is quiet (RFC 7766)."""
        face = next(f for f in self.faces if f['name'] == step.get('iface', self.faces[0]['name']))
        src, dst = socket.inet_aton(step['src_ip']), socket.inet_aton(step['dst'])
        to = mac(face['mac'])

        global next_port
        next_port = next_port + 1 if next_port < 60000 else 20000
        port = next_port

        def put(flags, payload=b''):
            c = self.connection
            packet = tcp_packet(src, port, dst, dport, c['seq'], c['ack'] if flags & 16 else 0, flags, payload)
            self.sockets[face['name']].send(to + mac(step['src_mac']) + b'\x08\x00' + packet)
            c['seq'] = (c['seq'] + len(payload) + (1 if flags & 3 else 0)) & 0xffffffff

        self.connection = connection = {'seq': port * 1000, 'ack': 0, 'open': False, 'over': False, 'ended': False, 'data': b'',
                                        'put': put, 'port': port, 'first': struct.pack('!H', len(data)) + data}
        put(2)
        end = time.time() + PATIENCE_S
        out = []

        def is_whole():
            got = connection['data']
            return len(got) >= 2 and len(got) >= 2 + struct.unpack('!H', got[:2])[0]

        # Some queries get no answer: the server ends the connection, or keeps it and says nothing.
        while time.time() < end and not connection['over'] and not connection['ended'] and not is_whole():
            if connection['open'] and time.time() - connection['opened'] > 2:
                break
            out += self.collect(0.02, 0, started)
        out += self.collect(QUIET_S, 0, started)
        if not connection['open'] and not connection['over']:
            self.is_lossy = True
        stream, eth_dst = connection['data'], step['src_mac']
        if not connection['over']:
            put(17)
            self.collect(0.05, 0, started)
        self.connection = None
        while len(stream) >= 2 and len(stream) >= 2 + struct.unpack('!H', stream[:2])[0]:
            size = struct.unpack('!H', stream[:2])[0]
            out.append({'hex': stream[2:2 + size].hex(), 'src': '%s:%d' % (step['dst'], dport),
                        'dst': '%s:%d' % (step['src_ip'], step['sport']), 'eth_dst': eth_dst, 'tcp': True})
            stream = stream[2 + size:]
        return out

    def look_at_segment(self, body):
        c = self.connection
        sport, dport, seq, ack, offset, flags = struct.unpack('!HHIIBB', body[:14])
        if c is None or dport != c['port']:
            return
        if flags & 4:
            c['over'] = True
        elif flags & 2 and not c['open']:
            c['open'], c['opened'], c['ack'] = True, time.time(), (seq + 1) & 0xffffffff
            c['put'](24, c['first'])
        elif seq == c['ack']:
            payload = body[(offset >> 4) * 4:]
            c['data'] += payload
            c['ended'] = flags & 1 == 1
            c['ack'] = (seq + len(payload) + (flags & 1)) & 0xffffffff
            if payload or flags & 1:
                c['put'](16)
        elif len(body) > (offset >> 4) * 4:
            c['put'](16)

    def collect(self, seconds, idle, started):
        out, end = [], time.time() + seconds
        last = time.time()
        while time.time() < end:
            got = self.take(0.02, started)
            if got:
                out += got
                last = time.time()
            if idle and time.time() - last > idle:
                break
        return out

    def take(self, seconds, started):
        out = []
        ready, _, _ = select.select(list(self.sockets.values()), [], [], seconds)
        for name, s in self.sockets.items():
            if s not in ready:
                continue
            frame, info = s.recvfrom(65535)
            if info[2] == socket.PACKET_OUTGOING:
                continue
            item = self.look(name, s, frame)
            if item is not None:
                after = time.time() - started
                if after > 0.6:
                    item['after_s'] = round(after, 1)
                out.append(item)
        return out

    def collect_answers(self, progress, before, started):
        """What comes until the server has taken the datagram, is idle, and all that it has sent is here."""
        out, end = [], time.time() + PATIENCE_S
        taken, sent = before
        seen = 0
        last = idle_since = time.time()
        while time.time() < end:
            got = self.take(0.01, started)
            now = time.time()
            if got:
                out += got
                seen += sum(1 for item in got if 'hex' in item)
                last = now
            now_taken, now_sent = progress.datagrams()
            if now_taken <= taken or not progress.is_idle():
                idle_since = now
                continue
            # To an address that nobody has, nothing comes.
            is_missing = now_sent - sent > seen and now - max(idle_since, last) < 1.5
            if not is_missing and now - max(idle_since, last) > QUIET_S:
                return out
        self.is_lossy = True
        return out

    def look(self, name, s, frame):
        face = next(f for f in self.faces if f['name'] == name)
        kind = frame[12:14]
        if kind == b'\x08\x06' and frame[20:22] == b'\0\1':
            target, sender = frame[38:42], frame[28:32]
            if target in self.stations and sender != target:
                own = self.stations[target]
                s.send(frame[6:12] + own + b'\x08\x06' + frame[14:20] + b'\0\2' + own + target + frame[22:28] + sender)
            if socket.inet_ntoa(target) == face['address'].split('/')[0]:
                return None
            return {'kind': 'arp-who-has', 'target': socket.inet_ntoa(target), 'src': '', 'dst': '', 'eth_dst': ''}
        if kind != b'\x08\x00':
            return None
        ip = frame[14:]
        hl = (ip[0] & 15) * 4
        total = struct.unpack('!H', ip[2:4])[0]
        src, dst, body = ip[12:16], ip[16:20], ip[hl:total]
        if ip[9] == 1:
            if body[0] == 8 and dst in self.pingers:
                reply = b'\0\0\0\0' + body[4:]
                reply = reply[:2] + struct.pack('!H', checksum(reply)) + reply[4:]
                s.send(frame[6:12] + self.stations[dst] + b'\x08\x00' + ip_packet(dst, src, 1, reply))
            if body[0] == 8:
                return {'kind': 'icmp-echo', 'src': socket.inet_ntoa(src), 'dst': socket.inet_ntoa(dst), 'eth_dst': ''}
            return None
        if ip[9] == 6:
            self.look_at_segment(body)
            return None
        if ip[9] != 17 or dst[0] == 224:
            return None
        sport, dport = struct.unpack('!HH', body[:4])
        item = {'hex': body[8:].hex(), 'src': '%s:%d' % (socket.inet_ntoa(src), sport),
                'dst': '%s:%d' % (socket.inet_ntoa(dst), dport), 'eth_dst': show_mac(frame[:6])}
        if len(self.faces) > 1:
            item['iface'] = name
        return item


def take_away():
    for name in (SERVER, CLIENT):
        subprocess.run(['ip', 'netns', 'del', name], capture_output=True)


def build_network(case):
    sh('ip', 'netns', 'add', SERVER)
    sh('ip', 'netns', 'add', CLIENT)
    for i, face in enumerate(case['server']['interfaces']):
        sh('ip', 'link', 'add', PREFIX + 'v%d' % i, 'type', 'veth', 'peer', 'name', PREFIX + 'w%d' % i)
        sh('ip', 'link', 'set', PREFIX + 'v%d' % i, 'netns', SERVER, 'name', face['name'], 'address', face['mac'])
        sh('ip', 'link', 'set', PREFIX + 'w%d' % i, 'netns', CLIENT, 'name', 'c%d' % i)
        sh('ip', 'netns', 'exec', SERVER, 'sysctl', '-qw', 'net.ipv6.conf.%s.disable_ipv6=1' % face['name'])
        sh('ip', 'netns', 'exec', CLIENT, 'sysctl', '-qw', 'net.ipv6.conf.c%d.disable_ipv6=1' % i)
        sh('ip', 'netns', 'exec', CLIENT, 'sysctl', '-qw', 'net.ipv4.conf.c%d.arp_ignore=8' % i)
        sh('ip', '-n', SERVER, 'addr', 'add', face['address'], 'brd', '+', 'dev', face['name'])
        sh('ip', '-n', SERVER, 'link', 'set', face['name'], 'up')
        sh('ip', '-n', CLIENT, 'link', 'set', 'c%d' % i, 'up')
    sh('ip', '-n', SERVER, 'link', 'set', 'lo', 'up')
    for route in case['server'].get('routes') or []:
        sh('ip', '-n', SERVER, 'route', 'add', *route.split())


def build_files(case, work):
    root = os.path.join(work, 'srv')
    os.makedirs(root)
    os.chmod(work, 0o755)
    for path, entry in (case.get('files') or {}).items():
        entry = {'text': entry} if isinstance(entry, str) else entry
        full = os.path.join(work, path.lstrip('/'))
        if entry.get('dir'):
            os.makedirs(full, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            if 'pattern' in entry:
                data = bytes(i & 255 for i in range(entry['pattern']))
            elif 'hex' in entry:
                data = bytes.fromhex(entry['hex'])
            else:
                data = entry.get('text', '').encode('latin1')
            open(full, 'wb').write(data)
        if 'mode' in entry:
            os.chmod(full, int(entry['mode'], 8))
        if 'owner' in entry:
            shutil.chown(full, entry['owner'])
    if case.get('leases_before'):
        open(os.path.join(root, 'leases'), 'w').write(case['leases_before'])
    open(os.path.join(work, 'hosts'), 'w').write(case['server'].get('etc_hosts', '127.0.0.1 localhost\n'))
    open(os.path.join(work, 'FILE'), 'w').write(case['config'])


def clean(line):
    return re.sub(r'^.*?(dnsmasq(?:-dhcp|-tftp)?)(?:\[\d+\])?: ', r'\1: ', line.rstrip('\n'))


network = None


def record(case):
    global network
    work = '/tmp/' + PREFIX
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    case = dict(case)
    case['exchange'] = [s for s in case['exchange'] if 'recv' not in s]
    home = os.open('/proc/self/ns/net', os.O_RDONLY)
    server, wire = None, None
    try:
        wanted = [case['server']['interfaces'], case['server'].get('routes') or []]
        if network != wanted:
            take_away()
            network = None
            build_network(case)
            network = wanted
        else:
            sh('ip', '-n', SERVER, 'neigh', 'flush', 'all')
        build_files(case, work)
        user = case['server'].get('user', 'root')
        mounts = 'hostname localhost && mount --bind %s/srv /srv && mount --bind %s/hosts /etc/hosts && cd %s && exec "$@"' % (work, work, work)
        # Always loaded at the same place: by where that is, dnsmasq orders some addresses of one name.
        command = ['ip', 'netns', 'exec', SERVER, 'unshare', '-m', '-u', 'sh', '-c', mounts, 'sh', 'setarch', '-R',
                   'dnsmasq', '-k', '-C', 'FILE', '--user=' + user, *FLAGS, *(case['server'].get('extra_arguments') or [])]
        log_path = os.path.join(work, 'log')
        server = subprocess.Popen(command, stdout=open(log_path, 'w'), stderr=subprocess.STDOUT)
        enter(CLIENT)
        wire = Wire(case)
        log = open(log_path)
        progress = Progress(server.pid)
        deadline = time.time() + PATIENCE_S
        while time.time() < deadline and server.poll() is None:
            time.sleep(0.02)
            text = open(log_path).read()
            if re.search('names|cleared cache|DNS disabled', text) and progress.is_idle():
                time.sleep(0.05)
                break
        case['startup_log'] = [clean(l) for l in log.readlines()]
        if server.poll() is not None:
            case['starts'] = False
            case['exchange'] = []
            return case
        wire.collect(0.1, 0, time.time())
        log.readlines()
        exchange, tid, offer, query, held = [], 0, None, None, {}
        dynamic = [l for l in case['config'].split('\n') if l.startswith('dhcp-range') and 'proxy' not in l]
        probing = 'no-ping' not in case['config'] and dynamic != []
        delaying = 'dhcp-reply-delay' in case['config']
        for step in case['exchange']:
            exchange.append(step)
            started, before = time.time(), progress.datagrams()
            if 'wait_s' in step:
                got = wire.collect(step['wait_s'], 0, started)
            else:
                data = bytes.fromhex(step['send'])
                derive = step.get('derive') or {}
                if 'option50' in derive and offer:
                    data = patch(data, 50, offer[16:20])
                if 'option54' in derive and offer and dhcp_option(offer, 54):
                    data = patch(data, 54, dhcp_option(offer, 54))
                dport = tid if step['dport'] == 'tid' else step['dport']
                if 'ciaddr' in derive and data[28:34] in held:
                    own = held[data[28:34]]
                    data = data[:12] + own + data[16:]
                    step['src_ip'] = socket.inet_ntoa(own)
                    wire.stations[own] = mac(step['src_mac'])
                if 'id' in derive and query:
                    data, dport = query[0] + data[2:], query[1]
                step['send'] = data.hex()
                if not step.get('tcp'):
                    wire.send(step, data, dport)
                slow = step.get('proto') == 'dhcp' and (probing or delaying)
                if step.get('tcp'):
                    got = wire.ask_by_tcp(step, data, dport, started)
                elif slow:
                    got = wire.collect(4.3 if probing else 3, 0, started)
                else:
                    got = wire.collect_answers(progress, before, started)
            for item in got:
                if 'hex' not in item:
                    continue
                sport, dport = int(item['src'].rsplit(':')[-1]), int(item['dst'].rsplit(':')[-1])
                raw = bytes.fromhex(item['hex'])
                if dport == 53:
                    query = (raw[:2], sport)
                elif sport not in (67, 4011, 53):
                    tid = sport
                elif raw[:1] == b'\2' and dhcp_option(raw, 53) == b'\2':
                    offer = raw
                elif raw[:1] == b'\2' and dhcp_option(raw, 53) == b'\5' and raw[16:20] != bytes(4):
                    held[raw[28:34]] = raw[16:20]
            exchange.append({'recv': got, 'log': [clean(l) for l in log.readlines()],
                             'took_s': round(time.time() - started, 2)})
        case['exchange'] = exchange
        case['lossy'] = wire.is_lossy
        leases = os.path.join(work, 'srv/leases')
        case['leases_after'] = []
        if os.path.exists(leases):
            for line in open(leases):
                f = line.split()
                if len(f) == 5:
                    case['leases_after'].append({'expiry': '0 (never)' if f[0] == '0' else '<time>', 'mac': f[1],
                                                 'ip': f[2], 'name': f[3], 'clientid': f[4]})
        return case
    finally:
        if server is not None and server.poll() is None:
            server.terminate()
            server.wait()
        if wire is not None:
            wire.close()
        libc.setns(home, 0x40000000)
        os.close(home)
        shutil.rmtree(work, ignore_errors=True)


def record_share(cases, places, path):
    """What one process does of a list."""
    name_namespaces()
    try:
        with open(path, 'w') as out:
            for place in places:
                for _ in range(3):
                    recorded = record(cases[place])
                    if not recorded.pop('lossy', False):
                        break
                    print('%s: recorded again' % recorded['name'], file=sys.stderr)
                out.write(json.dumps([place, recorded]) + '\n')
    finally:
        take_away()


def record_list(source, target, jobs):
    cases = json.load(open(source))
    cases = cases if isinstance(cases, list) else [cases]
    children = []
    for i in range(jobs):
        path = '%s.%d' % (target, i)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                record_share(cases, range(i, len(cases), jobs), path)
                status = 0
            finally:
                os._exit(status)
        children.append((child, path))
    recorded, failed = {}, False
    for child, path in children:
        failed = os.waitpid(child, 0)[1] != 0 or failed
        if os.path.exists(path):
            recorded.update(json.loads(line) for line in open(path))
            os.remove(path)
    if failed or len(recorded) != len(cases):
        sys.exit('not all of the cases were recorded')
    with open(target, 'w') as out:
        json.dump([recorded[i] for i in range(len(cases))], out, indent=1)


def record_verdicts(source, target):
    work = tempfile.mkdtemp()
    out = []
    for config in json.load(open(source)):
        open(os.path.join(work, 'FILE'), 'w').write(config)
        done = subprocess.run(['dnsmasq', '--test', '-C', 'FILE'], cwd=work, capture_output=True, text=True)
        last = (done.stderr.strip().split('\n') or [''])[-1]
        message = re.sub(r'^dnsmasq: ', '', last.strip())
        out.append({'config': config, 'accepted': done.returncode == 0, 'message': message, 'exit': done.returncode})
    shutil.rmtree(work)
    with open(target, 'w') as file:
        json.dump(out, file, indent=1)


def main():
    if sys.argv[1] == '--verdicts':
        record_verdicts(sys.argv[2], sys.argv[3])
        return
    source, target = sys.argv[1], sys.argv[2]
    if target.endswith('.json'):
        record_list(source, target, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
        return
    name_namespaces()
    files = [source] if source.endswith('.json') else sorted(os.path.join(source, f) for f in os.listdir(source))
    os.makedirs(target, exist_ok=True)
    try:
        for path in files:
            case = record(json.load(open(path)))
            if case.pop('lossy', False):
                sys.exit(os.path.basename(path) + ': an answer was lost or late')
            with open(os.path.join(target, os.path.basename(path)), 'w') as out:
                json.dump(case, out, indent=1)
            print(os.path.basename(path), 'recorded')
    finally:
        take_away()


main()
