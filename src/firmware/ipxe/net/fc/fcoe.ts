/**
 * FCoE on a network device: the VLAN of FCoE by FIP, then a forwarder by FIP, else one at the address that forwarders had
 * before FIP (FC-BB-6 §7.9). Runs as long as the device is open.
 */
import { formatMac, readMac, type MacAddress } from '../../../../base/address.ts';
import { NS_PER_MS } from '../../../../base/time/clock.ts';
import { sleep, startTask, type RunningTask, type Task } from '../../../../base/time/task.ts';
import { encodeEthernet } from '../../../../protocols/ethernet/codec.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../../../protocols/ethernet/fields.ts';
import { decodeFc, encodeFc, type FcFrame } from '../../../../protocols/fc/codec.ts';
import { FC_F_CTL, FC_R_CTL } from '../../../../protocols/fc/fields.ts';
import { wwnOfMac, type Wwn } from '../../../../protocols/fc/wwn.ts';
import { ELS } from '../../../../protocols/fcels/fields.ts';
import { decodeFcoe, encodeFcoe } from '../../../../protocols/fcoe/codec.ts';
import {
  DEFAULT_FCF_MAC,
  FCOE_EOF,
  FCOE_HEADER_LENGTH,
  FCOE_SOF,
  FCOE_TRAILER_LENGTH,
} from '../../../../protocols/fcoe/fields.ts';
import {
  decodeFip,
  encodeFip,
  fipDescriptor,
  type FipDescriptor,
  type FipMessage,
} from '../../../../protocols/fip/codec.ts';
import {
  ALL_ENODE_MACS,
  ALL_FCF_MACS,
  FIP_DESCRIPTOR,
  FIP_FLAG,
  FIP_OPCODE,
  FIP_SUBCODE,
} from '../../../../protocols/fip/fields.ts';
import type { FrameReceiver } from '../../../../net/port.ts';
import { OK, type Status } from '../../errors.ts';
import { ipxeMessage } from '../../messages.ts';
import { ticksNs } from '../ticks.ts';
import { FcPort, type FcRoom, type FcTransport } from './port.ts';

const ALL_FCOE_MACS: MacAddress = 0x0110_1801_0000;
/** What the names of nodes and ports begin with. */
const NODE_NAME = 0x1000;
const PORT_NAME = 0x2000;
const MAX_REQUESTS = 2;
const SECOND = 1024;
const VLAN_POLL = 30 * SECOND;
const VLAN_PRIORITY = 3;
const MAX_MISSED_ADVERTISEMENTS = 4;
const MTU = 1500;
const SOLICITED = FIP_FLAG.available | FIP_FLAG.solicited | FIP_FLAG.fPort;

interface FcfFound {
  readonly mac: MacAddress;
  readonly priority: number;
  /** 0: none are wanted. */
  readonly keepAliveMs: number;
}

/** The network device, as far as FCoE uses it. */
export interface FcoeDevice {
  readonly name: string;
  readonly mac: MacAddress;
  /** Undefined for a card, which may be a trunk. */
  readonly vlan: object | undefined;
  readonly port: { readonly protocols: Map<number, FrameReceiver>; send(frame: Uint8Array): void };
  /** Makes a device for a VLAN on this one. */
  createVlan(tag: number, priority: number): Status;
}

export class FcoePort implements FcTransport {
  readonly name: string;
  private readonly fc: FcRoom;
  private readonly device: FcoeDevice;
  private running: RunningTask<void> | undefined;
  private port: FcPort | undefined;
  /** The forwarder that FIP has found. */
  private fcf: FcfFound | undefined;
  private isVlanFound = false;
  private missed = 0;
  /** The address of the port: the card's until the fabric gives one. */
  private localMac: MacAddress = 0;

  constructor(fc: FcRoom, device: FcoeDevice) {
    this.fc = fc;
    this.device = device;
    this.name = device.name;
    device.port.protocols.set(ETHERTYPE.fip, (frame) => this.receiveFip(frame));
    device.port.protocols.set(ETHERTYPE.fcoe, (frame) => this.receiveFcoe(frame));
  }

