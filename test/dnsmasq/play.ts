/** Plays a recorded conversation against our server on the virtual clock. */
import { formatIpv4, formatMac, IPV4_BROADCAST, parseIpv4, prefixMask, sameSubnet } from '../../src/base/address.ts';
import { byteAt, fromHex, readU16, toHex, writeU16 } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { EventLog } from '../../src/base/event-log.ts';
import { EventQueue } from '../../src/base/time/event-queue.ts';
import { atLeast, itemAt } from '../../src/base/lists/list.ts';
import { SeededRng } from '../../src/base/rng.ts';
import type { TcpConnection } from '../../src/net/host/types.ts';
import { DnsStreamReader, frameDns } from '../../src/protocols/dns/stream.ts';
import { DnsmasqServer } from '../../src/services/dnsmasq/server.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';
import type { PlayedCase, PlayedStep, RecordedCase, RecordedReply, SendStep } from './case.ts';
import type { OutgoingDatagram } from '../../src/services/dnsmasq/datagram.ts';

/** Lease files of the cases take 1999999999 for valid and 1000000000 for expired. */
const EPOCH_S = 1_750_000_000;
const STEP_S = { dhcp: 0.5, tftp: 0.2, dns: 0.2 } as const;
const MAX_BUSY_S = 12;

function fileTree(recorded: RecordedCase): MemoryFileTree {
  const tree = new MemoryFileTree();
  for (const [path, entry] of Object.entries(recorded.files ?? {})) {
    if (typeof entry === 'string') {
      tree.addFile(path, entry);
      continue;
    }
    const options = {
      ...(entry.owner === undefined ? {} : { owner: entry.owner }),
      ...(entry.mode === undefined ? {} : { mode: Number.parseInt(entry.mode, 8) }),
    };
    if (entry.dir === true) tree.addDirectory(path, options);
    else if (entry.pattern !== undefined) {
      tree.addFile(
        path,
        Uint8Array.from({ length: entry.pattern }, (_, i) => i & 255),
        options,
      );
    } else if (entry.hex !== undefined) tree.addFile(path, fromHex(entry.hex) ?? '', options);
    else tree.addFile(path, entry.text ?? '', options);
  }
  return tree;
}

/** The configuration with the flags that the recording added on the command line. */
function configText(recorded: RecordedCase): string {
  const extra = (recorded.server.extra_arguments ?? []).map((argument) => argument.replace(/^--/, ''));
  return [recorded.config.replace(/\n$/, ''), 'log-dhcp', 'log-queries', 'no-resolv', ...extra, ''].join('\n');
}

