/**
 * An FCoE forwarder on an interface (FC-BB-6 §7): machines find it by FIP and log in through it; frames of the fabric travel
 * between them in Ethernet frames, at MAC addresses that the fabric gives (FPMA).
 */
import { formatMac, readMac, type MacAddress } from '../../base/address.ts';
import { readU16 } from '../../base/bytes.ts';
import { NS_PER_MS, type Clock } from '../../base/time/clock.ts';
import type { NetInterface } from '../../net/host/types.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { decodeEthernet, encodeEthernet } from '../../protocols/ethernet/codec.ts';
import { decodeFc, encodeFc, type FcFrame } from '../../protocols/fc/codec.ts';
import { FC_F_CTL, FC_HEADER_LENGTH, FC_ID, FC_MAX_DATA_LENGTH, FC_R_CTL } from '../../protocols/fc/fields.ts';
import { answerTo } from '../../protocols/fc/sequence.ts';
import { formatFcId, formatWwn, type Wwn } from '../../protocols/fc/wwn.ts';
import { encodeAccept, type Login } from '../../protocols/fcels/codec.ts';
import { ELS } from '../../protocols/fcels/fields.ts';
import { decodeFcoe, encodeFcoe } from '../../protocols/fcoe/codec.ts';
import {
  DEFAULT_FC_MAP,
  DEFAULT_FCF_MAC,
  FCOE_EOF,
  FCOE_HEADER_LENGTH,
  FCOE_SOF,
  FCOE_TRAILER_LENGTH,
} from '../../protocols/fcoe/fields.ts';
import { decodeFip, encodeFip, fipDescriptor, type FipDescriptor, type FipMessage } from '../../protocols/fip/codec.ts';
import { ALL_ENODE_MACS, FIP_DESCRIPTOR, FIP_FLAG, FIP_OPCODE, FIP_SUBCODE } from '../../protocols/fip/fields.ts';
import type { FabricPort } from './fabric-port.ts';
import { fabricLogin, type Fabric } from './fabric.ts';
import { fcoeMessage } from './messages.ts';
import type { FcoeReports } from './reports.ts';

/** A login ends when so many keep-alives were missed (FC-BB-6 §7.9.5). */
const MISSED_KEEP_ALIVES = 2.5;
const MAX_MACHINES = 256;

/** The longest payload of Fibre Channel in the frames of an interface; whole words. */
export function frameBytesOf(mtu: number): number {
  const fits = mtu - FCOE_HEADER_LENGTH - FC_HEADER_LENGTH - FCOE_TRAILER_LENGTH;
  return Math.min(FC_MAX_DATA_LENGTH, fits) & ~3;
}

/** A machine's port in the fabric (VN_Port). */
class MachinePort implements FabricPort {
  readonly id: number;
  readonly portName: Wwn;
  readonly nodeName: Wwn;
  readonly zone = undefined;
  /** The address of its card, and that of the port. */
  readonly card: MacAddress;
  readonly mac: MacAddress;
  lastHeardNs: number;
  /** Where frames for it go: machines without FIP may go on with the address of their card. */
  sendsTo: MacAddress;
  private readonly forwarder: Forwarder;

  constructor(forwarder: Forwarder, id: number, { portName, nodeName }: Login, card: MacAddress, nowNs: number) {
    this.forwarder = forwarder;
    this.id = id;
    this.portName = portName;
    this.nodeName = nodeName;
    this.card = card;
    this.mac = DEFAULT_FC_MAP * 0x100_0000 + id;
    this.sendsTo = this.mac;
    this.lastHeardNs = nowNs;
  }

  receive(frame: FcFrame): void {
    this.forwarder.sendFcoe(this.sendsTo, frame);
  }
}

export interface ForwarderOptions {
  readonly clock: Clock;
  readonly port: NetInterface;
  readonly fabric: Fabric;
  readonly reports: FcoeReports;
  readonly priority: number;
  readonly keepAliveMs: number;
  readonly hasFip: boolean;
}

