/**
 * The DHCP client with ProxyDHCP (RFC 2131, PXE 2.1 §2.2). A plain offer is only taken once no proxy has spoken
 * for two seconds; later offers of equal priority replace earlier ones.
 */
import { formatIpv4, IPV4_BROADCAST, type Ipv4Address } from '../../../../base/address.ts';
import { fromLatin1 } from '../../../../base/bytes.ts';
import { NS_PER_MS } from '../../../../base/time/clock.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import { sleep, takeWithin, type Task } from '../../../../base/time/task.ts';
import type { Datagram, UdpSocket } from '../../../../net/host/types.ts';
import {
  BOOTREPLY,
  clientMac,
  collectOption,
  decodeDhcp,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  PXE_SERVER_PORT,
  type DhcpMessage,
} from '../../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { DhcpBlock } from '../../settings/dhcp-block.ts';
import { encodeRequest, type DhcpRequest } from './dhcp-request.ts';
import { retryTimeoutsNs } from '../transfer/job.ts';
import { addressIn, type NetDevice } from '../link/netdev.ts';
import { ipxeMessage } from '../../messages.ts';
import type { Message } from '../../../../base/sentence.ts';

const OPTION_NO_PXEDHCP = (175 << 8) | 176;
const OPTION_PXE_MENU = (43 << 8) | 9;
const TAG_FILENAME = 67;

/** A reply with what iPXE evaluates of it. */
export interface DhcpAnswer {
  readonly message: DhcpMessage;
  readonly bytes: Uint8Array;
  readonly block: DhcpBlock;
  /** Option 53; undefined for BOOTP. */
  readonly type: number | undefined;
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly serverId: Ipv4Address;
  /** Identifies a ProxyDHCP: option 54, else siaddr, else the sender. */
  readonly pseudoId: Ipv4Address;
  readonly priority: number;
}

/** Reads a BOOTREPLY to a transaction of this device; undefined for anything else. */
export function readAnswer(device: NetDevice, xid: number, datagram: Datagram): DhcpAnswer | undefined {
  const decoded = decodeDhcp(datagram.data);
  if (!decoded.ok) return undefined;
  const message = decoded.value;
  if (message.op !== BOOTREPLY || message.xid !== xid || clientMac(message) !== device.mac) return undefined;
  const block = new DhcpBlock('', message);
  const serverId = addressIn(collectOption(message, DHCP_OPTION.serverIdentifier));
  return {
    message,
    bytes: datagram.data.slice(),
    block,
    type: collectOption(message, DHCP_OPTION.messageType)?.[0],
    source: datagram.source,
    sourcePort: datagram.sourcePort,
    serverId,
    pseudoId: serverId || message.siaddr || datagram.source,
    priority: block.priority,
  };
}

/** Whether a ProxyDHCP's reply says what to boot: a server and a file, or a menu. */
function hasPxeOptions(answer: DhcpAnswer): boolean {
  const { message, block } = answer;
  if (block.value(OPTION_PXE_MENU) !== undefined) return true;
  return message.siaddr !== 0 && block.value(TAG_FILENAME) !== undefined;
}

function isPxeServer(answer: DhcpAnswer): boolean {
  return fromLatin1(collectOption(answer.message, 60) ?? new Uint8Array(0)).startsWith('PXEClient');
}

function saysNoProxy(answer: DhcpAnswer): boolean {
  const flag = answer.block.value(OPTION_NO_PXEDHCP);
  return flag !== undefined && flag.some((byte) => byte !== 0);
}

type Phase = 'again' | { readonly status: Status };

/** One run of the client on one device. */
class Session {
  private readonly ipxe: Ipxe;
  private readonly device: NetDevice;
  private readonly socket: UdpSocket;
  private xid: number;
  private count = 0;
  /** How often discovery began again: the link was blocked, or the server refused. */
  private deferrals = 0;
  private offer: DhcpAnswer | undefined;
  private proxyOffer: DhcpAnswer | undefined;