export function play(recorded: RecordedCase): PlayedCase {
  const queue = new EventQueue();
  const log = new EventLog(queue);
  const lines: string[] = [];
  log.on((event) => {
    if (event.kind === 'log') lines.push(event.text);
  });
  const interfaces = recorded.server.interfaces.map(({ name, address }) => {
    const [ip, prefix] = atLeast(address.split('/'), 2);
    return { name, address: parseIpv4(ip) ?? 0, prefix: Number(prefix ?? '24') };
  });
  const server = new DnsmasqServer({
    config: configText(recorded),
    configFile: 'FILE',
    clock: queue,
    rng: new SeededRng(recorded.name),
    log: log.sink('server'),
    interfaces,
    files: fileTree(recorded),
    hosts: recorded.server.etc_hosts ?? '127.0.0.1 localhost\n',
    ...(recorded.leases_before === undefined ? {} : { leases: recorded.leases_before }),
    user: recorded.server.user ?? 'root',
    epochS: EPOCH_S,
  });

  const stations = new Map<number, string>();
  const pingers = new Set<number>();
  for (const { ip, mac, answers_ping } of recorded.hosts_on_the_wire ?? []) {
    const address = parseIpv4(ip) ?? 0;
    stations.set(address, mac);
    if (answers_ping === true) pingers.add(address);
  }
  for (const step of recorded.exchange) {
    if ('send' in step && step.src_ip !== '0.0.0.0') stations.set(parseIpv4(step.src_ip) ?? 0, step.src_mac);
  }

  const routes = (recorded.server.routes ?? []).map((route) => {
    const [network, , gateway] = atLeast(String(route).split(' '), 3);
    const [base, length] = atLeast(network.split('/'), 2);
    return { base: parseIpv4(base) ?? 0, mask: prefixMask(Number(length)), gateway: parseIpv4(gateway) ?? 0 };
  });
  /** Undefined where the kernel would have no route. */
  const nextHop = (destination: number): number | undefined => {
    const isNear = interfaces.some(({ address, prefix }) => sameSubnet(address, destination, prefixMask(prefix)));
    return isNear ? destination : routes.find(({ base, mask }) => sameSubnet(base, destination, mask))?.gateway;
  };

  /** The interface that the kernel's routes would choose. */
  const faceTowards = (destination: number): string => {
    const hop = nextHop(destination) ?? destination;
    return (interfaces.find((face) => sameSubnet(face.address, hop, prefixMask(face.prefix))) ?? itemAt(interfaces, 0))
      .name;
  };

  let sent: { datagram: OutgoingDatagram; timeNs: number }[] = [];
  const openPorts = new Set<number>();
  let nextPort = 32_768;
  const started = server.start({
    send: (datagram) => {
      sent.push({ datagram, timeNs: queue.nowNs });
    },
    openPort: (wanted) => {
      const port = wanted ?? nextPort++;
      if (openPorts.has(port)) return undefined;
      openPorts.add(port);
      return port;
    },
    closePort: (port) => {
      openPorts.delete(port);
    },
    probe: (address, _interfaceName, done) => {
      const inUse = pingers.has(address);
      queue.schedule(inUse ? 1_000_000 : 3 * NS_PER_S, () => done(inUse));
    },
  });
  const startupLog = [...lines];
  lines.length = 0;
  if (!started.ok) return { started: false, startupLog, steps: [], leases: [] };

  const steps: PlayedStep[] = [];
  let lastTransferPort = 0;
  let lastYiaddr: string | undefined;
  let lastQuery: { readonly id: number; readonly port: number } | undefined;
  let stepStartNs = queue.nowNs;
  let streamed: readonly (RecordedReply & { hex: string })[] = [];

  const advance = (seconds: number): void => queue.runUntil(queue.nowNs + Math.round(seconds * NS_PER_S));
  const deliver = (step: SendStep): void => {
    const data = fromHex(step.send) ?? new Uint8Array(0);
    if (step.derive?.['option50'] !== undefined && lastYiaddr !== undefined) patchRequested(data, lastYiaddr);
    let port = step.dport === 'tid' ? lastTransferPort : step.dport;
    if (step.derive?.['id'] !== undefined && lastQuery !== undefined) {
      writeU16(data, 0, lastQuery.id);
      port = lastQuery.port;
    }
    server.receive({
      data,
      source: parseIpv4(step.src_ip) ?? 0,
      sourcePort: step.sport,
      destination: step.dst === 'broadcast' ? IPV4_BROADCAST : (parseIpv4(step.dst) ?? 0),
      destinationPort: port,
      interfaceName: step.iface ?? itemAt(interfaces, 0).name,
    });
  };

  for (const [index, step] of recorded.exchange.entries()) {
    if ('send' in step) {
      stepStartNs = queue.nowNs;
      // The kernel refuses what comes to a port that is not open.
      const isHeard = step.proto !== 'dhcp' || server.ports.includes(Number(step.dport));
      if (step.tcp === true) streamed = askByTcp(server, step);
      else if (isHeard) deliver(step);
      const next = recorded.exchange[index + 1];
      const tookS = next !== undefined && 'recv' in next ? next.took_s : undefined;
      advance(tookS ?? STEP_S[step.proto ?? 'dns']);
      for (let i = 0; server.busy && i < MAX_BUSY_S * 10; i++) advance(0.1);
    } else if ('wait_s' in step) {
      stepStartNs = queue.nowNs;
      advance(step.wait_s);
    } else {
      const replies: (RecordedReply & { hex: string })[] = [];
      for (const { datagram: raw, timeNs } of sent) {
        const datagram = raw.interfaceName === '' ? { ...raw, interfaceName: faceTowards(raw.destination) } : raw;
        const hop = nextHop(datagram.destination);
        const isFar = hop !== undefined && hop !== datagram.destination && datagram.destination !== IPV4_BROADCAST;
        // What is routed goes to the router, whatever hardware address the server has set for its target.
        const routed = isFar ? { ...datagram, destinationMac: undefined } : datagram;
        const reply = asRecorded(routed, stations.get(hop ?? -1), interfaces.length > 1);
        if (reply === undefined) continue;
        const afterS = (timeNs - stepStartNs) / NS_PER_S;
        replies.push(afterS > 0.6 ? { ...reply, after_s: Math.round(afterS * 10) / 10 } : reply);
        if (datagram.destinationPort === 53 && datagram.sourcePort !== 53) {
          lastQuery = { id: readU16(datagram.data, 0), port: datagram.sourcePort };
        } else if (![67, 4011, 53].includes(datagram.sourcePort)) lastTransferPort = datagram.sourcePort;
        if (datagram.data.length > 243 && datagram.data[242] === 2) lastYiaddr = toHex(datagram.data.subarray(16, 20));
      }
      steps.push({ replies: [...replies, ...streamed], log: [...lines] });
      sent = [];
      streamed = [];
      lines.length = 0;
    }
  }
  const leases = server
    .leaseFile()
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [expiry, mac, ip, name, clientid] = atLeast(line.split(' '), 5);
      return { expiry: expiry === '0' ? '0 (never)' : '<time>', mac, ip, name, clientid };
    });
  return { started: true, startupLog, steps, leases };
}

