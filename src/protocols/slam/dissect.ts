/**
 * The dissection of SLAM. Wireshark does not know it, so the names of the fields are the lab's. Nothing in a packet says who
 * sent it: a report of a client is runs of blocks closed by a zero byte, a packet of a server begins with transaction, size
 * and block size.
 */
import { byteAt } from '../../base/bytes.ts';
import type { Dissection } from '../core/dissect.ts';
import { expertField, field, type FieldDef } from '../core/field.ts';
import { GENERATED } from '../core/dissect.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { decodeSlam, SLAM_PORT } from './codec.ts';

const SLAM = {
  transaction: field('slam.transaction', 'Transaction', 'uint64'),
  totalBytes: field('slam.total_bytes', 'Size of the file', 'uint64', { unit: ' bytes' }),
  blockBytes: field('slam.block_size', 'Block size', 'uint64', { unit: ' bytes' }),
  blocks: field('slam.blocks', 'Blocks of the file', 'uint64'),
  block: field('slam.block', 'Block', 'uint64'),
  data: field('slam.data', 'Data', 'bytes'),
  received: field('slam.received', 'Blocks received', 'uint64'),
  missing: field('slam.missing', 'Blocks missing', 'uint64'),
  firstMissing: field('slam.first_missing', 'First missing block', 'uint64'),
  end: field('slam.end', 'End of the report', 'uint8'),
  dataLength: expertField('slam.bad_length', 'warn', 'Protocol', 'The data is not as long as this block is'),
};

/** Integers at the head of a server's packet. */
const HEAD = 3;
/** Runs that are shown of one report. */
const MAX_VALUES = 400;

/** Adds the integer at an offset, and returns the offset behind it. */
function addInteger(d: Dissection, def: FieldDef, at: number, value: number): number {
  const length = byteAt(d.bytes, at) >>> 5;
  d.add(def, at, length, BigInt(value));
  return at + length;
}

function dissectSlam(d: Dissection, start: number, end: number): number {
  const bytes = d.bytes.subarray(start, end);
  const head = decodeSlam(bytes, HEAD);
  if (bytes.length === 0 || head === undefined) return REJECTED;
  const report = decodeSlam(bytes, MAX_VALUES);
  const isReport =
    report !== undefined &&
    report.values.length % 2 === 0 &&
    report.end === bytes.length - 1 &&
    byteAt(bytes, report.end) === 0;
  // The last block may be so short that it looks like the end of a report; then its length decides.
  if (isReport && !isWholeBlock(bytes)) return dissectReport(d, start, end, report.values);
  if (head.values.length < HEAD) return REJECTED;
  return dissectServer(d, start, end);
}

interface ServerPacket {
  readonly head: readonly number[];
  readonly block: number | undefined;
  /** Where the data begins. */
  readonly dataAt: number;
  /** Of the block, by the head. */
  readonly wantedBytes: number;
}

function readServer(bytes: Uint8Array): ServerPacket | undefined {
  const head = decodeSlam(bytes, HEAD);
  const [, totalBytes = 0, blockBytes = 0] = head?.values ?? [];
  if (head?.values.length !== HEAD) return undefined;
  // Block 0 has an integer too, whose first byte is not zero.
  const number = decodeSlam(bytes.subarray(head.end), 1);
  const block = number?.values[0];
  const wantedBytes = block === undefined ? 0 : Math.max(0, Math.min(blockBytes, totalBytes - block * blockBytes));
  return { head: head.values, block, dataAt: head.end + (number?.end ?? 0), wantedBytes };
}

function isWholeBlock(bytes: Uint8Array): boolean {
  const packet = readServer(bytes);
  return packet?.block !== undefined && packet.wantedBytes > 0 && bytes.length - packet.dataAt === packet.wantedBytes;
}

function dissectServer(d: Dissection, start: number, end: number): number {
  const packet = readServer(d.bytes.subarray(start, end));
  if (packet === undefined) return REJECTED;
  const [transaction = 0, totalBytes = 0, blockBytes = 0] = packet.head;
  const { block } = packet;
  const blocks = blockBytes === 0 ? 0 : Math.ceil(totalBytes / blockBytes);
  d.begin(slamProtocol.field, start, end - start);
  let at = addInteger(d, SLAM.transaction, start, transaction);
  at = addInteger(d, SLAM.totalBytes, at, totalBytes);
  at = addInteger(d, SLAM.blockBytes, at, blockBytes);
  d.add(SLAM.blocks, at, 0, BigInt(blocks), GENERATED);
  if (block !== undefined) {
    at = addInteger(d, SLAM.block, at, block);
    d.add(SLAM.data, at, end - at);
    if (end - at !== packet.wantedBytes) d.expert(SLAM.dataLength);
  }
  const what = block === undefined ? `Query, ${blocks} blocks` : `Data, block ${block} of ${blocks}`;
  finish(d, `${what}, transaction ${transaction}`);
  return block === undefined ? at : end;
}

function dissectReport(d: Dissection, start: number, end: number, values: readonly number[]): number {
  d.begin(slamProtocol.field, start, end - start);
  let [at, from, missing] = [start, 0, 0];
  let first: number | undefined;
  for (let i = 0; i + 1 < values.length; i += 2) {
    const [received = 0, count = 0] = [values[i], values[i + 1]];
    at = addInteger(d, SLAM.received, at, received);
    at = addInteger(d, SLAM.missing, at, count);
    from += received;
    if (count > 0) first ??= from;
    from += count;
    missing += count;
  }
  if (first !== undefined) d.add(SLAM.firstMissing, start, at - start, BigInt(first), GENERATED);
  d.add(SLAM.end, at, 1);
  finish(d, first === undefined ? 'Nothing missing' : `Missing: ${missing} from block ${first} on`);
  return end;
}

function finish(d: Dissection, info: string): void {
  if (d.building) d.labelOpen(`Scalable Local Area Multicast, ${info}`);
  if (d.columns !== undefined) {
    d.columns.protocol = 'SLAM';
    d.columns.info = info;
  }
  d.end();
}

export const slamProtocol = defineProtocol({
  id: 'slam',
  name: 'Scalable Local Area Multicast',
  shortName: 'SLAM',
  fields: SLAM,
  tables: { 'udp.port': [SLAM_PORT] },
  dissect: dissectSlam,
});