  constructor(ipxe: Ipxe, device: NetDevice, socket: UdpSocket) {
    this.ipxe = ipxe;
    this.device = device;
    this.socket = socket;
    this.xid = ipxe.rng.u32();
  }

  *run(): Task<Status> {
    this.device.fileWithoutServer = undefined;
    for (;;) {
      const found = yield* this.discovery();
      if (found !== OK) return found;
      const phase = yield* this.request();
      if (phase !== 'again') return phase.status;
    }
  }

  /** What `secs` carries: the number of this packet, and which offers are in hand. */
  private secs(): number {
    this.count++;
    return (this.count << 2) | (this.offer === undefined ? 0 : 2) | (this.proxyOffer === undefined ? 0 : 1);
  }

  private send(request: Omit<DhcpRequest, 'xid' | 'secs'>, to: Ipv4Address, port: number): void {
    const bytes = encodeRequest(this.ipxe, this.device, { ...request, xid: this.xid, secs: this.secs() });
    this.socket.send(to, port, bytes, { interfaceName: this.device.name, sourcePort: DHCP_CLIENT_PORT });
  }

  private note(code: string, message: Message): void {
    this.ipxe.log.emit({ kind: 'decision', code, severity: 'info', ...message });
  }

  private *discovery(): Task<Status> {
    const { ipxe, device, socket } = this;
    const { clock, build } = ipxe;
    const { dhcp } = build;
    let startNs = clock.nowNs;
    const proxyWaitNs = dhcp.proxyWaitMs * NS_PER_MS;
    const timeouts = retryTimeoutsNs(dhcp.discoverStartMs, dhcp.discoverEndMs);
    this.offer = undefined;
    this.proxyOffer = undefined;
    socket.inbox.clear();
    for (let attempt = 0; attempt < timeouts.length; attempt++) {
      ipxe.log.emit(
        { kind: 'stage', stage: 'dhcp-discover', ...ipxeMessage('ipxe.discover', { device: device.name }) },
        { rule: 'RFC 2131 §4.4.1' },
      );
      this.send({ type: 'discover' }, IPV4_BROADCAST, DHCP_SERVER_PORT);
      const endNs = clock.nowNs + itemAt(timeouts, attempt);
      while (clock.nowNs < endNs) {
        const datagram = yield* takeWithin(clock, socket.inbox, endNs - clock.nowNs);
        if (datagram === undefined) break;
        const answer = readAnswer(device, this.xid, datagram);
        if (answer === undefined) continue;
        this.consider(answer);
        if (this.offer === undefined) continue;
        const isSettled = this.proxyOffer !== undefined || saysNoProxy(this.offer);
        if (isSettled || clock.nowNs - startNs > proxyWaitNs) return OK;
      }
      if (this.offer !== undefined && clock.nowNs - startNs > proxyWaitNs) {
        this.note('proxy-wait-over', ipxeMessage('ipxe.proxy-wait-over', { ms: dhcp.proxyWaitMs }));
        return OK;
      }
      if (device.port.isBlocked && this.deferrals < dhcp.maxDeferrals) {
        // Nothing can come through a port that spanning tree blocks: begin again.
        this.note('link-blocked', ipxeMessage('ipxe.link-blocked', { device: device.name }));
        this.deferrals++;
        attempt = -1;
        startNs = clock.nowNs;
      }
    }
    return Err.dhcpTimeout;
  }