/** What is answered to one DNS message by TCP. The array fills while the answer is made. */
function askByTcp(server: DnsmasqServer, step: SendStep): readonly (RecordedReply & { hex: string })[] {
  const replies: (RecordedReply & { hex: string })[] = [];
  const port = Number(step.dport);
  const reader = new DnsStreamReader();
  const connection: TcpConnection = {
    local: { address: parseIpv4(step.dst) ?? 0, port },
    remote: { address: parseIpv4(step.src_ip) ?? 0, port: step.sport },
    onConnect: undefined,
    onData: undefined,
    onEnd: undefined,
    onClose: undefined,
    onDrain: undefined,
    writable: 0x10000,
    write: (data) => {
      for (const message of reader.push(data)) {
        const [src, dst] = [`${step.dst}:${port}`, `${step.src_ip}:${step.sport}`];
        replies.push({ hex: toHex(message), src, dst, eth_dst: step.src_mac, tcp: true });
      }
      return data.length;
    },
    pause: () => undefined,
    resume: () => undefined,
    end: () => undefined,
    abort: () => undefined,
  };
  server.accept(connection);
  connection.onData?.(frameDns(fromHex(step.send) ?? new Uint8Array(0)));
  connection.onEnd?.();
  return replies;
}

/** Puts the address that our server offered into option 50. */
function patchRequested(data: Uint8Array, yiaddrHex: string): void {
  const address = fromHex(yiaddrHex);
  for (let at = 240; at + 1 < data.length && data[at] !== 255;) {
    if (data[at] === 0) at++;
    else {
      if (data[at] === 50 && address !== undefined) data.set(address, at + 2);
      at += 2 + byteAt(data, at + 1);
    }
  }
}

/** As a station on the wire would have seen it; undefined when ARP would have found nobody. */
function asRecorded(
  datagram: OutgoingDatagram,
  stationMac: string | undefined,
  showInterface: boolean,
): (RecordedReply & { hex: string }) | undefined {
  const { destination, destinationMac } = datagram;
  const mac = destinationMac === undefined ? stationMac : formatMac(destinationMac);
  if (mac === undefined) return undefined;
  return {
    hex: toHex(datagram.data),
    src: `${formatIpv4(datagram.source)}:${datagram.sourcePort}`,
    dst: `${formatIpv4(destination)}:${datagram.destinationPort}`,
    eth_dst: mac,
    ...(showInterface ? { iface: datagram.interfaceName } : {}),
  };
}