export class Forwarder {
  private readonly options: ForwarderOptions;
  /** By the MAC address of the port. */
  private readonly machines = new Map<MacAddress, MachinePort>();

  constructor(options: ForwarderOptions) {
    this.options = options;
  }

  listen(): void {
    const { port, hasFip } = this.options;
    const before = port.onFrame;
    // The fixed address of forwarders without FIP is not that of the card.
    if (!hasFip) port.promiscuous = true;
    port.onFrame = (bytes) => this.receive(bytes) || (before?.(bytes) ?? false);
    if (hasFip) this.advertise();
  }

  private receive(bytes: Uint8Array): boolean {
    const { port, hasFip } = this.options;
    const frame = decodeEthernet(bytes);
    if (!frame.ok || frame.value.kind !== 'ethernet-ii') return false;
    const { etherType, payload, source, destination } = frame.value;
    if (etherType === ETHERTYPE.fip) {
      const message = decodeFip(payload);
      if (message.ok && hasFip) this.receiveFip(message.value, source);
      return true;
    }
    if (etherType !== ETHERTYPE.fcoe) return false;
    if (destination !== port.mac && (hasFip || destination !== DEFAULT_FCF_MAC)) return true;
    const fcoe = decodeFcoe(payload);
    const decoded = fcoe.ok ? decodeFc(fcoe.value.frame) : fcoe;
    if (decoded.ok) this.receiveFc(decoded.value, source);
    return true;
  }

  private receiveFc(frame: FcFrame, source: MacAddress): void {
    const machine = this.options.hasFip ? this.machines.get(source) : this.machineWithoutFip(frame, source);
    if (machine === undefined) return;
    // A port uses no address but its own.
    if (frame.source !== machine.id) return;
    if (frame.rCtl === FC_R_CTL.elsRequest && frame.destination === FC_ID.fPort) this.fabricService(frame, machine);
    else this.options.fabric.deliver(frame, machine);
  }

  /** The login is a frame like all others; the machine is known by the address of its card or of its port. */
  private machineWithoutFip(frame: FcFrame, source: MacAddress): MachinePort | undefined {
    const login = frame.destination === FC_ID.fPort ? fabricLogin(frame) : undefined;
    if (login !== undefined) {
      const made = this.login(login, source);
      this.sendFcoe(source, this.loginAnswer(frame, made.id));
      return undefined;
    }
    const machine = [...this.machines.values()].find(({ mac, card }) => mac === source || card === source);
    if (machine !== undefined) machine.sendsTo = source;
    return machine;
  }

  private fabricService(frame: FcFrame, machine: MachinePort): void {
    const { fabric } = this.options;
    if (frame.payload[0] !== ELS.logo) {
      fabric.refuse(frame, machine);
      return;
    }
    machine.receive(answerTo(frame, FC_R_CTL.elsReply, fabric.nextXid(), encodeAccept()));
    this.leave(machine, 'logout');
  }

  private receiveFip(message: FipMessage, source: MacAddress): void {
    const { opcode, subcode } = message;
    if (opcode === FIP_OPCODE.discovery && subcode === FIP_SUBCODE.solicitation) this.solicited(message, source);
    else if (opcode === FIP_OPCODE.linkService && subcode === FIP_SUBCODE.request) this.linkService(message, source);
    else if (opcode === FIP_OPCODE.control && subcode === FIP_SUBCODE.keepAlive) {
      for (const machine of this.machines.values()) {
        if (machine.card === source) machine.lastHeardNs = this.options.clock.nowNs;
      }
    }
  }

  private solicited(message: FipMessage, source: MacAddress): void {
    const { port, fabric, reports } = this.options;
    const to = fipDescriptor(message, 'mac')?.mac ?? source;
    const machine = formatMac(to);
    const what = { machine, forwarder: formatMac(port.mac), fabric: formatWwn(fabric.name) };
    reports.once('discovery', 'info', machine, fcoeMessage('fcoe.discovery', what), 'FC-BB-6 §7.9.4');
    // As long as the longest frames of the machine: when it arrives, they will too (FC-BB-6 §7.9.4.2).
    const bytes = Math.min(fipDescriptor(message, 'max-size')?.bytes ?? 0, port.mtu);
    this.sendAdvertisement(to, FIP_FLAG.solicited, bytes);
  }