  get nodeName(): Wwn {
    return wwnOfMac(this.device.mac, NODE_NAME);
  }

  get portName(): Wwn {
    return wwnOfMac(this.device.mac, PORT_NAME);
  }

  /** The device was opened. */
  start(): void {
    this.reset();
  }

  stop(): void {
    this.running?.cancel();
    this.running = undefined;
    this.port?.close();
    this.port = undefined;
  }

  private reset(): void {
    this.stop();
    this.fcf = undefined;
    this.isVlanFound = false;
    this.localMac = this.device.mac;
    this.running = startTask(this.run());
  }

  private *run(): Task<void> {
    const { clock } = this.fc;
    // What the device is opened for comes first.
    yield* sleep(clock, 0);
    if (this.device.vlan === undefined) yield* this.findVlan();
    for (let sent = 0; this.fcf === undefined && sent < MAX_REQUESTS; sent++) {
      this.solicit();
      yield* sleep(clock, ticksNs(SECOND));
    }
    this.report();
    this.port = new FcPort(this.fc, this);
    const { fcf } = this;
    if (fcf === undefined || fcf.keepAliveMs === 0) return;
    for (this.missed = 0; this.missed <= MAX_MISSED_ADVERTISEMENTS; this.missed++) {
      this.sendFip(fcf.mac, FIP_OPCODE.control, FIP_SUBCODE.keepAlive, 0, [this.macDescriptor]);
      yield* sleep(clock, fcf.keepAliveMs * NS_PER_MS);
    }
    // The forwarder is gone.
    this.fc.clock.schedule(0, () => this.reset());
  }

  /** Ends when nobody names a VLAN; else the device of that VLAN does the rest. */
  private *findVlan(): Task<void> {
    for (let unanswered = 0; unanswered < MAX_REQUESTS;) {
      const waits = this.isVlanFound ? VLAN_POLL : SECOND;
      this.isVlanFound = false;
      this.sendFip(ALL_FCF_MACS, FIP_OPCODE.vlan, FIP_SUBCODE.vlanRequest, 0, [this.macDescriptor]);
      yield* sleep(this.fc.clock, ticksNs(waits));
      unanswered = this.isVlanFound ? 0 : unanswered + 1;
    }
  }

  private solicit(): void {
    const bytes = MTU - FCOE_HEADER_LENGTH - FCOE_TRAILER_LENGTH;
    this.sendFip(ALL_FCF_MACS, FIP_OPCODE.discovery, FIP_SUBCODE.solicitation, FIP_FLAG.fpma | FIP_FLAG.spma, [
      this.macDescriptor,
      { kind: 'name', name: this.nodeName },
      { kind: 'max-size', bytes },
    ]);
  }

  /** Which forwarder is used. */
  private report(): void {
    const { fcf, name: card } = this;
    const message =
      fcf === undefined
        ? ipxeMessage('ipxe.fcoe-no-forwarder', { card })
        : ipxeMessage('ipxe.fcoe-forwarder', { card, forwarder: formatMac(fcf.mac) });
    const code = fcf === undefined ? 'fcoe-no-forwarder' : 'fcoe-forwarder';
    this.fc.log.emit({ kind: 'decision', code, severity: 'info', ...message });
  }

  private get macDescriptor(): FipDescriptor {
    return { kind: 'mac', mac: this.device.mac };
  }

  private receiveFip(frame: Uint8Array): void {
    if (this.running === undefined) return;
    const to = readMac(frame, ETHERNET.destination);
    if (to !== this.device.mac && to !== ALL_FCOE_MACS && to !== ALL_ENODE_MACS) return;
    const message = decodeFip(frame.subarray(ETHERNET_HEADER_LENGTH));
    if (!message.ok) return;
    const { opcode, subcode } = message.value;
    if (opcode === FIP_OPCODE.vlan && subcode === FIP_SUBCODE.vlanNotification) this.vlanNamed(message.value);
    else if (opcode === FIP_OPCODE.discovery && subcode === FIP_SUBCODE.advertisement) this.advertised(message.value);
    else if (opcode === FIP_OPCODE.linkService && subcode === FIP_SUBCODE.reply) this.loggedIn(message.value);
  }

