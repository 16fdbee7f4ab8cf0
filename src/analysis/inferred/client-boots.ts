/**
 * The boots of a network's clients as their frames show them, one state for each client: which step of a boot a frame
 * stands for. PXE 2.1 §2.2 for ROMs; what a loaded program does is known from what it fetches.
 */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import type { EventBody, StageId } from '../../base/event-log.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { decimal, type Message } from '../../base/sentence.ts';
import { decodeArp } from '../../protocols/arp/codec.ts';
import { ARP_OPERATION } from '../../protocols/arp/fields.ts';
import { clientMac, DHCP_SERVER_PORT, PXE_SERVER_PORT, type DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE } from '../../protocols/dhcp/options.ts';
import { serverIdentifier, vendorClass } from '../../protocols/dhcp/values.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { ISCSI_PORT } from '../../protocols/iscsi/fields.ts';
import type { PxeMenuItem } from '../../protocols/pxe/vendor-options.ts';
import type { FileFact } from '../story/facts.ts';
import type { FrameFact, FrameMeaning } from '../story/frame-fact.ts';
import { bootItem, firmwareOfMessage, vendorOptions, wantedAddress, type Firmware } from './dhcp-reading.ts';
import { FileHead } from './file-head.ts';
import { inferredMessage } from './inferred-texts.ts';
import type { Stations } from './stations.ts';

export interface SeenFrame {
  readonly index: number;
  readonly timeNs: number;
  readonly node: string;
  readonly fact: FrameFact;
  readonly bytes: Uint8Array;
  /** The transfer that it belongs to. */
  readonly file: FileFact | undefined;
}

/** An event that frames show. */
export interface Step {
  readonly node: string;
  readonly body: EventBody;
  readonly rule?: string;
  /** When it was before the frame that shows it. */
  readonly timeNs?: number;
}

interface Offer {
  readonly server: Ipv4Address;
  readonly what: Message;
}

interface Boot {
  firmware: Firmware;
  discovers: number;
  xid: number | undefined;
  offers: Offer[];
  /** The file that the firmware asked for last. */
  asked: string | undefined;
  /** A program that is loaded and has shown no sign of running. */
  loaded: { readonly name: string; readonly file: FileFact } | undefined;
  /** A program that the firmware loaded runs: it fetches the rest. */
  runs: boolean;
  hasKernel: boolean;
  hasSystem: boolean;
  /** After this file a menu may be on the screen. */
  menuAfter: string | undefined;
  lastNs: number;
  hasDisk: boolean;
  /** What option 43 offered. */
  menu: readonly PxeMenuItem[] | undefined;
}

/** Without frames for so long after a configuration or a menu program, somebody looks at a menu. */
const MENU_NS = 1_500_000_000;
const MENU_FILES = /(?:^|\/)(?:pxelinux\.cfg\/[^/]+|(?:vesa)?menu\.c32|grub\.cfg[^/]*)$/;

export class ClientBoots {
  private readonly stations: Stations;
  private readonly boots = new Map<string, Boot>();
  private readonly heads = new FileHead();

  constructor(stations: Stations) {
    this.stations = stations;
  }

  isClient(node: string): boolean {
    return this.boots.has(node);
  }

  /** The steps that come before the frame, and those that it brings. */
  see(seen: SeenFrame): { readonly before: readonly Step[]; readonly after: readonly Step[] } {
    const before: Step[] = [];
    const after: Step[] = [];
    const { fact, node } = seen;
    this.heads.add(seen);
    const own = this.boots.get(node);
    if (own !== undefined) {
      this.ran(node, own, seen, before);
      own.lastNs = seen.timeNs;
    }
    if (fact.meaning.kind === 'dhcp') this.dhcp(seen, fact.meaning, before, after);
    else if (fact.headers.etherType === ETHERTYPE.rarp) this.rarp(seen, before, after);
    else if (seen.file !== undefined) this.file(seen, seen.file, before, after);
    else if (fact.meaning.kind === 'tcp') this.iscsi(seen, before);
    else if (fact.meaning.kind === 'aoe') this.aoe(node, fact.meaning, before);
    return { before, after };
  }

