/** A server as the lab sees it: an IP host with its services over one file tree. */
import { formatIpv4, parseIpv4, parseMac, prefixMask } from '../../base/address.ts';
import { toHex } from '../../base/bytes.ts';
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { failureEvent, reasonOf } from '../../base/failures.ts';
import { atLeast } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import type { InterfaceAddress } from '../../net/host/types.ts';
import { VlanTrunk } from '../../net/vlan-port.ts';
import { formatEndpoint } from '../../scenario/endpoint.ts';
import { scenarioMessage } from '../../scenario/problems.ts';
import type { ServerNode } from '../../scenario/schema.ts';
import { ask, type AskAnswer, type AskClient } from '../../services/dnsmasq/ask/ask.ts';
import { parseConfig } from '../../services/dnsmasq/config/parse/parse.ts';
import { isServiceId } from '../../services/all.ts';
import type { DnsmasqServer } from '../../services/dnsmasq/server.ts';
import { CONFIG_FILE } from '../../services/dnsmasq/start.ts';
import { readDhcpdConfig } from '../../services/dhcpd/language/config.ts';
import { DHCPD_CONFIG_FILE } from '../../services/dhcpd/start.ts';
import type { RunningService } from '../../services/service.ts';
import { startServices, type RunningServices } from '../../services/starters.ts';
import { DiskShelf } from '../../services/disks/disk-shelf.ts';
import { fileMessage } from '../../services/files/messages.ts';
import { MemoryFileTree, type FileTree } from '../../services/files/file-tree.ts';
import type { NodeContext } from '../context.ts';
import { serverFiles } from '../content/files.ts';
import { NodeGuard } from './node-guard.ts';
import { verbatim, type Message } from '../../base/sentence.ts';

/** A lease in readable form. */
export interface LeaseView {
  readonly server: string;
  readonly address: string;
  readonly mac: string;
  readonly hostname: string;
  /** Virtual time at which it ends; absent when it never does. */
  readonly expiresNs?: number;
}

export interface ServedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Empty while it is not known. */
  readonly sha256: string;
  readonly owner: string;
  /** Permission bits. */
  readonly mode: number;
}

export interface ServerProblem {
  /** Below `services`, such as `dnsmasq.config:3`. */
  readonly place: string;
  readonly says: Message;
}

function doesNotStart(service: string, reason: string | Message): Message {
  return scenarioMessage('scenario.service-does-not-start', { service, reason });
}

/** Services that want a UDP port that one before them has, with the reason. */
function portsTwice(services: RunningServices): ReadonlyMap<string, Message> {
  const owners = new Map<number, string>();
  const refused = new Map<string, Message>();
  for (const [id, { udpPorts = [] }] of Object.entries<RunningService>(services)) {
    const port = udpPorts.find((wanted) => owners.has(wanted));
    if (port === undefined) for (const free of udpPorts) owners.set(free, id);
    else refused.set(id, scenarioMessage('scenario.udp-port-taken', { port, by: owners.get(port) ?? '' }));
  }
  return refused;
}

/** `10.0.2.1/24` as address and mask. The schema has checked it. */
function parsePrefix(text: string): { readonly address: number; readonly mask: number } {
  const [ip, length] = atLeast(text.split('/'), 2);
  const address = parseIpv4(ip);
  assert(address !== undefined, 'the schema has checked the address');
  return { address, mask: prefixMask(Number(length)) };
}

export class LabServer {
  readonly name: string;
  readonly files: MemoryFileTree;
  readonly problems: readonly ServerProblem[];
  readonly services: RunningServices;
  readonly host: HostStack;
  readonly disks: DiskShelf;