  private vlanNamed(message: FipMessage): void {
    const named = fipDescriptor(message, 'vlan');
    if (named === undefined || fipDescriptor(message, 'mac') === undefined) return;
    if (this.device.createVlan(named.vlan, VLAN_PRIORITY) !== OK) return;
    if (!this.isVlanFound) {
      const what = { card: this.name, vlan: named.vlan };
      this.fc.log.emit({
        kind: 'decision',
        code: 'fcoe-vlan',
        severity: 'info',
        ...ipxeMessage('ipxe.fcoe-vlan', what),
      });
    }
    this.isVlanFound = true;
  }

  private advertised(message: FipMessage): void {
    const priority = fipDescriptor(message, 'priority');
    const mac = fipDescriptor(message, 'mac');
    const keepAlive = fipDescriptor(message, 'keep-alive');
    if (priority === undefined || mac === undefined || keepAlive === undefined) return;
    if (this.port === undefined) {
      const isBetter = this.fcf === undefined || priority.priority < this.fcf.priority;
      if ((message.flags & SOLICITED) !== SOLICITED || !isBetter) return;
      const keepAliveMs = keepAlive.isOff ? 0 : keepAlive.periodMs;
      this.fcf = { mac: mac.mac, priority: priority.priority, keepAliveMs };
    } else if (this.fcf === undefined) this.reset();
    else if (mac.mac === this.fcf.mac) this.missed = 0;
  }

  /** The answer to a login by FIP: the address of the port, then a frame like others. */
  private loggedIn(message: FipMessage): void {
    const els = fipDescriptor(message, 'els');
    const mac = fipDescriptor(message, 'mac');
    if (els?.type !== FIP_DESCRIPTOR.flogi || mac === undefined) return;
    this.localMac = mac.mac;
    const frame = decodeFc(els.frame);
    if (frame.ok) this.port?.receive(frame.value);
  }

  private receiveFcoe(bytes: Uint8Array): void {
    const to = readMac(bytes, ETHERNET.destination);
    if (to !== this.localMac && to !== DEFAULT_FCF_MAC) return;
    const fcoe = decodeFcoe(bytes.subarray(ETHERNET_HEADER_LENGTH));
    if (!fcoe.ok) return;
    const { sof, eof } = fcoe.value;
    if ((sof !== FCOE_SOF.i3 && sof !== FCOE_SOF.n3) || (eof !== FCOE_EOF.n && eof !== FCOE_EOF.t)) return;
    const frame = decodeFc(fcoe.value.frame);
    if (frame.ok) this.port?.receive(frame.value);
  }

  send(frame: FcFrame): void {
    const { fcf } = this;
    if (fcf !== undefined && frame.rCtl === FC_R_CTL.elsRequest && frame.payload[0] === ELS.flogi) {
      this.sendFip(fcf.mac, FIP_OPCODE.linkService, FIP_SUBCODE.request, FIP_FLAG.fpma | FIP_FLAG.spma, [
        { kind: 'els', type: FIP_DESCRIPTOR.flogi, frame: encodeFc(frame) },
        this.macDescriptor,
      ]);
      return;
    }
    const sof = frame.seqCnt === 0 ? FCOE_SOF.i3 : FCOE_SOF.n3;
    const eof = (frame.fCtl & FC_F_CTL.endOfSequence) === 0 ? FCOE_EOF.n : FCOE_EOF.t;
    const payload = encodeFcoe({ sof, eof, frame: encodeFc(frame) });
    this.put(fcf?.mac ?? DEFAULT_FCF_MAC, this.localMac, ETHERTYPE.fcoe, payload);
  }

  private sendFip(
    destination: MacAddress,
    opcode: number,
    subcode: number,
    flags: number,
    descriptors: readonly FipDescriptor[],
  ): void {
    const payload = encodeFip({ opcode, subcode, flags, descriptors });
    this.put(destination, this.device.mac, ETHERTYPE.fip, payload);
  }

  private put(destination: MacAddress, source: MacAddress, etherType: number, payload: Uint8Array): void {
    this.device.port.send(encodeEthernet({ kind: 'ethernet-ii', destination, source, etherType, payload }));
  }
}