  private bootOf(node: string): Boot {
    let boot = this.boots.get(node);
    if (boot === undefined) {
      boot = {
        firmware: 'other',
        discovers: 0,
        xid: undefined,
        offers: [],
        asked: undefined,
        loaded: undefined,
        runs: false,
        hasKernel: false,
        hasSystem: false,
        menuAfter: undefined,
        lastNs: 0,
        hasDisk: false,
        menu: undefined,
      };
      this.boots.set(node, boot);
    }
    return boot;
  }

  /** Signs that what was loaded runs, and that somebody had a menu before this frame. */
  private ran(node: string, boot: Boot, { fact, timeNs, file }: SeenFrame, before: Step[]): void {
    const { meaning } = fact;
    const { loaded, menuAfter } = boot;
    if (loaded !== undefined && meaning.kind !== 'arp' && file !== loaded.file) {
      const isNew = meaning.kind !== 'tftp' || meaning.packet.opcode === 'rrq';
      if (isNew) {
        boot.loaded = undefined;
        boot.runs = true;
        before.push(
          stage(node, 'nbp-entry', inferredMessage('inferred.program', { file: loaded.name, sign: signOf(meaning) })),
        );
      }
    }
    if (menuAfter === undefined) return;
    const quietNs = timeNs - boot.lastNs;
    if (quietNs > MENU_NS && meaning.kind === 'tftp' && meaning.packet.opcode === 'rrq') {
      const seconds = decimal((quietNs / NS_PER_S).toFixed(1));
      const message = inferredMessage('inferred.menu', { seconds, file: menuAfter });
      before.push({ ...stage(node, 'menu', message), timeNs: boot.lastNs });
      boot.menuAfter = undefined;
    }
  }

  private dhcp(
    { node, fact, timeNs }: SeenFrame,
    { message, type, isRequest }: Extract<FrameMeaning, { kind: 'dhcp' }>,
    before: Step[],
    after: Step[],
  ): void {
    const client = this.stations.nameOfMac(clientMac(message));
    const { transport } = fact.headers;
    const is4011 = transport?.destinationPort === PXE_SERVER_PORT || transport?.sourcePort === PXE_SERVER_PORT;
    const boot = this.bootOf(client);
    if (!isRequest) {
      // What a relay passes on to the client is the same answer once more; what goes to the relay is not for it yet.
      const isForRelay = transport?.destinationPort === DHCP_SERVER_PORT;
      if (!isForRelay) this.reply(client, boot, message, type, is4011, fact, after);
      return;
    }
    // A relay sends the client's message on.
    if (node !== client) return;
    boot.lastNs = timeNs;
    const { ip } = fact.headers;
    const server = formatIpv4(ip?.destination ?? 0);
    if (is4011) {
      const item = bootItem(message);
      const { menu } = boot;
      const chosen = menu?.find((one) => one.type === item);
      if (menu !== undefined && chosen !== undefined) {
        const about = { count: menu.length, item: chosen.text };
        before.push(stage(client, 'boot-menu', inferredMessage('inferred.boot-menu', about), 'PXE 2.1 §2.2'));
        boot.menu = undefined;
      }
      const text =
        item === undefined
          ? inferredMessage('inferred.proxy-request', { server })
          : inferredMessage('inferred.boot-server', { server, type: item });
      before.push(stage(client, item === undefined ? 'proxy-dhcp' : 'boot-server', text, 'PXE 2.1 §2.2.3'));
      return;
    }
    switch (type) {
      case DHCP_MESSAGE_TYPE.discover:
        this.discover(client, boot, message, before);
        return;
      case DHCP_MESSAGE_TYPE.request: {
        this.chosen(client, boot, serverIdentifier(message), before);
        if (boot.hasSystem) return;
        const address = wantedAddress(message);
        before.push(stage(client, 'dhcp-request', inferredMessage('inferred.request', { address }), 'RFC 2131 §4.4.1'));
        return;
      }
      case undefined:
        boot.discovers++;
        before.push(stage(client, 'bootp-request', inferredMessage('inferred.bootp-request'), 'RFC 951 §3'));
        return;
      default:
    }
  }

