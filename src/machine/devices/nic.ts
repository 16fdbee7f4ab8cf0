/** Joins v86's network cards to ports of the lab: bus events on one side, frames on the other. */
import { isGroupMac, MAC_BROADCAST, readMac, writeMac, type MacAddress } from '../../base/address.ts';
import { byteAt } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import type { FramePort, FrameReceiver } from '../../net/port.ts';
import { isLossless, LosslessQueue } from '../lossless.ts';
import type { V86Bus, V86Cpu, V86Emulator, V86Ne2k } from '../v86/internals.ts';

export type NicModel = 'ne2k' | 'virtio';

export interface PcNic {
  readonly port: FramePort;
  readonly mac: MacAddress;
  readonly model: NicModel;
}

export interface NicOwner {
  /** Puts a frame on the cable at the machine's own time. */
  send(port: FramePort, frame: Uint8Array): void;
  /** A frame has come from the cable. */
  received(frame: Uint8Array): void;
  atBorder(action: () => void): void;
  /** The guest's driver has looked whether a frame has come. */
  polled(): void;
}

/** v86's number for a card: it fixes the bus events, the I/O base 300h + 100h * n and the PCI slot. */
const CARD_IDS = [
  0, 1,
  // 2 would sit on the ports of fw_cfg (510h).
  3, 4,
] as const;

/** NE2000 receive configuration (DP8390 RCR): promiscuous, accept multicast. */
const RCR_PROMISCUOUS = 0x10;
const RCR_MULTICAST = 0x08;

/** What a driver that polls reads: interrupt status or current page, and receive status. */
const POLLED_REGISTERS = [0x07, 0x0c] as const;

/** Where the driver says how far it has read the ring, and where it clears interrupts. */
const BOUNDARY_REGISTER = 0x03;
const INTERRUPT_STATUS_REGISTER = 0x07;

/** Puts the cards into the machine, before it starts; returns whether what goes on is in the cards alone. */
export function plugNics(nics: readonly PcNic[], emulator: V86Emulator, owner: NicOwner): () => boolean {
  const queues: LosslessQueue[] = [];
  const { bus, emulator_bus: deviceBus } = emulator;
  const { cpu } = emulator.v86;
  nics.forEach((nic, index) => {
    const id = itemAt(CARD_IDS, index);
    let receive: FrameReceiver;
    if (nic.model === 'virtio') receive = setUpVirtio(nic, cpu, bus);
    else {
      const card = makeNe2k(cpu, deviceBus, index, id);
      const put = setUpNe2k(nic, card, bus, id);
      const lossless = new LosslessQueue(card, put);
      queues.push(lossless);
      receive = (frame) => (isLossless(frame) ? lossless.add(frame) : put(frame));
      watchRing(cpu, id, owner, lossless);
      watchPolls(cpu, id, owner);
    }
    nic.port.setReceiver((frame) => {
      owner.received(frame);
      owner.atBorder(() => receive(frame));
    });
    // v86 hands out a view of the card's own memory.
    bus.register(`net${id}-send`, (data: Uint8Array) => owner.send(nic.port, data.slice()));
  });
  return () => queues.every(({ isIdle }) => isIdle);
}

/** v86 makes the first card by itself; the others are made by the first one's constructor. */
function makeNe2k(cpu: V86Cpu, deviceBus: V86Bus, index: number, id: number): V86Ne2k {
  const { net } = cpu.devices;
  assert(net !== undefined, 'v86 made the first NE2000');
  return index === 0 ? net : new net.constructor(cpu, deviceBus, false, false, id);
}

function setUpNe2k(nic: PcNic, card: V86Ne2k, bus: V86Bus, id: number): FrameReceiver {
  writeMac(card.mac, 0, nic.mac);
  // The address PROM shows each byte twice to a card in word mode.
  for (let i = 0; i < 6; i++) card.memory[2 * i] = card.memory[2 * i + 1] = byteAt(card.mac, i);
  return (frame) => {
    const before = card.rxcr;
    // v86's card drops the multicast frames that it was told to accept; it accepts them in promiscuous mode.
    if ((before & RCR_MULTICAST) !== 0 && isMulticast(frame)) card.rxcr |= RCR_PROMISCUOUS;
    bus.send(`net${id}-receive`, frame);
    card.rxcr = before;
  };
}

/** The guest keeps polling: the owner may let the lab catch up between two polls. */
function watchPolls(cpu: V86Cpu, id: number, owner: NicOwner): void {
  for (const register of POLLED_REGISTERS) {
    const entry = itemAt(cpu.io.ports, 0x300 + 0x100 * id + register);
    const read = entry.read8;
    entry.read8 = () => {
      owner.polled();
      return read.call(entry.device);
    };
  }
}

/** The driver has read frames: there is room for others. It has cleared the interrupt: there may be more for it to read. */
function watchRing(cpu: V86Cpu, id: number, owner: NicOwner, lossless: LosslessQueue): void {
  const afterWrite = (register: number, then: () => void): void => {
    const entry = itemAt(cpu.io.ports, 0x300 + 0x100 * id + register);
    const write = entry.write8;
    entry.write8 = (value) => {
      write.call(entry.device, value);
      then();
    };
  };
  afterWrite(BOUNDARY_REGISTER, () => {
    if (!lossless.isEmpty) owner.atBorder(() => lossless.pass());
  });
  afterWrite(INTERRUPT_STATUS_REGISTER, () => {
    if (lossless.owesInterrupt) owner.atBorder(() => lossless.interrupt());
  });
}

function setUpVirtio(nic: PcNic, cpu: V86Cpu, bus: V86Bus): FrameReceiver {
  const card = cpu.devices.virtio_net;
  assert(card !== undefined, 'v86 made the virtio card');
  card.mac = new Uint8Array(6);
  writeMac(card.mac, 0, nic.mac);
  return (frame) => {
    // Without a buffer of the driver's the frame is lost; v86 would write to the console.
    if (itemAt(card.virtio.queues, 0).has_request()) bus.send('net0-receive', frame);
  };
}

function isMulticast(frame: Uint8Array): boolean {
  const destination = readMac(frame, 0);
  return isGroupMac(destination) && destination !== MAC_BROADCAST;
}

/** Throws when a PC cannot have these cards; the schema refuses them before. */
export function assertNics(nics: readonly PcNic[]): void {
  assert(nics.length <= CARD_IDS.length, `a PC has room for ${CARD_IDS.length} network cards`);
  assert(nics.length <= 1 || nics.every(({ model }) => model !== 'virtio'), 'a virtio card is the only one');
}
