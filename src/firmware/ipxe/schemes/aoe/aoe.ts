/** `aoe:e0.1`: disks of ATA over Ethernet, found by their shelf and slot on the link of the card that was opened last. */
import { NS_PER_S } from '../../../../base/time/clock.ts';
import { err, ok } from '../../../../base/result.ts';
import { Inbox, takeWithin, type Task } from '../../../../base/time/task.ts';
import { readMac, type MacAddress } from '../../../../base/address.ts';
import {
  AOE_CONFIG_COMMAND,
  ATA_COMMAND,
  ATA_SECTOR_BYTES,
  ATA_STATUS,
  decodeAoe,
  encodeAoe,
  type AoeBody,
  type AoeMessage,
} from '../../../../protocols/aoe/codec.ts';
import { AOE_ATA_FLAG, AOE_ATA_HEADER_LENGTH, AOE_VERSION } from '../../../../protocols/aoe/fields.ts';
import { encodeEthernet } from '../../../../protocols/ethernet/codec.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../../../protocols/ethernet/fields.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { NetDevice } from '../../net/link/netdev.ts';
import { ticksNs } from '../../net/ticks.ts';
import type { Uri } from '../../net/transfer/uri.ts';
import type { SanDescription, SanPath } from '../../san/path.ts';
import type { Outcome } from '../../settings/types.ts';
import type { SchemeSpec } from '../scheme.ts';

const BROADCAST = 0xffff_ffff_ffff;
const FIRST_TAG = 0x18ae_0000;
/** How long an answer is waited for, in 1024ths of a second: at first, and before a command is given up. */
const FIRST_WAIT = 256;
const LONGEST_WAIT = 10_240;
const NS_PER_PART = NS_PER_S / 1024;
const MTU = 1500;
/** `e` shelf `.` slot. */
const TARGET = /^e(\d+)\.(\d+)$/;
/** Words of an IDENTIFY DEVICE (ATA/ATAPI-6 §8.15). */
const IDENTIFY = { sectors28: 60, commandSets: 83, sectors48: 100 } as const;
const HAS_LBA48 = 0x0400;
const DEVICE_LBA = 0xe000_0000;

interface Answer {
  readonly source: MacAddress;
  readonly message: AoeMessage;
}

/** How long the answers of one target take. It lives as long as the target's path. */
interface Pace {
  /** 1024ths of a second. */
  wait: number;
}

/** The commands under way on all cards. */
class AoeRoom {
  private readonly waiting = new Map<number, Inbox<Answer>>();
  private readonly ipxe: Ipxe;
  private lastTag = FIRST_TAG;

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
  }

  /**
   * Sends a command until its answer comes; the wait doubles each time. Undefined: none came. A target that has been
   * waited for in vain is given no more than one wait by the next command.
   */
  *ask(link: Link, to: MacAddress, body: AoeBody): Task<Answer | undefined> {
    const { device, target, pace } = link;
    device.port.protocols.set(ETHERTYPE.aoe, (frame) => this.receive(frame));
    const tag = (this.lastTag = (this.lastTag + 1) >>> 0);
    const answers = new Inbox<Answer>();
    this.waiting.set(tag, answers);
    const { major, minor } = target;
    const payload = encodeAoe({ version: AOE_VERSION, isResponse: false, error: undefined, major, minor, tag, body });
    try {
      for (let sends = 1; ; sends++) {
        const sentNs = this.ipxe.clock.nowNs;
        const source = device.mac;
        const kind = 'ethernet-ii';
        device.port.send(encodeEthernet({ kind, destination: to, source, etherType: ETHERTYPE.aoe, payload }));
        const answer = yield* takeWithin(this.ipxe.clock, answers, ticksNs(pace.wait));
        if (answer !== undefined) {
          // What was sent twice does not tell how long an answer takes.
          if (sends === 1) {
            const took = (this.ipxe.clock.nowNs - sentNs) / NS_PER_PART;
            pace.wait = Math.max(FIRST_WAIT, Math.floor(pace.wait - pace.wait / 8 + took / 2));
          }
          return answer;
        }
        if (2 * pace.wait > LONGEST_WAIT) {
          if (sends === 1) pace.wait = LONGEST_WAIT;
          return undefined;
        }
        pace.wait *= 2;
      }
    } finally {
      this.waiting.delete(tag);
    }
  }

  private receive(frame: Uint8Array): void {
    const message = decodeAoe(frame.subarray(ETHERNET_HEADER_LENGTH));
    if (!message.ok || !message.value.isResponse || message.value.version !== AOE_VERSION) return;
    this.waiting.get(message.value.tag)?.push({ source: readMac(frame, ETHERNET.source), message: message.value });
  }
}

interface AoeTarget {
  readonly major: number;
  readonly minor: number;
}

interface Link {
  readonly device: NetDevice;
  readonly target: AoeTarget;
  readonly pace: Pace;
}

/** Shelf and slot, cut to the bits that they have on the wire. */
function parseTarget(uri: Uri): AoeTarget | undefined {
  const match = TARGET.exec(uri.opaque ?? '');
  return match === null ? undefined : { major: Number(match[1]) & 0xffff, minor: Number(match[2]) & 0xff };
}