  private discover(client: string, boot: Boot, message: DhcpMessage, before: Step[]): void {
    const firmware = firmwareOfMessage(message);
    const isOther = firmware !== boot.firmware || boot.xid !== message.xid;
    const isSystem = firmware === 'other' && (boot.runs || boot.hasKernel || boot.hasDisk);
    if (isOther) {
      boot.discovers = 0;
      boot.offers = [];
      boot.asked = undefined;
      boot.menuAfter = undefined;
      if (!isSystem) {
        boot.runs = false;
        boot.hasKernel = false;
      }
      boot.hasSystem = isSystem;
    }
    const changed = boot.firmware !== firmware;
    boot.firmware = firmware;
    boot.xid = message.xid;
    boot.discovers++;
    if (isSystem) {
      const vendor = vendorClass(message) ?? '-';
      if (boot.discovers === 1)
        before.push(stage(client, 'os-dhcp', inferredMessage('inferred.os-discover', { vendor }), 'RFC 2131 §4.4.1'));
      return;
    }
    const text =
      boot.discovers > 1
        ? inferredMessage('inferred.discover-again', { number: boot.discovers })
        : changed
          ? inferredMessage('inferred.discover-as', { firmware: inferredMessage(`inferred.firmware.${firmware}`) })
          : inferredMessage('inferred.discover');
    before.push(stage(client, 'dhcp-discover', text, 'RFC 2131 §4.4.1'));
  }

  private reply(
    client: string,
    boot: Boot,
    message: DhcpMessage,
    type: number | undefined,
    is4011: boolean,
    fact: FrameFact,
    after: Step[],
  ): void {
    const from = serverIdentifier(message) ?? fact.headers.ip?.source ?? 0;
    const vendor = vendorOptions(message);
    if (vendor?.bootMenu !== undefined) boot.menu = vendor.bootMenu;
    const address = formatIpv4(message.yiaddr);
    switch (type) {
      case DHCP_MESSAGE_TYPE.offer: {
        if (boot.hasSystem) return;
        const about = { server: formatIpv4(from) };
        const what =
          message.yiaddr === 0
            ? inferredMessage('inferred.offer.proxy', about)
            : inferredMessage('inferred.offer', { ...about, address });
        boot.offers.push({ server: from, what });
        after.push(stage(client, 'dhcp-offer', inferredMessage('inferred.offer-arrived', { offer: what })));
        return;
      }
      case DHCP_MESSAGE_TYPE.ack:
        if (is4011 || message.yiaddr === 0) return;
        if (boot.hasSystem)
          after.push(stage(client, 'os-address', inferredMessage('inferred.os-ack', { address }), 'RFC 2131 §4.3.1'));
        else after.push(stage(client, 'dhcp-ack', inferredMessage('inferred.ack', { address }), 'RFC 2131 §4.3.1'));
        return;
      case undefined:
        after.push(stage(client, 'bootp-reply', inferredMessage('inferred.bootp-reply', { address }), 'RFC 951 §3'));
        return;
      default:
    }
  }

  /** The request says which offer it is for. */
  private chosen(client: string, boot: Boot, server: Ipv4Address | undefined, before: Step[]): void {
    const { offers } = boot;
    boot.offers = [];
    if (server === undefined) return;
    const chosen = offers.find((offer) => offer.server === server);
    if (chosen === undefined || offers.length < 2) return;
    const decide = (code: string, message: Message): void => {
      before.push({ node: client, body: { kind: 'decision', code, severity: 'info', ...message } });
    };
    decide('inferred/offer-chosen', inferredMessage('inferred.offer-chosen', { offer: chosen.what }));
    for (const other of offers.filter((offer) => offer !== chosen)) {
      const about = { offer: other.what, server: formatIpv4(server) };
      // A ProxyDHCP offer is not chosen by the request: it may still be used.
      if (other.what.says.id !== 'inferred.offer.proxy')
        decide('inferred/offer-passed-over', inferredMessage('inferred.offer-passed-over', about));
    }
  }