  private consider(answer: DhcpAnswer): void {
    const { log } = this.ipxe;
    const from = formatIpv4(answer.source);
    const isOffer = answer.type === DHCP_MESSAGE_TYPE.offer || answer.type === undefined;
    if (isOffer && answer.message.yiaddr !== 0 && answer.sourcePort === DHCP_SERVER_PORT) {
      if (this.offer === undefined || answer.priority >= this.offer.priority) {
        if (this.offer !== undefined && this.offer.source !== answer.source) {
          this.note(
            'offer-replaced',
            ipxeMessage('ipxe.offer-replaced', { server: from, before: formatIpv4(this.offer.source) }),
          );
        }
        this.offer = answer;
        const about = { server: from, address: formatIpv4(answer.message.yiaddr) };
        log.emit({ kind: 'stage', stage: 'dhcp-offer', ...ipxeMessage('ipxe.offer', about) });
      } else this.note('offer-priority', ipxeMessage('ipxe.offer-priority', { server: from }));
    }
    if (isPxeServer(answer) && answer.pseudoId !== 0) {
      if (this.proxyOffer === undefined || answer.priority >= this.proxyOffer.priority) {
        this.proxyOffer = answer;
        log.emit(
          { kind: 'stage', stage: 'proxy-dhcp', ...ipxeMessage('ipxe.pxe-server', { server: from }) },
          { rule: 'PXE 2.1 §2.2.3' },
        );
      }
    }
  }

  private *request(): Task<Phase> {
    const { ipxe, device, socket, offer } = this;
    if (offer === undefined) return { status: Err.dhcpInvalid };
    const { clock, build } = ipxe;
    const { yiaddr } = offer.message;
    for (const timeoutNs of retryTimeoutsNs(build.dhcp.requestStartMs, build.dhcp.requestEndMs)) {
      const address = formatIpv4(yiaddr);
      ipxe.log.emit({ kind: 'stage', stage: 'dhcp-request', ...ipxeMessage('ipxe.request', { address }) });
      const request = { type: 'request', serverId: offer.serverId, requestedAddress: yiaddr } as const;
      this.send(request, IPV4_BROADCAST, DHCP_SERVER_PORT);
      const endNs = clock.nowNs + timeoutNs;
      while (clock.nowNs < endNs) {
        const datagram = yield* takeWithin(clock, socket.inbox, endNs - clock.nowNs);
        if (datagram === undefined) break;
        const answer = readAnswer(device, this.xid, datagram);
        if (answer === undefined || answer.sourcePort !== DHCP_SERVER_PORT) continue;
        const isRefusal = answer.type === DHCP_MESSAGE_TYPE.nak;
        if (answer.serverId !== offer.serverId) {
          const server = formatIpv4(answer.source);
          if (isRefusal) this.note('dhcp-nak-ignored', ipxeMessage('ipxe.nak-ignored', { server }));
          continue;
        }
        if (isRefusal) {
          this.note('dhcp-nak', ipxeMessage('ipxe.nak', { server: formatIpv4(answer.source) }));
          if (++this.deferrals > build.dhcp.maxDeferrals) return { status: Err.dhcpTimeout };
          yield* sleep(clock, build.dhcp.discoverStartMs * NS_PER_MS);
          return 'again';
        }
        if (answer.type !== DHCP_MESSAGE_TYPE.ack && answer.type !== undefined) continue;
        if (answer.message.yiaddr !== yiaddr) continue;
        this.bind(answer);
        return { status: yield* this.proxy(answer) };
      }
    }
    return { status: Err.dhcpTimeout };
  }

  /** The lease becomes `netN.dhcp`; answers of other servers are discarded. */
  private bind(ack: DhcpAnswer): void {
    const { ipxe, device } = this;
    const about = { device: device.name, address: formatIpv4(ack.message.yiaddr) };
    ipxe.log.emit({ kind: 'stage', stage: 'dhcp-ack', ...ipxeMessage('ipxe.ack', about) });
    for (const name of ['proxydhcp', 'pxebs']) {
      const old = ipxe.settings.root.children.find((child) => child.name === name);
      if (old !== undefined) ipxe.settings.unregister(old);
    }
    registerPacket(ipxe, 'dhcp', ack, device);
    device.dhcpXid = this.xid;
  }

