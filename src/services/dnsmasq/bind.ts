/** Puts a boot server on a host of the lab: its ports become sockets, its probes become pings. */
import { NS_PER_S } from '../../base/time/clock.ts';
import type { Result } from '../../base/result.ts';
import { startTask } from '../../base/time/task.ts';
import { maskPrefix } from '../../base/address.ts';
import type { Host, UdpSocket } from '../../net/host/types.ts';
import type { ConfigError } from './config/parse/parse.ts';
import type { DnsmasqServer } from './server.ts';
import type { ServerInterface } from './datagram.ts';

export interface BoundDnsmasq {
  readonly started: Result<void, ConfigError>;
  close(): void;
}

/** The host's interfaces as the server wants to know them. Those without an address are left out. */
export function serverInterfaces(host: Host): ServerInterface[] {
  const out: ServerInterface[] = [];
  for (const face of host.interfaces) {
    const first = face.addresses[0];
    if (first === undefined) continue;
    out.push({ name: face.name, address: first.address, prefix: maskPrefix(first.mask) ?? 24 });
  }
  return out;
}

/** Those from which DHCP and PXE are answered. */
const DHCP_PORTS: ReadonlySet<number> = new Set([67, 4011]);
/** Class selector 6 (RFC 2474 §4.2.2.2). */
const DHCP_TYPE_OF_SERVICE = 0xc0;

/** dnsmasq sends echo requests for three seconds. */
const PROBE_NS = 3 * NS_PER_S;

export function bindDnsmasq(server: DnsmasqServer, host: Host): BoundDnsmasq {
  const sockets = new Map<number, UdpSocket>();
  let isOpen = true;
  const open = (port: number): UdpSocket => {
    const socket = host.openUdp({ port });
    socket.onDatagram = (datagram) => server.receive(datagram);
    sockets.set(socket.localPort, socket);
    return socket;
  };
  const started = server.start({
    send: (datagram) => {
      const socket = sockets.get(datagram.sourcePort);
      socket?.send(datagram.destination, datagram.destinationPort, datagram.data, {
        source: datagram.source,
        ...(DHCP_PORTS.has(datagram.sourcePort) ? { typeOfService: DHCP_TYPE_OF_SERVICE } : {}),
        ...(datagram.interfaceName === '' ? {} : { interfaceName: datagram.interfaceName }),
        ...(datagram.destinationMac === undefined ? {} : { destinationMac: datagram.destinationMac }),
      });
    },
    openPort: (wanted) => {
      if (wanted !== undefined && sockets.has(wanted)) return undefined;
      return open(wanted ?? 0).localPort;
    },
    closePort: (port) => {
      sockets.get(port)?.close();
      sockets.delete(port);
    },
    connect: (address, port) => host.connectTcp(address, port),
    probe: (address, interfaceName, done) => {
      const deadlineNs = host.clock.nowNs + PROBE_NS;
      startTask(host.ping(address, { timeoutNs: PROBE_NS, interfaceName }), (result) => {
        if (!isOpen) return;
        if (result.ok) done(true);
        // Nobody there is known only when the time is over, whatever ARP says before.
        else host.clock.schedule(Math.max(0, deadlineNs - host.clock.nowNs), () => done(false));
      });
    },
  });
  if (started.ok) for (const port of server.ports) open(port);
  const listener =
    started.ok && server.dnsPort !== 0
      ? host.listenTcp(server.dnsPort, (connection) => server.accept(connection))
      : undefined;
  return {
    started,
    close: () => {
      isOpen = false;
      listener?.close();
      server.stop();
      for (const socket of sockets.values()) socket.close();
      sockets.clear();
    },
  };
}
