/** The steps of each client's boot as the frames have them, with the fields that matter, for comparing two captures. */
import { formatIpv4, IPV4_ANY, type MacAddress } from '../../base/address.ts';
import { toHex } from '../../base/bytes.ts';
import type { Message } from '../../base/sentence.ts';
import { clientMac, collectOption, PXE_SERVER_PORT, type DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE_NAMES, DHCP_OPTION, dhcpOptionName, dhcpOptionType } from '../../protocols/dhcp/options.ts';
import { bootFileName } from '../../protocols/dhcp/values.ts';
import type { SentFrames } from '../frame-view.ts';
import { BootFacts } from '../story/facts.ts';
import { readFact, type FrameFact, type FrameMeaning } from '../story/frame-fact.ts';
import { readIps } from '../../protocols/dhcp/values.ts';
import { compareMessage } from './compare-texts.ts';

export interface BootStep {
  /** The same for the same step of another boot. */
  readonly key: string;
  readonly says: Message;
  /** Number of its frame, from 1. */
  readonly number: number;
  readonly timeNs: number;
  readonly isAnswer: boolean;
  /** By name, as shown. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Differ in every exchange, and mean nothing. */
const OF_ONE_EXCHANGE: ReadonlySet<number> = new Set([
  DHCP_OPTION.messageType,
  DHCP_OPTION.clientIdentifier,
  DHCP_OPTION.clientUuid,
  DHCP_OPTION.bootFileName,
]);

/** Steps by client, in the order of their first frames. Repetitions for want of an answer are one step. */
export function bootSteps(frames: SentFrames): ReadonlyMap<MacAddress, readonly BootStep[]> {
  const found = new Map<MacAddress, BootStep[]>();
  const clientAt = new Map<number, MacAddress>();
  const asked = new Map<string, string>();
  for (let index = 0; index < frames.length; index++) {
    const fact = readFact(frames.bytes(index));
    if (fact === undefined) continue;
    const { meaning, headers } = fact;
    const { ip, transport } = headers;
    let mac: MacAddress | undefined;
    if (meaning.kind === 'dhcp') {
      mac = clientMac(meaning.message);
      if (!meaning.isRequest && meaning.message.yiaddr !== IPV4_ANY) clientAt.set(meaning.message.yiaddr, mac);
      // What a relay passes on is the same message again.
      if (meaning.isRequest && headers.source !== mac) continue;
    } else {
      mac = clientAt.get(ip?.source ?? 0) ?? clientAt.get(ip?.destination ?? 0);
      const isRequest = meaning.kind === 'tftp' && meaning.packet.opcode === 'rrq';
      if (mac === undefined && isRequest) {
        mac = headers.source;
        if (ip !== undefined) clientAt.set(ip.source, mac);
      }
    }
    if (mac === undefined) continue;
    const ends = [
      `${ip?.source}:${transport?.sourcePort}`,
      `${ip?.destination}:${transport?.destinationPort}`,
    ] as const;
    const step = stepOf(fact, meaning, ends, asked);
    if (step === undefined) continue;
    const steps = found.get(mac) ?? [];
    found.set(mac, steps);
    if (steps.at(-1)?.key === step.key) continue;
    steps.push({ ...step, number: index + 1, timeNs: frames.timeNs(index) });
  }
  addTransfers(frames, found, clientAt);
  return found;
}

/** The ends of files: how much came, and how much of it again. */
function addTransfers(
  frames: SentFrames,
  found: ReadonlyMap<MacAddress, BootStep[]>,
  clientAt: ReadonlyMap<number, MacAddress>,
): void {
  const facts = new BootFacts(frames);
  facts.update();
  for (const { client, clientMac: mac, name, outcome, outcomeFrame, bytes, repeats, endNs } of facts.files) {
    const steps = found.get(clientAt.get(client) ?? mac);
    if (steps === undefined || outcome.kind === 'error' || outcome.kind === 'asked' || bytes === 0) continue;
    const step: BootStep = {
      key: `end ${name}`,
      says: compareMessage('compare.step.end', { file: name }),
      number: outcomeFrame + 1,
      timeNs: endNs,
      isAnswer: true,
      fields: new Map([
        ['bytes', String(bytes)],
        ['repeats', String(repeats)],
      ]),
    };
    const after = steps.findLastIndex(({ number }) => number <= step.number);
    steps.splice(after + 1, 0, step);
  }
}

type Step = Omit<BootStep, 'number' | 'timeNs'>;

function stepOf(
  { headers }: FrameFact,
  meaning: FrameMeaning,
  [from, to]: readonly [string, string],
  asked: Map<string, string>,
): Step | undefined {
  switch (meaning.kind) {
    case 'dhcp': {
      const { message, type, isRequest } = meaning;
      const name = type === undefined ? 'BOOTP' : (DHCP_MESSAGE_TYPE_NAMES.get(type) ?? String(type));
      const { transport } = headers;
      const is4011 = transport?.sourcePort === PXE_SERVER_PORT || transport?.destinationPort === PXE_SERVER_PORT;
      const isProxy = !isRequest && message.yiaddr === IPV4_ANY;
      return {
        key: `dhcp ${name}${is4011 ? ' 4011' : ''}${isProxy ? ' proxy' : ''}${isRequest ? '' : ' reply'}`,
        says: compareMessage(is4011 ? 'compare.step.dhcp-port' : 'compare.step.dhcp', { type: name }),
        isAnswer: !isRequest,
        fields: dhcpFields(message, isRequest),
      };
    }
    case 'tftp': {
      const { packet } = meaning;
      if (packet.opcode === 'rrq') {
        asked.set(from, packet.filename);
        return {
          key: `tftp ${packet.filename}`,
          says: compareMessage('compare.step.file', { protocol: 'TFTP', file: packet.filename }),
          isAnswer: false,
          fields: new Map(packet.options.map(({ name, value }) => [`TFTP ${name.toLowerCase()}`, value])),
        };
      }
      const file = asked.get(to);
      if (file === undefined) return undefined;
      if (packet.opcode === 'oack')
        return {
          key: `oack ${file}`,
          says: compareMessage('compare.step.options', { file }),
          isAnswer: true,
          fields: new Map(packet.options.map(({ name, value }) => [`TFTP ${name.toLowerCase()}`, value])),
        };
      return packet.opcode === 'error'
        ? {
            key: `error ${file}`,
            says: compareMessage('compare.step.tftp-error', { code: packet.code, file }),
            isAnswer: true,
            fields: new Map([['TFTP message', packet.message]]),
          }
        : undefined;
    }
    case 'tcp': {
      const request = /^[A-Z]+ (\S+) HTTP/.exec(meaning.http ?? '')?.[1];
      if (request !== undefined) {
        asked.set(from, request);
        return {
          key: `http ${request}`,
          says: compareMessage('compare.step.file', { protocol: 'HTTP', file: request }),
          isAnswer: false,
          fields: new Map(),
        };
      }
      const status = /^HTTP\/\d\.\d (\d{3})/.exec(meaning.http ?? '')?.[1];
      const file = asked.get(to);
      if (status === undefined || file === undefined) return undefined;
      const says = compareMessage('compare.step.http', { file });
      return { key: `http-answer ${file}`, says, isAnswer: true, fields: new Map([['HTTP status', status]]) };
    }
    case 'dns': {
      const { response, questions, answers, rcode } = meaning.message;
      const name = questions[0]?.name ?? '';
      const values = answers.map(({ data }) => (data.kind === 'a' ? formatIpv4(data.address) : data.kind));
      return response
        ? {
            key: `dns-answer ${name}`,
            says: compareMessage('compare.step.dns-answer', { name }),
            isAnswer: true,
            fields: new Map([
              ['DNS rcode', String(rcode)],
              ['DNS answers', values.join(', ')],
            ]),
          }
        : {
            key: `dns ${name}`,
            says: compareMessage('compare.step.dns', { name }),
            isAnswer: false,
            fields: new Map(),
          };
    }
    case 'aoe':
    case 'arp':
    case 'icmp':
    case 'other':
      return undefined;
  }
}

function dhcpFields(message: DhcpMessage, isRequest: boolean): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  if (!isRequest) {
    fields.set('yiaddr', formatIpv4(message.yiaddr));
    fields.set('siaddr', formatIpv4(message.siaddr));
    const file = bootFileName(message);
    if (file !== undefined && file !== '') fields.set('boot file', file);
  }
  if (message.giaddr !== IPV4_ANY) fields.set('giaddr', formatIpv4(message.giaddr));
  for (const { code } of message.options) {
    const data = OF_ONE_EXCHANGE.has(code) ? undefined : collectOption(message, code);
    if (data !== undefined) fields.set(`option ${code} ${dhcpOptionName(code)}`, optionText(code, data));
  }
  return fields;
}

const SHOWN_BYTES = 24;

function optionText(code: number, data: Uint8Array): string {
  const type = dhcpOptionType(code);
  if ((type === 'ip' || type === 'ips') && data.length > 0 && data.length % 4 === 0)
    return readIps(data).map(formatIpv4).join(', ');
  if (type === 'codes') return Array.from(data).join(' ');
  if (type === 'u32' && data.length === 4) return String(Number.parseInt(toHex(data), 16));
  const text = String.fromCharCode(...data.subarray(0, 200)).replace(/\0+$/, '');
  if (/^[ -~]+$/.test(text)) return `“${text}”`;
  return data.length > SHOWN_BYTES ? `${toHex(data.subarray(0, SHOWN_BYTES))}… (${data.length})` : toHex(data);
}