  /** To all machines, again and again. */
  private advertise(): void {
    const { clock, keepAliveMs } = this.options;
    this.sendAdvertisement(ALL_ENODE_MACS, 0, 0);
    this.dropSilent();
    clock.schedule((keepAliveMs === 0 ? 8000 : keepAliveMs) * NS_PER_MS, () => this.advertise());
  }

  private sendAdvertisement(to: MacAddress, flag: number, bytes: number): void {
    const { port, fabric, priority, keepAliveMs } = this.options;
    const descriptors: readonly FipDescriptor[] = [
      { kind: 'priority', priority },
      { kind: 'mac', mac: port.mac },
      { kind: 'name', name: fabric.name },
      { kind: 'fabric', virtualFabric: 0, map: DEFAULT_FC_MAP, name: fabric.name },
      { kind: 'keep-alive', periodMs: keepAliveMs === 0 ? 8000 : keepAliveMs, isOff: keepAliveMs === 0 },
    ];
    const flags = FIP_FLAG.fpma | FIP_FLAG.available | FIP_FLAG.fPort | flag;
    this.sendFip(to, { opcode: FIP_OPCODE.discovery, subcode: FIP_SUBCODE.advertisement, flags, descriptors }, bytes);
  }

  private linkService(message: FipMessage, source: MacAddress): void {
    const els = fipDescriptor(message, 'els');
    const decoded = els === undefined ? undefined : decodeFc(els.frame);
    if (els === undefined || decoded?.ok !== true) return;
    const frame = decoded.value;
    const flags = FIP_FLAG.fpma;
    const reply = { opcode: FIP_OPCODE.linkService, subcode: FIP_SUBCODE.reply, flags } as const;
    const answer = (answered: FcFrame, mac: MacAddress): void => {
      const descriptors: readonly FipDescriptor[] = [
        { kind: 'els', type: els.type, frame: encodeFc(answered) },
        { kind: 'mac', mac },
      ];
      this.sendFip(source, { ...reply, descriptors });
    };
    if (els.type === FIP_DESCRIPTOR.flogi) {
      const login = fabricLogin(frame);
      if (login === undefined) return;
      const made = this.login(login, source);
      answer(this.loginAnswer(frame, made.id), made.mac);
    } else if (els.type === FIP_DESCRIPTOR.logo) {
      const machine = [...this.machines.values()].find(({ id, card }) => id === frame.source && card === source);
      if (machine === undefined) return;
      answer(answerTo(frame, FC_R_CTL.elsReply, this.options.fabric.nextXid(), encodeAccept()), machine.mac);
      this.leave(machine, 'logout');
    }
  }

  private loginAnswer(frame: FcFrame, id: number): FcFrame {
    const { fabric } = this.options;
    return { ...answerTo(frame, FC_R_CTL.elsReply, fabric.nextXid(), fabric.loginAnswer()), destination: id };
  }

  private login(login: Login, card: MacAddress): MachinePort {
    const { fabric, clock, reports } = this.options;
    const port = formatWwn(login.portName);
    const old = [...this.machines.values()].find(({ portName }) => portName === login.portName);
    if (old !== undefined) this.leave(old, 'again');
    const [oldest] = this.machines.values();
    if (this.machines.size >= MAX_MACHINES && oldest !== undefined) this.leave(oldest, 'lost');
    const made = new MachinePort(this, fabric.machineId(login.portName), login, card, clock.nowNs);
    this.machines.set(made.mac, made);
    fabric.add(made);
    const what = { machine: formatMac(card), port, id: formatFcId(made.id), mac: formatMac(made.mac) };
    reports.say('fabric-login', 'info', fcoeMessage('fcoe.fabric-login', what), 'FC-LS-3 §6.2');
    return made;
  }

