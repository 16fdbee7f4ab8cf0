/** What a frame says to or about a disk of the network: PDUs of iSCSI that begin in it, messages of AoE. */
import { byteAt, readU16 } from '../../base/bytes.ts';
import { decodeAoe, ATA_COMMAND, ATA_SECTOR_BYTES, type AoeMessage } from '../../protocols/aoe/codec.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { decodePdu } from '../../protocols/iscsi/decode.ts';
import { BHS_BYTES, ISCSI_OPCODE, ISCSI_PORT } from '../../protocols/iscsi/fields.ts';
import { decodeKeys, type TextKeys } from '../../protocols/iscsi/keys.ts';
import type { IscsiPdu } from '../../protocols/iscsi/pdu.ts';
import { decodeCdb } from '../../protocols/scsi/cdb.ts';
import type { FrameHeaders } from '../headers.ts';

export type SanFact =
  | {
      readonly kind: 'pdu';
      readonly pdu: IscsiPdu;
      /** Of its data segment, which may go on in other frames. */
      readonly dataBytes: number;
    }
  /** The data segment of a login or a text, when its header came in a segment of its own. */
  | { readonly kind: 'keys'; readonly keys: TextKeys }
  | { readonly kind: 'aoe'; readonly message: AoeMessage };

const OPCODES: ReadonlySet<number> = new Set(Object.values(ISCSI_OPCODE));
/** A name, an equals sign, printable characters. */
const KEYS_PATTERN = /^[A-Z][A-Za-z_-]{1,62}=[ -~]*$/;
const MAX_SEGMENT_BYTES = 1024 * 1024;

/** Undefined for what does not begin with something readable, such as data in the middle of a PDU. */
export function readSan(frame: Uint8Array, headers: FrameHeaders): SanFact | undefined {
  const { etherType, transport, payloadStart, payloadEnd } = headers;
  if (etherType === ETHERTYPE.aoe) {
    const message = decodeAoe(frame.subarray(payloadStart, payloadEnd));
    return message.ok ? { kind: 'aoe', message: message.value } : undefined;
  }
  if (transport?.kind !== 'tcp') return undefined;
  if (transport.sourcePort !== ISCSI_PORT && transport.destinationPort !== ISCSI_PORT) return undefined;
  const payload = frame.subarray(payloadStart, payloadEnd);
  return readPdu(payload) ?? readKeys(payload);
}

function readPdu(payload: Uint8Array): SanFact | undefined {
  if (payload.length < BHS_BYTES) return undefined;
  const first = byteAt(payload, 0);
  const dataBytes = (byteAt(payload, 5) << 16) | readU16(payload, 6);
  if ((first & 0x80) !== 0 || !OPCODES.has(first & 0x3f) || dataBytes > MAX_SEGMENT_BYTES) return undefined;
  const start = BHS_BYTES + 4 * byteAt(payload, 4);
  const pdu = decodePdu(payload.subarray(0, start), payload.subarray(start, start + dataBytes));
  return pdu.ok ? { kind: 'pdu', pdu: pdu.value, dataBytes } : undefined;
}

function readKeys(payload: Uint8Array): SanFact | undefined {
  const keys = decodeKeys(payload);
  if (!keys.ok || keys.value.length === 0) return undefined;
  const isText = keys.value.every(([key, value]) => KEYS_PATTERN.test(`${key}=${value}`));
  return isText ? { kind: 'keys', keys: keys.value } : undefined;
}

export interface DiskRequest {
  readonly way: 'read' | 'write';
  readonly sector: number;
  readonly sectors: number;
}

/** The read or write that a frame asks for. */
export function diskRequest(fact: SanFact | undefined): DiskRequest | undefined {
  if (fact?.kind === 'pdu' && fact.pdu.kind === 'scsi-command') {
    const command = decodeCdb(fact.pdu.cdb);
    if (command.kind !== 'read' && command.kind !== 'write') return undefined;
    return { way: command.kind, sector: command.lba, sectors: command.blocks };
  }
  if (fact?.kind !== 'aoe' || fact.message.isResponse || fact.message.body.kind !== 'ata') return undefined;
  const { commandStatus, lba, sectorCount } = fact.message.body;
  const isRead = commandStatus === ATA_COMMAND.read || commandStatus === ATA_COMMAND.readExt;
  const isWrite = commandStatus === ATA_COMMAND.write || commandStatus === ATA_COMMAND.writeExt;
  return isRead || isWrite ? { way: isRead ? 'read' : 'write', sector: lba, sectors: sectorCount } : undefined;
}

/** Of disks that iSCSI and AoE show as a rule. */
export const DISK_SECTOR_BYTES = ATA_SECTOR_BYTES;