  private rarp({ node, fact, bytes }: SeenFrame, before: Step[], after: Step[]): void {
    const packet = decodeArp(bytes.subarray(fact.headers.payloadStart, fact.headers.payloadEnd));
    if (!packet.ok) return;
    const { operation, targetMac, targetIp } = packet.value;
    if (operation === ARP_OPERATION.reverseRequest) {
      this.bootOf(node);
      before.push(stage(node, 'rarp-request', inferredMessage('inferred.rarp-request'), 'RFC 903'));
    } else if (operation === ARP_OPERATION.reverseReply) {
      this.stations.leased(targetMac, targetIp);
      const client = this.stations.nameOfMac(targetMac);
      this.bootOf(client);
      const address = formatIpv4(targetIp);
      after.push(stage(client, 'rarp-reply', inferredMessage('inferred.rarp-reply', { address }), 'RFC 903'));
    }
  }

  private file({ index, fact, timeNs }: SeenFrame, file: FileFact, before: Step[], after: Step[]): void {
    const client = this.stations.clientAt(file.client) ?? this.stations.nameOfMac(file.clientMac);
    const boot = this.bootOf(client);
    if (file.frames.at(-1) === index) {
      this.asked(client, boot, file, before);
      boot.lastNs = timeNs;
      return;
    }
    const server = serverName(file);
    if (file.outcome.kind === 'done' || isLastBlock(file)) {
      if (this.heads.isReported(file) || !this.heads.isWhole(file)) return;
      this.heads.report(file);
      after.push(transfer(this.serverNode(file), file, this.heads.bytesOf(file), 'done'));
      this.loaded(client, boot, file, after);
    } else if (file.outcome.kind === 'error') {
      const { code, message: reason } = file.outcome;
      // The end of a question for the size (RFC 2349).
      const isRefusal = fact.headers.ip?.source === file.server;
      if (!isRefusal || this.heads.isReported(file)) return;
      this.heads.report(file);
      after.push(transfer(this.serverNode(file), file, this.heads.bytesOf(file), 'failed'));
      // iPXE and UEFI go on to other names, and answer a demand for a password.
      if (!boot.runs && file.protocol === 'tftp' && boot.firmware !== 'ipxe') {
        const message = inferredMessage('inferred.file-refused', { server, file: file.name, code, reason });
        after.push(stage(client, 'boot-failed', message, 'RFC 1350 §5'));
      }
    }
  }

  private serverNode(file: FileFact): string {
    return this.stations.serverAt(file.server);
  }

  /** A program that was loaded asks in its own name, and iPXE and UEFI for all that they are told to. */
  private asked(client: string, boot: Boot, file: FileFact, before: Step[]): void {
    if (boot.runs && boot.firmware === 'pxe') return;
    // By TFTP the question for the size comes first.
    if (file.protocol === 'tftp' && boot.asked === file.name) return;
    boot.asked = file.name;
    const about = { protocol: file.protocol.toUpperCase(), file: uriOf(file), server: serverName(file) };
    const rule = file.protocol === 'tftp' ? 'RFC 1350 §4' : undefined;
    before.push(stage(client, 'file-request', inferredMessage('inferred.file-request', about), rule));
  }