  private leave(machine: MachinePort, how: 'logout' | 'lost' | 'again'): void {
    const { fabric, reports, clock } = this.options;
    this.machines.delete(machine.mac);
    fabric.remove(machine);
    const port = formatWwn(machine.portName);
    const seconds = Math.round((clock.nowNs - machine.lastHeardNs) / (1000 * NS_PER_MS));
    const message =
      how === 'lost' ? fcoeMessage('fcoe.fabric-lost', { port, seconds }) : fcoeMessage(`fcoe.fabric-${how}`, { port });
    reports.say(`fabric-${how}`, how === 'logout' ? 'info' : 'note', message);
  }

  /** Ends the logins of machines that say nothing, and tells them so (FC-BB-6 §7.9.5.3). */
  private dropSilent(): void {
    const { clock, keepAliveMs, port, fabric } = this.options;
    if (keepAliveMs === 0) return;
    for (const machine of this.machines.values()) {
      if (clock.nowNs - machine.lastHeardNs <= MISSED_KEEP_ALIVES * keepAliveMs * NS_PER_MS) continue;
      this.leave(machine, 'lost');
      const descriptors: readonly FipDescriptor[] = [
        { kind: 'mac', mac: port.mac },
        { kind: 'name', name: fabric.name },
        { kind: 'port', mac: machine.mac, id: machine.id, name: machine.portName },
      ];
      const subcode = FIP_SUBCODE.clearVirtualLinks;
      this.sendFip(machine.card, { opcode: FIP_OPCODE.control, subcode, flags: 0, descriptors });
    }
  }

  private sendFip(destination: MacAddress, message: FipMessage, bytes = 0): void {
    const list = encodeFip(message);
    const payload = list.length >= bytes ? list : new Uint8Array(bytes);
    payload.set(list);
    this.send(destination, ETHERTYPE.fip, payload);
  }

  sendFcoe(destination: MacAddress, frame: FcFrame): void {
    const sof = frame.seqCnt === 0 ? FCOE_SOF.i3 : FCOE_SOF.n3;
    const eof = (frame.fCtl & FC_F_CTL.endOfSequence) === 0 ? FCOE_EOF.n : FCOE_EOF.t;
    this.send(destination, ETHERTYPE.fcoe, encodeFcoe({ sof, eof, frame: encodeFc(frame) }));
  }

  private send(destination: MacAddress, etherType: number, payload: Uint8Array): void {
    const { port } = this.options;
    port.sendFrame(encodeEthernet({ kind: 'ethernet-ii', destination, source: port.mac, etherType, payload }));
  }
}

/** Tells machines that ask on an untagged interface which VLAN the forwarder is in (FC-BB-6 §7.9.3). */
export function answerVlanRequests(port: NetInterface, vlan: number, reports: FcoeReports): void {
  const before = port.onFrame;
  port.onFrame = (bytes) => {
    if (bytes.length < ETHERNET_HEADER_LENGTH || readU16(bytes, ETHERNET.type) !== ETHERTYPE.fip)
      return before?.(bytes) ?? false;
    const message = decodeFip(bytes.subarray(ETHERNET_HEADER_LENGTH));
    if (!message.ok || message.value.opcode !== FIP_OPCODE.vlan || message.value.subcode !== FIP_SUBCODE.vlanRequest)
      return true;
    const source = readMac(bytes, ETHERNET.source);
    const machine = formatMac(source);
    reports.once('vlan', 'info', machine, fcoeMessage('fcoe.vlan', { machine, vlan }), 'FC-BB-6 §7.9.3');
    const payload = encodeFip({
      opcode: FIP_OPCODE.vlan,
      subcode: FIP_SUBCODE.vlanNotification,
      flags: 0,
      descriptors: [
        { kind: 'mac', mac: port.mac },
        { kind: 'vlan', vlan },
      ],
    });
    port.sendFrame(
      encodeEthernet({ kind: 'ethernet-ii', destination: source, source: port.mac, etherType: ETHERTYPE.fip, payload }),
    );
    return true;
  };
}