  constructor(lab: NodeContext, node: ServerNode) {
    this.name = node.name;
    const log = lab.log.sink(node.name);
    const { tree, changes } = serverFiles(node, lab.images, (file, { content }) => {
      const isRemoved = content === undefined;
      const message = fileMessage(isRemoved ? 'files.removed' : 'files.replaced', { file });
      log.emit({ kind: 'fault', code: isRemoved ? 'fault.file-removed' : 'fault.file-replaced', ...message });
    });
    this.files = tree;
    this.disks = new DiskShelf(this.files, () => log.currentCause);
    const guard = new NodeGuard(lab, (error) => log.emit(failureEvent('server/failed', { reason: reasonOf(error) })));
    const { context } = guard;
    const { clock } = context;
    const rng = context.rng.derive(node.name);
    const forwarding = node.forward === true;
    this.host = new HostStack({ name: node.name, clock, rng, log, forwarding });
    this.addInterfaces(context, node);
    this.services = startServices(node.services, {
      clock,
      rng,
      log,
      host: this.host,
      files: this.files,
      disks: this.disks,
      certificates: lab.certificates,
      secrets: lab.secrets,
    });
    for (const { atMs, apply } of changes) clock.schedule(Math.round(atMs * NS_PER_MS), apply);
    const running = Object.values(this.services);
    const taken = portsTwice(this.services);
    this.problems = [
      ...running.flatMap(({ problems = [] }) =>
        problems.map(({ place, reason, isMinor }) => ({
          place,
          says:
            isMinor === true
              ? scenarioMessage('scenario.service-differs', { reason })
              : doesNotStart(place.split('.')[0] ?? '', reason),
        })),
      ),
      ...[...taken].map(([id, says]) => ({ place: id, says: doesNotStart(id, says) })),
    ];
    const start = (): void => {
      for (const [id, service] of Object.entries(this.services)) if (!taken.has(id)) service.listen();
    };
    if (node.power === 'off') return;
    if (node.upAtMs === 0) guard.run(start);
    else clock.schedule(Math.round(node.upAtMs * NS_PER_MS), start);
  }

  get dnsmasq(): DnsmasqServer | undefined {
    return this.services.dnsmasq?.server;
  }

  leases(): readonly LeaseView[] {
    const own = (this.services.dhcpd?.server.engine.leases.all() ?? []).filter(({ state }) => state === 'active');
    const ofDhcpd = own.map((lease): LeaseView => ({
      server: this.name,
      address: formatIpv4(lease.address),
      // Behind the type of hardware.
      mac: (lease.hardware ?? '').slice(2).replace(/(..)(?=.)/g, '$1:'),
      hostname: lease.hostName,
      expiresNs: lease.endS * NS_PER_S,
    }));
    const ofDnsmasq = (this.dnsmasq?.leases ?? []).map((lease) => ({
      server: this.name,
      address: formatIpv4(lease.address),
      mac: toHex(lease.hardwareAddress, ':'),
      hostname: lease.name ?? '',
      ...(Number.isFinite(lease.expiresS) ? { expiresNs: (lease.expiresS - LAB_EPOCH_MS / 1000) * NS_PER_S } : {}),
    }));
    return [...ofDnsmasq, ...ofDhcpd];
  }

  /** What dnsmasq would answer; undefined when the server runs none. Nothing is changed. */
  ask(client: AskClient): AskAnswer | undefined {
    return this.dnsmasq === undefined ? undefined : ask(this.dnsmasq, client);
  }

  /** Every file once, as `find` lists them: a symbolic link to a directory is not gone through. */
  fileList(): readonly ServedFile[] {
    const list: ServedFile[] = [];
    const walk = (path: string): void => {
      for (const name of this.files.list(path) ?? []) {
        const below = `${path === '/' ? '' : path}/${name}`;
        const stat = this.files.stat(below);
        if (stat?.kind === 'directory') {
          if (this.files.readLink(below) === undefined) walk(below);
        } else if (stat !== undefined) {
          const { size: sizeBytes, sha256 = '', owner, mode } = stat;
          list.push({ path: below, sizeBytes, sha256, owner, mode });
        }
      }
    };
    walk('/');
    return list;
  }