const bytesOf = (message: AoeMessage): Uint8Array =>
  message.body.kind === 'ata' ? message.body.data : new Uint8Array(0);

class AoeDisk implements SanPath {
  readonly sectorBytes = ATA_SECTOR_BYTES;
  readonly maxSectors = Math.floor((MTU - AOE_ATA_HEADER_LENGTH) / ATA_SECTOR_BYTES);
  sectors = 0;
  isOpen = true;
  private hasLba48 = false;
  private readonly room: AoeRoom;
  private readonly link: Link;
  private readonly mac: MacAddress;

  private constructor(room: AoeRoom, link: Link, mac: MacAddress) {
    this.room = room;
    this.link = link;
    this.mac = mac;
  }

  static *open(room: AoeRoom, device: NetDevice, target: AoeTarget): Task<Outcome<AoeDisk>> {
    const link = { device, target, pace: { wait: FIRST_WAIT } };
    const found = yield* room.ask(link, BROADCAST, {
      kind: 'config',
      bufferCount: 0,
      firmwareVersion: 0,
      sectorCount: 0,
      version: 0,
      command: AOE_CONFIG_COMMAND.read,
      text: new Uint8Array(0),
    });
    if (found === undefined) return err(Err.aoeTimeout);
    if (found.message.error !== undefined) return err(Err.aoeIo);
    const disk = new AoeDisk(room, link, found.source);
    const status = yield* disk.identify();
    return status === OK ? ok(disk) : err(status);
  }

  private *identify(): Task<Status> {
    const answer = yield* this.command(ATA_COMMAND.identify, 0, 0, 1, undefined);
    if (!answer.ok) return answer.error;
    const data = answer.value;
    if (data.length < ATA_SECTOR_BYTES) return Err.aoeRange;
    const word = (index: number): number => (data[2 * index] ?? 0) | ((data[2 * index + 1] ?? 0) << 8);
    const words = (index: number, count: number): number => {
      let value = 0;
      for (let at = count - 1; at >= 0; at--) value = value * 0x1_0000 + word(index + at);
      return value;
    };
    this.hasLba48 = (word(IDENTIFY.commandSets) & HAS_LBA48) !== 0;
    this.sectors = this.hasLba48 ? words(IDENTIFY.sectors48, 4) : words(IDENTIFY.sectors28, 2);
    return OK;
  }

  /** Data of a read; nothing of a write. */
  private *command(
    command: number,
    flags: number,
    lba: number,
    sectorCount: number,
    data: Uint8Array | undefined,
  ): Task<Outcome<Uint8Array>> {
    const answer = yield* this.room.ask(this.link, this.mac, {
      kind: 'ata',
      flags,
      errorFeature: 0,
      sectorCount,
      commandStatus: command,
      lba: this.hasLba48 && command !== ATA_COMMAND.identify ? lba : lba + DEVICE_LBA,
      data: data ?? new Uint8Array(0),
    });
    if (answer === undefined) return err(Err.aoeTimeout);
    const { message } = answer;
    if (message.error !== undefined || message.body.kind !== 'ata') return err(Err.aoeIo);
    return (message.body.commandStatus & ATA_STATUS.error) === 0 ? ok(bytesOf(message)) : err(Err.aoeIo);
  }

  *read(sector: number, count: number): Task<Outcome<Uint8Array>> {
    const [command, flags] = this.hasLba48 ? [ATA_COMMAND.readExt, AOE_ATA_FLAG.extended] : [ATA_COMMAND.read, 0];
    const answer = yield* this.command(command, flags, sector, count, undefined);
    if (!answer.ok) return answer;
    const bytes = count * ATA_SECTOR_BYTES;
    return answer.value.length < bytes ? err(Err.aoeRange) : ok(answer.value.subarray(0, bytes));
  }

  *write(sector: number, bytes: Uint8Array): Task<Status> {
    const flags = AOE_ATA_FLAG.write | (this.hasLba48 ? AOE_ATA_FLAG.extended : 0);
    const command = this.hasLba48 ? ATA_COMMAND.writeExt : ATA_COMMAND.write;
    const answer = yield* this.command(command, flags, sector, bytes.length / ATA_SECTOR_BYTES, bytes);
    return answer.ok ? OK : answer.error;
  }

  describe(): SanDescription {
    return { kind: 'aoe', card: this.link.device, ...this.link.target };
  }

  close(): void {
    this.isOpen = false;
  }
}

export const aoeScheme: SchemeSpec = {
  id: 'aoe',
  disk: 'SANBOOT_PROTO_AOE',
  start: (ipxe) => {
    const room = new AoeRoom(ipxe);
    return {
      *openDisk(uri): Task<Outcome<SanPath>> {
        const device = ipxe.netdevs.lastOpened;
        if (device === undefined) return err(Err.aoeNoDevice);
        const target = parseTarget(uri);
        return target === undefined ? err(Err.aoeInvalid) : yield* AoeDisk.open(room, device, target);
      },
    };
  },
};