  private loaded(client: string, boot: Boot, file: FileFact, after: Step[]): void {
    const name = baseName(file.name);
    if (MENU_FILES.test(file.name)) boot.menuAfter = file.name;
    const isProgram = boot.runs && boot.firmware === 'pxe';
    if (!isProgram) {
      const about = { file: uriOf(file), bytes: this.heads.bytesOf(file) };
      const rule = file.protocol === 'tftp' ? 'RFC 1350 §6' : undefined;
      after.push(stage(client, 'file-done', inferredMessage('inferred.file-done', about), rule));
    }
    const kind = this.heads.kindOf(file);
    if (kind === 'script') after.push(stage(client, 'script', inferredMessage('inferred.script', { file: name })));
    else if (kind === 'kernel' && !boot.hasKernel) {
      boot.hasKernel = true;
      after.push(stage(client, 'kernel-loaded', inferredMessage('inferred.kernel', { file: name })));
    } else if (!isProgram && boot.firmware !== 'ipxe') boot.loaded = { name, file };
  }

  private aoe(node: string, { target, isResponse }: Extract<FrameMeaning, { kind: 'aoe' }>, before: Step[]): void {
    const boot = this.boots.get(node);
    if (isResponse || boot === undefined || boot.hasDisk) return;
    boot.hasDisk = true;
    const message = inferredMessage('inferred.aoe', { shelf: target >>> 8, slot: target & 0xff });
    before.push(stage(node, 'disk-boot', message));
  }

  private iscsi({ node, fact, bytes }: SeenFrame, before: Step[]): void {
    const { transport, ip, payloadStart, payloadEnd } = fact.headers;
    if (transport?.destinationPort !== ISCSI_PORT || payloadEnd <= payloadStart || ip === undefined) return;
    const boot = this.bootOf(this.stations.clientAt(ip.source) ?? node);
    if (boot.hasDisk) return;
    const target = targetNameOf(bytes.subarray(payloadStart, payloadEnd));
    if (target === undefined) return;
    boot.hasDisk = true;
    const message = inferredMessage('inferred.iscsi', { server: formatIpv4(ip.destination), target });
    before.push(stage(node, 'disk-boot', message, 'RFC 7143 §11.12'));
  }
}

function stage(node: string, id: StageId, message: Message, rule?: string): Step {
  return { node, body: { kind: 'stage', stage: id, ...message }, ...(rule === undefined ? {} : { rule }) };
}

function transfer(
  node: string,
  { protocol, name, frames }: FileFact,
  doneBytes: number,
  state: 'done' | 'failed',
): Step {
  return {
    node,
    body: { kind: 'transfer', transfer: `${protocol} ${frames[0] ?? 0}`, protocol, name, doneBytes, state },
  };
}

function signOf(meaning: FrameMeaning): Message {
  if (meaning.kind === 'tftp' && meaning.packet.opcode === 'rrq')
    return inferredMessage('inferred.sign.file', { file: meaning.packet.filename });
  return meaning.kind === 'dhcp' && firmwareOfMessage(meaning.message) === 'ipxe'
    ? inferredMessage('inferred.sign.ipxe')
    : inferredMessage('inferred.sign.frames');
}

/** The client has all when a short block arrives (RFC 1350 §6): it need not wait for what its ACK does. */
function isLastBlock({ protocol, outcome, lastBlock, lastBlockBytes, blockBytes }: FileFact): boolean {
  return protocol === 'tftp' && outcome.kind === 'active' && lastBlock > 0 && lastBlockBytes < blockBytes;
}

function serverName(file: FileFact): string {
  return formatIpv4(file.server);
}

/** As iPXE and UEFI write it; TFTP has plain names. */
function uriOf({ protocol, name, host, server }: FileFact): string {
  return protocol === 'tftp'
    ? name
    : `${protocol}://${host ?? formatIpv4(server)}${name.startsWith('/') ? '' : '/'}${name}`;
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

const TARGET_NAME = /TargetName=([^\0]+)\0/;

/** Of a login request (RFC 7143 §13.4). */
function targetNameOf(payload: Uint8Array): string | undefined {
  let text = '';
  for (const byte of payload.subarray(0, 2048)) text += String.fromCharCode(byte);
  return TARGET_NAME.exec(text)?.[1];
}