  /** Where in the tree a file lies that `transfer` events name: TFTP names it whole, HTTP below its root. */
  transferPath(protocol: string, name: string): string {
    const root = isServiceId(protocol) ? this.services[protocol]?.transferRoot : undefined;
    return root === undefined ? name : `${root}/${name}`;
  }

  private addInterfaces(context: NodeContext, node: ServerNode): void {
    for (const nic of node.nics) {
      const mac = parseMac(nic.mac);
      assert(mac !== undefined, 'the schema has checked the MAC address');
      const port = context.port(formatEndpoint({ node: node.name, port: nic.name }), node.name);
      const trunk = nic.vlans.length > 0 ? new VlanTrunk(port) : undefined;
      const mtu = nic.mtu === undefined ? {} : { mtu: nic.mtu };
      const plain = this.host.addInterface({ name: nic.name, port: trunk?.untagged ?? port, mac, ...mtu });
      if (nic.address !== undefined) {
        const { address, mask } = parsePrefix(nic.address);
        plain.setAddress(address, mask);
      }
      for (const { vlan, address: text } of nic.vlans) {
        if (trunk === undefined) continue;
        const name = `${nic.name}.${vlan}`;
        const tagged = this.host.addInterface({ name, port: trunk.vlan(vlan), mac, ...mtu });
        const { address, mask } = parsePrefix(text);
        tagged.setAddress(address, mask);
      }
    }
    const gateway = node.gateway === undefined ? undefined : parseIpv4(node.gateway);
    if (gateway !== undefined) this.host.setDefaultGateway(this.interfaceTowards(gateway, node), gateway);
    for (const { to, via } of node.routes ?? []) {
      const hop = parseIpv4(via);
      assert(hop !== undefined, 'the schema has checked the address');
      const { address, mask } = parsePrefix(to);
      const destination = (address & mask) >>> 0;
      this.host.addRoute({ destination, mask, gateway: hop, interfaceName: this.interfaceTowards(hop, node) });
    }
  }

  /** The interface in whose network an address is, else the first. */
  private interfaceTowards(address: number, node: ServerNode): string {
    const isNear = (own: InterfaceAddress): boolean => ((own.address ^ address) & own.mask) === 0;
    const near = this.host.interfaces.find(({ addresses }) => addresses.some(isNear));
    return near?.name ?? node.nics[0]?.name ?? '';
  }
}

function configTree(files: Readonly<Record<string, string>>): FileTree {
  const tree = new MemoryFileTree();
  for (const [path, text] of Object.entries(files)) tree.addFile(path, text);
  return tree;
}

export interface IneffectiveView {
  readonly line: number;
  readonly text: string;
  readonly reason: Message;
}

/** Directives of a text that dnsmasq obeys and the lab does not, each with the reason. */
export function ineffectiveDnsmasqLines(config: string): readonly IneffectiveView[] {
  return parseConfig(config, CONFIG_FILE, configTree({})).config.ineffective.map(({ origin, reason }) => ({
    line: origin.line,
    text: origin.text,
    reason,
  }));
}

export interface LineProblem {
  readonly line: number;
  readonly message: Message;
}

/** What dhcpd would refuse in a text, and what the lab does not obey in it, by line. */
export function checkDhcpdConfig(config: string): readonly LineProblem[] {
  const { problems, ignored } = readDhcpdConfig(config, DHCPD_CONFIG_FILE, () => '');
  return [
    ...problems.map(({ line, message }) => ({ line, message: verbatim(message) })),
    ...ignored.map(({ line, message }) => ({ line, message })),
  ];
}

/** What dnsmasq would refuse in a text, by line. */
export function checkDnsmasqConfig(config: string): readonly LineProblem[] {
  return parseConfig(config, CONFIG_FILE, configTree({})).errors.map(({ origin, message }) => ({
    line: origin?.line ?? 1,
    message: verbatim(message),
  }));
}
