/** Messages of ATA over Ethernet (AoEr11), from behind the Ethernet header. */
import { readMac, writeMac, type MacAddress } from '../../base/address.ts';
import { byteAt, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import {
  AOE,
  AOE_ATA,
  AOE_ATA_HEADER_LENGTH,
  AOE_COMMAND,
  AOE_CONFIG,
  AOE_CONFIG_HEADER_LENGTH,
  AOE_FLAG,
  AOE_HEADER_LENGTH,
  AOE_MAC_MASK,
  AOE_MAC_MASK_HEADER_LENGTH,
  AOE_RESERVE,
  AOE_RESERVE_HEADER_LENGTH,
} from './fields.ts';

/** The shelf and the slot that every target answers to. */
export const AOE_ALL_MAJORS = 0xffff;
export const AOE_ALL_MINORS = 0xff;

/** Why a message was refused (AoEr11 §2.4). */
export const AOE_ERROR = {
  none: 0,
  unrecognizedCommand: 1,
  badArgument: 2,
  deviceUnavailable: 3,
  configStringPresent: 4,
  unsupportedVersion: 5,
  targetIsReserved: 6,
} as const;

/** What a config message asks for: to read the string, to answer if it is equal or begins so, to set it. */
export const AOE_CONFIG_COMMAND = { read: 0, testExact: 1, testPrefix: 2, set: 3, forceSet: 4 } as const;

/** ATA commands that disks behind AoE are asked (ATA/ATAPI-6 §8). */
export const ATA_COMMAND = {
  read: 0x20,
  readExt: 0x24,
  write: 0x30,
  writeExt: 0x34,
  identify: 0xec,
  flush: 0xe7,
  setFeatures: 0xef,
} as const;
export const ATA_STATUS = { error: 0x01, dataRequest: 0x08, deviceFault: 0x20, ready: 0x40, busy: 0x80 } as const;
export const ATA_ERROR = { aborted: 0x04, idNotFound: 0x10 } as const;
export const ATA_SECTOR_BYTES = 512;

/** The registers of an ATA device, and data in the direction of the message. */
export interface AoeAta {
  readonly kind: 'ata';
  /** Bits of `AOE_ATA_FLAG`. */
  readonly flags: number;
  /** Features in a request, the error register in a response. */
  readonly errorFeature: number;
  readonly sectorCount: number;
  /** `ATA_COMMAND` in a request, bits of `ATA_STATUS` in a response. */
  readonly commandStatus: number;
  /** 48 bits; with 28-bit commands bits 24 to 31 are the device register. */
  readonly lba: number;
  /** With the padding of a short frame behind it, when it was read from one. */
  readonly data: Uint8Array;
}

export interface AoeConfig {
  readonly kind: 'config';
  /** How many messages the target keeps for later. */
  readonly bufferCount: number;
  readonly firmwareVersion: number;
  /** Sectors in a message at most; 0 in a request. */
  readonly sectorCount: number;
  /** The version of AoE that the target speaks; 0 from initiators that leave it open. */
  readonly version: number;
  /** `AOE_CONFIG_COMMAND`. */
  readonly command: number;
  readonly text: Uint8Array;
}

export interface AoeMacMask {
  readonly kind: 'mac-mask';
  /** 0 reads the list, 1 edits it. */
  readonly command: number;
  readonly error: number;
  /** What to do with an address: 0 nothing, 1 add, 2 delete. */
  readonly directives: readonly { readonly command: number; readonly mac: MacAddress }[];
}

export interface AoeReserve {
  readonly kind: 'reserve';
  /** 0 reads the list, 1 sets it, 2 sets it by force. */
  readonly command: number;
  readonly macs: readonly MacAddress[];
}

/** Any other command: what follows the header. */
export interface AoeOther {
  readonly kind: 'other';
  readonly command: number;
  readonly data: Uint8Array;
}

export type AoeBody = AoeAta | AoeConfig | AoeMacMask | AoeReserve | AoeOther;

export interface AoeMessage {
  readonly version: number;
  readonly isResponse: boolean;
  /** Undefined without the error flag; else `AOE_ERROR`. */
  readonly error: number | undefined;
  /** Shelf and slot of the target. */
  readonly major: number;
  readonly minor: number;
  /** Chosen by the initiator; the response has the same. */
  readonly tag: number;
  readonly body: AoeBody;
}

const DIRECTIVE_LENGTH = 8;
const MAC_LENGTH = 6;

export function decodeAoe(bytes: Uint8Array): Result<AoeMessage, DecodeError> {
  if (bytes.length < AOE_HEADER_LENGTH) {
    return decodeError('truncated', bytes.length, 'AoEr11 §2');
  }
  const versionFlags = byteAt(bytes, AOE.versionFlags);
  const isError = (versionFlags & AOE_FLAG.error) !== 0;
  const body = decodeBody(bytes, isError);
  if (!body.ok) return body;
  return ok({
    version: versionFlags >>> 4,
    isResponse: (versionFlags & AOE_FLAG.response) !== 0,
    error: isError ? byteAt(bytes, AOE.error) : undefined,
    major: readU16(bytes, AOE.major),
    minor: byteAt(bytes, AOE.minor),
    tag: readU32(bytes, AOE.tag),
    body: body.value,
  });
}

function decodeBody(bytes: Uint8Array, isError: boolean): Result<AoeBody, DecodeError> {
  const command = byteAt(bytes, AOE.command);
  const tooShort = (length: number, rule: string): Result<AoeBody, DecodeError> | undefined =>
    bytes.length < length ? decodeError('truncated', bytes.length, rule) : undefined;
  const other = (): Result<AoeBody, DecodeError> =>
    ok({ kind: 'other', command, data: bytes.subarray(AOE_HEADER_LENGTH) });
  switch (command) {
    case AOE_COMMAND.ata:
      // A target that refuses a message may answer with the header alone.
      if (isError && bytes.length < AOE_ATA_HEADER_LENGTH) return other();
      return tooShort(AOE_ATA_HEADER_LENGTH, 'AoEr11 §3.1') ?? ok(decodeAta(bytes));
    case AOE_COMMAND.config:
      if (isError && bytes.length < AOE_CONFIG_HEADER_LENGTH) return other();
      return (
        tooShort(AOE_CONFIG_HEADER_LENGTH, 'AoEr11 §3.2') ??
        tooShort(AOE_CONFIG_HEADER_LENGTH + readU16(bytes, AOE_CONFIG.stringLength), 'AoEr11 §3.2') ??
        ok(decodeConfig(bytes))
      );
    case AOE_COMMAND.macMask:
      return (
        tooShort(AOE_MAC_MASK_HEADER_LENGTH, 'AoEr11 §3.3') ??
        tooShort(
          AOE_MAC_MASK_HEADER_LENGTH + byteAt(bytes, AOE_MAC_MASK.directiveCount) * DIRECTIVE_LENGTH,
          'AoEr11 §3.3',
        ) ??
        ok(decodeMacMask(bytes))
      );
    case AOE_COMMAND.reserve:
      return (
        tooShort(AOE_RESERVE_HEADER_LENGTH, 'AoEr11 §3.4') ??
        tooShort(AOE_RESERVE_HEADER_LENGTH + byteAt(bytes, AOE_RESERVE.macCount) * MAC_LENGTH, 'AoEr11 §3.4') ??
        ok(decodeReserve(bytes))
      );
    default:
      return other();
  }
}

function decodeAta(bytes: Uint8Array): AoeAta {
  const at = AOE_ATA.lba;
  const low = byteAt(bytes, at) + byteAt(bytes, at + 1) * 0x100 + byteAt(bytes, at + 2) * 0x1_0000;
  const high = byteAt(bytes, at + 3) + byteAt(bytes, at + 4) * 0x100 + byteAt(bytes, at + 5) * 0x1_0000;
  return {
    kind: 'ata',
    flags: byteAt(bytes, AOE_ATA.flags),
    errorFeature: byteAt(bytes, AOE_ATA.errorFeature),
    sectorCount: byteAt(bytes, AOE_ATA.sectorCount),
    commandStatus: byteAt(bytes, AOE_ATA.commandStatus),
    lba: low + high * 0x100_0000,
    data: bytes.subarray(AOE_ATA_HEADER_LENGTH),
  };
}

function decodeConfig(bytes: Uint8Array): AoeConfig {
  const from = AOE_CONFIG_HEADER_LENGTH;
  return {
    kind: 'config',
    bufferCount: readU16(bytes, AOE_CONFIG.bufferCount),
    firmwareVersion: readU16(bytes, AOE_CONFIG.firmwareVersion),
    sectorCount: byteAt(bytes, AOE_CONFIG.sectorCount),
    version: byteAt(bytes, AOE_CONFIG.versionCommand) >>> 4,
    command: byteAt(bytes, AOE_CONFIG.versionCommand) & 0x0f,
    text: bytes.slice(from, from + readU16(bytes, AOE_CONFIG.stringLength)),
  };
}

function decodeMacMask(bytes: Uint8Array): AoeMacMask {
  const directives = Array.from({ length: byteAt(bytes, AOE_MAC_MASK.directiveCount) }, (_, index) => {
    const at = AOE_MAC_MASK_HEADER_LENGTH + index * DIRECTIVE_LENGTH;
    return { command: byteAt(bytes, at + 1), mac: readMac(bytes, at + 2) };
  });
  return {
    kind: 'mac-mask',
    command: byteAt(bytes, AOE_MAC_MASK.command),
    error: byteAt(bytes, AOE_MAC_MASK.error),
    directives,
  };
}

function decodeReserve(bytes: Uint8Array): AoeReserve {
  const macs = Array.from({ length: byteAt(bytes, AOE_RESERVE.macCount) }, (_, index) =>
    readMac(bytes, AOE_RESERVE_HEADER_LENGTH + index * MAC_LENGTH),
  );
  return { kind: 'reserve', command: byteAt(bytes, AOE_RESERVE.command), macs };
}

/** Without the padding that a short frame gets on the cable. */
export function encodeAoe(message: AoeMessage): Uint8Array {
  const out = encodeBody(message);
  const flags = (message.isResponse ? AOE_FLAG.response : 0) | (message.error === undefined ? 0 : AOE_FLAG.error);
  out[AOE.versionFlags] = (message.version << 4) | flags;
  out[AOE.error] = message.error ?? 0;
  writeU16(out, AOE.major, message.major);
  out[AOE.minor] = message.minor;
  writeU32(out, AOE.tag, message.tag);
  return out;
}

function encodeBody({ body }: AoeMessage): Uint8Array {
  switch (body.kind) {
    case 'ata': {
      const out = start(AOE_COMMAND.ata, AOE_ATA_HEADER_LENGTH, body.data);
      out[AOE_ATA.flags] = body.flags;
      out[AOE_ATA.errorFeature] = body.errorFeature;
      out[AOE_ATA.sectorCount] = body.sectorCount;
      out[AOE_ATA.commandStatus] = body.commandStatus;
      for (let index = 0, rest = body.lba; index < 6; index++, rest = Math.floor(rest / 0x100)) {
        out[AOE_ATA.lba + index] = rest % 0x100;
      }
      return out;
    }
    case 'config': {
      const out = start(AOE_COMMAND.config, AOE_CONFIG_HEADER_LENGTH, body.text);
      writeU16(out, AOE_CONFIG.bufferCount, body.bufferCount);
      writeU16(out, AOE_CONFIG.firmwareVersion, body.firmwareVersion);
      out[AOE_CONFIG.sectorCount] = body.sectorCount;
      out[AOE_CONFIG.versionCommand] = (body.version << 4) | body.command;
      writeU16(out, AOE_CONFIG.stringLength, body.text.length);
      return out;
    }
    case 'mac-mask': {
      const { directives } = body;
      const out = start(
        AOE_COMMAND.macMask,
        AOE_MAC_MASK_HEADER_LENGTH,
        new Uint8Array(directives.length * DIRECTIVE_LENGTH),
      );
      out[AOE_MAC_MASK.command] = body.command;
      out[AOE_MAC_MASK.error] = body.error;
      out[AOE_MAC_MASK.directiveCount] = directives.length;
      directives.forEach(({ command, mac }, index) => {
        const at = AOE_MAC_MASK_HEADER_LENGTH + index * DIRECTIVE_LENGTH;
        out[at + 1] = command;
        writeMac(out, at + 2, mac);
      });
      return out;
    }
    case 'reserve': {
      const out = start(AOE_COMMAND.reserve, AOE_RESERVE_HEADER_LENGTH, new Uint8Array(body.macs.length * MAC_LENGTH));
      out[AOE_RESERVE.command] = body.command;
      out[AOE_RESERVE.macCount] = body.macs.length;
      body.macs.forEach((mac, index) => writeMac(out, AOE_RESERVE_HEADER_LENGTH + index * MAC_LENGTH, mac));
      return out;
    }
    case 'other':
      return start(body.command, AOE_HEADER_LENGTH, body.data);
  }
}

function start(command: number, headerLength: number, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(headerLength + data.length);
  out[AOE.command] = command;
  out.set(data, headerLength);
  return out;
}
