/** ATA over Ethernet as Wireshark shows it: the registers of ATA commands, joined with their responses. */
import { frameKey, StateKey } from '../core/conversation.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { AOE, AOE_ATA, AOE_ATA_FLAG, AOE_ATA_HEADER_LENGTH, AOE_COMMAND, AOE_FLAG, AOE_VERSION } from './fields.ts';

const COMMAND_NAMES: Readonly<Record<number, string>> = {
  0: 'Issue ATA Command',
  1: 'Query Config Information',
};

const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'Unrecognized command code',
  2: 'Bad argument parameter',
  3: 'Device unavailable',
  4: 'Config string present',
  5: 'Unsupported version',
};

/** ATA commands by Wireshark's names. */
const ATA_NAMES: Readonly<Record<number, string>> = {
  0x00: 'NOP',
  0x08: 'Atapi soft reset',
  0x10: 'Recalibrate',
  0x20: 'Read sectors (with retry)',
  0x21: 'Read sectors (no retry)',
  0x22: 'Read long (with retry)',
  0x23: 'Read long (no retry)',
  0x24: 'Read ext',
  0x30: 'Write sectors (with retry)',
  0x31: 'Write sectors (no retry)',
  0x32: 'Write long (with retry)',
  0x33: 'Write long (no retry)',
  0x34: 'Write ext',
  0x3c: 'Write verify',
  0x40: 'Read verify sectors (with retry)',
  0x41: 'Read verify sectors (no retry)',
  0x50: 'Format track',
  0x70: 'Seek',
  0x90: 'Execute device diagnostics',
  0x91: 'Initialize device parameters',
  0x92: 'Download microcode',
  0x94: 'Standy immediate',
  0x95: 'Idle immediate',
  0x96: 'Standby',
  0x97: 'Idle',
  0x98: 'Check power mode',
  0x99: 'Sleep',
  0xa0: 'Atapi packet',
  0xa1: 'Atapi identify device',
  0xa2: 'Atapi service',
  0xb0: 'Smart',
  0xc4: 'Read multiple',
  0xc5: 'Write multiple',
  0xc6: 'Set multiple mode',
  0xc8: 'Read dma (with retry)',
  0xc9: 'Read dma (no retry)',
  0xca: 'Write dma (with retry)',
  0xcb: 'Write dma (no retry)',
  0xde: 'Door lock',
  0xdf: 'Door unlock',
  0xe0: 'Standy immediate',
  0xe1: 'Idle immediate',
  0xe2: 'Standby',
  0xe3: 'Idle',
  0xe4: 'Read buffer',
  0xe5: 'Check power mode',
  0xe6: 'Sleep',
  0xe8: 'Write buffer',
  0xec: 'Identify Device',
  0xed: 'Media eject',
  0xee: 'Identify device dma',
  0xef: 'Set features',
  0xf1: 'Security set password',
  0xf2: 'Security unlock',
  0xf3: 'Security erase prepare',
  0xf4: 'Security erase unit',
  0xf5: 'Security freeze',
  0xf6: 'Security disable password',
};

const FIELDS = {
  version: field('aoe.version', 'Version', 'uint8'),
  response: field('aoe.response', 'Response flag', 'bool', {
    mask: AOE_FLAG.response,
    trueFalse: ['Response', 'Request'],
  }),
  isError: field('aoe.flags_error', 'Error flag', 'bool', { mask: AOE_FLAG.error, trueFalse: ['Error', 'No error'] }),
  error: field('aoe.error', 'Error', 'uint8', { values: ERROR_NAMES }),
  major: field('aoe.major', 'Major', 'uint16', { base: 'hex' }),
  minor: field('aoe.minor', 'Minor', 'uint8', { base: 'hex' }),
  command: field('aoe.cmd', 'Command', 'uint8', { values: (command) => COMMAND_NAMES[command] ?? 'Unknown' }),
  tag: field('aoe.tag', 'Tag', 'uint32', { base: 'hex' }),
  responseIn: field('aoe.response_in', 'Response In', 'framenum'),
  responseTo: field('aoe.response_to', 'Response To', 'framenum'),
  time: field('aoe.time', 'Time from request', 'relative-time'),
  extended: field('aoe.aflags.e', 'E', 'bool', {
    mask: AOE_ATA_FLAG.extended,
    trueFalse: ['LBA48 extended command', 'Normal command'],
  }),
  deviceHead: field('aoe.aflags.d', 'D', 'bool', { mask: AOE_ATA_FLAG.deviceHead }),
  async: field('aoe.aflags.a', 'A', 'bool', {
    mask: AOE_ATA_FLAG.async,
    trueFalse: ['ASYNCHRONOUS Write', 'synchronous write'],
  }),
  write: field('aoe.aflags.w', 'W', 'bool', {
    mask: AOE_ATA_FLAG.write,
    trueFalse: ['WRITE to the device', 'No write to device'],
  }),
  errorFeature: field('aoe.err_feature', 'Err/Feature', 'uint8', { base: 'hex' }),
  sectorCount: field('aoe.sector_count', 'Sector Count', 'uint8'),
  ataCommand: field('aoe.ata.cmd', 'ATA Cmd', 'uint8', {
    base: 'hex',
    values: (command) => ATA_NAMES[command] ?? 'Unknown',
  }),
  ataStatus: field('aoe.ata.status', 'ATA Status', 'uint8', { base: 'hex' }),
  lba: field('aoe.lba', 'Lba', 'uint64', { base: 'hex' }),
};

