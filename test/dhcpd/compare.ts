/** Plays a recorded conversation with the real dhcpd against the lab's, and lists what differs. */
import { formatIpv4, parseIpv4 } from '../../src/base/address.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { decodeDhcp, encodeDhcp, type DhcpMessage } from '../../src/protocols/dhcp/codec.ts';
import { DhcpdEngine } from '../../src/services/dhcpd/engine.ts';
import { readDhcpdConfig } from '../../src/services/dhcpd/language/config.ts';

export interface RecordedStep {
  readonly send?: string;
  readonly wait_s?: number;
  /** When it was sent: whole seconds since the recording began. */
  readonly after_s?: number;
  readonly recv: readonly {
    readonly hex: string;
    readonly dst: string;
    readonly dport: number;
  }[];
}

export interface RecordedCase {
  readonly name: string;
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly starts: boolean;
  /** Unix time of the recording. */
  readonly at?: number;
  readonly exchange: readonly RecordedStep[];
}

/** The text of a NAK is for people. */
const IGNORED = new Set([56]);
/** Times of leases, which are a second off when the recording took one. */
const TIMES = new Set([51, 58, 59]);
const OWN = parseIpv4('10.0.2.1') ?? 0;

function options(message: DhcpMessage): ReadonlyMap<number, string> {
  return new Map(
    message.options
      .filter(({ code }) => !IGNORED.has(code))
      .map(({ code, data }) => [code, Buffer.from(data).toString('hex')]),
  );
}

function isClose(code: number, a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || !TIMES.has(code)) return false;
  return Math.abs(Number.parseInt(a, 16) - Number.parseInt(b, 16)) <= 2;
}

/** Differences that a client would notice, one line each; the order of options is one of them. */
function compareMessages(theirs: DhcpMessage, ours: DhcpMessage): readonly string[] {
  const out: string[] = [];
  const field = (name: string, a: string | number, b: string | number): void => {
    if (a !== b) out.push(`${name}: dhcpd ${a}, lab ${b}`);
  };
  for (const name of ['yiaddr', 'siaddr', 'giaddr', 'ciaddr'] as const)
    field(name, formatIpv4(theirs[name]), formatIpv4(ours[name]));
  for (const name of ['xid', 'flags', 'secs', 'hops', 'op'] as const) field(name, theirs[name], ours[name]);
  for (const name of ['file', 'sname'] as const)
    field(name, Buffer.from(theirs[name]).toString('latin1'), Buffer.from(ours[name]).toString('latin1'));
  const [a, b] = [options(theirs), options(ours)];
  for (const code of new Set([...a.keys(), ...b.keys()]))
    if (!isClose(code, a.get(code), b.get(code)))
      out.push(`option ${code}: dhcpd ${a.get(code) ?? 'none'}, lab ${b.get(code) ?? 'none'}`);
  if (out.length === 0) field('order', [...a.keys()].join(), [...b.keys()].join());
  return out;
}

export function compareCase(recorded: RecordedCase): readonly string[] {
  const config = readDhcpdConfig(recorded.config, 'dhcpd.conf', (path) => recorded.files?.[path]);
  const starts = config.problems.length === 0;
  if (starts !== recorded.starts) {
    const [problem] = config.problems;
    return [
      `starts: dhcpd ${recorded.starts}, lab ${starts} ${problem === undefined ? '' : `${problem.line}: ${problem.message}`}`,
    ];
  }
  if (!starts) return [];
  const engine = new DhcpdEngine(config, recorded.at ?? 0);
  let nowNs = 0;
  return recorded.exchange.flatMap((step, i) => {
    nowNs = Math.max(nowNs + 1, (step.after_s ?? 0) * NS_PER_S);
    if (step.send === undefined) {
      nowNs += (step.wait_s ?? 0) * NS_PER_S;
      return [];
    }
    const outcome = engine.receive(fromHex(step.send) ?? new Uint8Array(0), OWN, nowNs);
    const at = (text: string): string => `step ${i}: ${text}`;
    const [theirs] = step.recv;
    if (outcome.kind !== 'reply') {
      const why = outcome.kind === 'silent' ? outcome.reason.text : 'noted';
      return theirs === undefined ? [] : [at(`dhcpd answers, lab is silent: ${why}`)];
    }
    const decodedOurs = decodeDhcp(encodeDhcp(outcome.message, { minimumLength: 300 }));
    const decodedTheirs = decodeDhcp(fromHex(theirs?.hex ?? '') ?? new Uint8Array(0));
    if (theirs === undefined)
      return [at(`dhcpd is silent, lab answers ${outcome.code} ${formatIpv4(outcome.message.yiaddr)}`)];
    if (!decodedOurs.ok || !decodedTheirs.ok) return [at('unreadable')];
    const found = [...compareMessages(decodedTheirs.value, decodedOurs.value)];
    const destination = `${formatIpv4(outcome.destination)}:${outcome.destinationPort}`;
    if (destination !== `${theirs.dst}:${theirs.dport}`)
      found.push(`destination: dhcpd ${theirs.dst}:${theirs.dport}, lab ${destination}`);
    return found.map(at);
  });
}