  private *proxy(ack: DhcpAnswer): Task<Status> {
    const { ipxe, device, socket, offer, proxyOffer } = this;
    if (offer === undefined || proxyOffer === undefined || saysNoProxy(offer)) return OK;
    if (hasPxeOptions(proxyOffer)) {
      this.bindProxy(proxyOffer);
      return OK;
    }
    const { clock, build } = ipxe;
    const startNs = clock.nowNs;
    const server = formatIpv4(proxyOffer.pseudoId);
    ipxe.log.emit(
      { kind: 'stage', stage: 'proxy-dhcp', ...ipxeMessage('ipxe.proxy-request', { server }) },
      { rule: 'PXE 2.1 §2.2.3' },
    );
    this.rememberFile(proxyOffer);
    for (const timeoutNs of retryTimeoutsNs(build.dhcp.requestStartMs, build.dhcp.requestEndMs)) {
      const ciaddr = ack.message.yiaddr;
      const request = { type: 'request', serverId: proxyOffer.serverId, ciaddr } as const;
      this.send(request, proxyOffer.pseudoId, PXE_SERVER_PORT);
      const endNs = clock.nowNs + timeoutNs;
      while (clock.nowNs < endNs) {
        const datagram = yield* takeWithin(clock, socket.inbox, endNs - clock.nowNs);
        if (datagram === undefined) break;
        const answer = readAnswer(device, this.xid, datagram);
        if (answer === undefined || answer.sourcePort !== PXE_SERVER_PORT || answer.pseudoId !== proxyOffer.pseudoId)
          continue;
        if (answer.type !== DHCP_MESSAGE_TYPE.offer && answer.type !== DHCP_MESSAGE_TYPE.ack) continue;
        if (!hasPxeOptions(answer)) {
          this.note('proxy-no-options', ipxeMessage('ipxe.proxy-no-options', { server: formatIpv4(answer.source) }));
          this.rememberFile(answer);
          continue;
        }
        this.bindProxy(answer);
        device.fileWithoutServer = undefined;
        return OK;
      }
      // Without the proxy there still is a lease.
      if (clock.nowNs - startNs > build.dhcp.proxyWaitMs * NS_PER_MS) break;
    }
    this.note(
      'proxy-silent',
      ipxeMessage('ipxe.proxy-silent', {
        proxy: server,
        server: formatIpv4(ack.source),
      }),
    );
    return OK;
  }

  private rememberFile({ message, block, source }: DhcpAnswer): void {
    const file = block.value(TAG_FILENAME);
    if (file === undefined || file.length === 0 || message.siaddr !== 0) return;
    this.device.fileWithoutServer = { by: formatIpv4(source), file: fromLatin1(file).replace(/\0.*$/s, '') };
  }

  private bindProxy(answer: DhcpAnswer): void {
    registerPacket(this.ipxe, 'proxydhcp', answer);
  }
}

/** Puts a packet's settings in place of those of the same name: below a device, or at the root. */
export function registerPacket(ipxe: Ipxe, name: string, answer: DhcpAnswer, device?: NetDevice): DhcpBlock {
  const block = new DhcpBlock(name, answer.message);
  block.source = ipxe.log.currentCause;
  registerBlock(ipxe, block, device);
  return block;
}

export function registerBlock(ipxe: Ipxe, block: DhcpBlock, device?: NetDevice): void {
  const parent = device === undefined ? ipxe.settings.root : device.settings;
  const old = parent.children.find((child) => child.name === block.name);
  if (old !== undefined) ipxe.settings.unregister(old);
  ipxe.settings.register(block, parent);
}

/** Configures a device by DHCP. */
export function* configureByDhcp(ipxe: Ipxe, device: NetDevice): Task<Status> {
  const socket = ipxe.ip.host.openUdp({ port: DHCP_CLIENT_PORT, interfaceName: device.name });
  try {
    return yield* new Session(ipxe, device, socket).run();
  } finally {
    socket.close();
  }
}