interface Exchange {
  readonly command: number;
  readonly requestFrame: number;
  readonly requestNs: number;
  responseFrame: number | undefined;
}

/** ATA commands by their tag; a response belongs to the last one with its tag. */
const COMMANDS = new StateKey(() => new Map<number, Exchange>());
const SEEN = frameKey<Exchange | undefined>();

function see(d: Dissection, start: number, isResponse: boolean): Exchange | undefined {
  const commands = d.state(COMMANDS);
  const tag = d.u32(start + AOE.tag);
  if (isResponse) {
    const exchange = commands.get(tag);
    if (exchange !== undefined) exchange.responseFrame ??= d.number;
    return exchange;
  }
  const exchange = {
    command: d.u8(start + AOE_ATA.commandStatus),
    requestFrame: d.number,
    requestNs: d.context.frames.timeNs(d.index),
    responseFrame: undefined,
  };
  commands.set(tag, exchange);
  return exchange;
}

const ataText = (command: number): string =>
  ` ATA:${ATA_NAMES[command] ?? ` Unknown ATA<0x${command.toString(16).padStart(2, '0')}>`}`;

function dissectAta(d: Dissection, start: number, isResponse: boolean): void {
  d.need(start, AOE_ATA_HEADER_LENGTH);
  const exchange = d.quoted ? undefined : d.remember(SEEN, () => see(d, start, isResponse));
  if (exchange !== undefined && !isResponse && exchange.responseFrame !== undefined) {
    d.add(FIELDS.responseIn, start, 0, exchange.responseFrame, GENERATED);
  }
  if (exchange !== undefined && isResponse) {
    d.add(FIELDS.responseTo, start, 0, exchange.requestFrame, GENERATED);
    const tookNs = d.context.frames.timeNs(d.index) - exchange.requestNs;
    d.add(FIELDS.time, start + AOE_ATA.flags, 0, tookNs, GENERATED);
  }
  const at = start + AOE_ATA.flags;
  const flags = d.u8(at);
  d.add(FIELDS.extended, at, 1);
  if ((flags & AOE_ATA_FLAG.extended) !== 0) d.add(FIELDS.deviceHead, at, 1);
  if ((flags & AOE_ATA_FLAG.write) !== 0) d.add(FIELDS.async, at, 1);
  d.add(FIELDS.write, at, 1);
  d.add(FIELDS.errorFeature, start + AOE_ATA.errorFeature, 1);
  d.add(FIELDS.sectorCount, start + AOE_ATA.sectorCount, 1);
  if (isResponse) {
    d.add(FIELDS.ataStatus, start + AOE_ATA.commandStatus, 1);
    if (exchange !== undefined) d.add(FIELDS.ataCommand, start, 0, exchange.command, GENERATED);
  } else d.add(FIELDS.ataCommand, start + AOE_ATA.commandStatus, 1);
  let lba = 0n;
  for (let index = 5; index >= 0; index--) lba = (lba << 8n) | BigInt(d.u8(start + AOE_ATA.lba + index));
  d.add(FIELDS.lba, start + AOE_ATA.lba, 6, lba);
  if (d.columns !== undefined && exchange !== undefined) d.columns.info += ataText(exchange.command);
}

function dissectAoe(d: Dissection, start: number, end: number): number {
  d.begin(aoeProtocol.field, start, end - start);
  const versionFlags = d.u8(start + AOE.versionFlags);
  const isResponse = (versionFlags & AOE_FLAG.response) !== 0;
  const isError = (versionFlags & AOE_FLAG.error) !== 0;
  if (d.columns !== undefined) d.columns.protocol = 'AoE';
  const version = versionFlags >>> 4;
  d.add(FIELDS.version, start + AOE.versionFlags, 1, version);
  if (version !== AOE_VERSION) {
    d.end();
    return end;
  }
  d.beginText(start, 1, `Flags: ${isResponse ? 'Response' : 'Request'}${isError ? ' Error' : ''}`);
  d.add(FIELDS.response, start, 1);
  d.add(FIELDS.isError, start, 1);
  d.end();
  if (isError) d.add(FIELDS.error, start + AOE.error, 1);
  d.add(FIELDS.major, start + AOE.major, 2);
  d.add(FIELDS.minor, start + AOE.minor, 1);
  const command = d.u8(start + AOE.command);
  d.add(FIELDS.command, start + AOE.command, 1);
  d.add(FIELDS.tag, start + AOE.tag, 4);
  if (d.columns !== undefined) {
    const error = isError ? `Error:${ERROR_NAMES[d.u8(start + AOE.error)] ?? 'Unknown error'} ` : '';
    const name = COMMAND_NAMES[command] ?? `Unknown command<${command}>`;
    d.columns.info = `${error}${name} ${isResponse ? 'Response' : 'Request'}`;
  }
  if (command === AOE_COMMAND.ata) dissectAta(d, start, isResponse);
  d.end();
  return end;
}

export const aoeProtocol = defineProtocol({
  id: 'aoe',
  name: 'ATAoverEthernet',
  shortName: 'AOE',
  fields: FIELDS,
  tables: { ethertype: [ETHERTYPE.aoe] },
  dissect: dissectAoe,
});
