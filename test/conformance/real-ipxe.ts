/** One conversation, held with real iPXE and with ours, on the same emulated PC before the same servers. */
import { byteAt, fromLatin1, readU16, readU32 } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { DHCP_SERVER_PORT, PXE_SERVER_PORT } from '../../src/protocols/dhcp/codec.ts';
import { decodeDns, DNS_PORT } from '../../src/protocols/dns/codec.ts';
import { Person } from '../support/person.ts';
import { DIALOGUES, type Act } from './dialogues.ts';
import { conformanceLab, proxyLab, type Subject } from './lab.ts';
import { GROUPS } from './scripts.ts';

/** Lines by what they show: `boot`, the groups and dialogues by name, `requests`, `dhcp`. */
export type Conversation = Readonly<Record<string, readonly string[]>>;

/** UDP and TCP payloads of IPv4 frames that the machine sent, with the port that they go to. */
function* sent(lab: Lab): Generator<{ readonly protocol: 'udp' | 'tcp'; readonly port: number; data: Uint8Array }> {
  const { store } = lab.capture;
  for (let i = 0; i < store.length; i++) {
    if (store.direction(i) !== 'out' || !store.interfaceOf(i).name.startsWith('pc1.')) continue;
    const frame = store.bytes(i);
    if (readU16(frame, 12) !== 0x0800) continue;
    const end = 14 + readU16(frame, 16);
    const port = readU16(frame, 36);
    if (frame[23] === 17) yield { protocol: 'udp', port, data: frame.subarray(42, end) };
    else if (frame[23] === 6)
      yield { protocol: 'tcp', port, data: frame.subarray(34 + (byteAt(frame, 46) >>> 4) * 4, end) };
  }
}

/** By the user class (RFC 3004), as iPXE sends it: without a length of its own. */
function isIpxe(data: Uint8Array): boolean {
  return fromLatin1(data).includes('M\x04iPXE');
}

/** Codes and lengths, in order; what 175 holds is the build's own. */
function dhcpOptions(data: Uint8Array, port = DHCP_SERVER_PORT): string {
  const codes: string[] = [];
  for (let at = 240; at < data.length && data[at] !== 255; at += 2 + byteAt(data, at + 1)) {
    if (data[at] === 0) at -= 1;
    else codes.push(data[at] === 175 ? '175' : `${data[at]}:${data[at + 1]}`);
  }
  const flags = readU16(data, 10) === 0 ? '' : ' broadcast';
  const to = port === DHCP_SERVER_PORT ? '' : ` port ${port}`;
  return `type ${data[242]}${to}${flags}${readU32(data, 12) === 0 ? '' : ' ciaddr'} | ${codes.join(' ')}`;
}

function httpRequest(data: Uint8Array): string | undefined {
  const text = fromLatin1(data);
  if (!/^(GET|HEAD|POST) /.test(text)) return undefined;
  return itemAt(text.split('\r\n\r\n'), 0)
    .replace(/iPXE\/\S+/, 'iPXE/VERSION')
    .replace(/(nonce|opaque|response)="\w*"/g, '$1=""')
    .replaceAll('\r\n', ' | ');
}

const TFTP = ['', 'RRQ', 'WRQ', 'DATA', 'ACK', 'ERROR'];

/** Everything asked of a server, in order; retries by the clock and acknowledgements are left out. */
function requests(lab: Lab): { readonly dhcp: readonly string[]; readonly requests: readonly string[] } {
  const dhcp: string[] = [];
  const out: string[] = [];
  let hasBegun = false;
  const ask = (line: string): void => {
    if (out.at(-1) !== line) out.push(line);
  };
  for (const { protocol, port, data } of sent(lab)) {
    if (protocol === 'udp' && port === 67) {
      if (!isIpxe(data)) continue;
      hasBegun = true;
      if (dhcp.every((line) => !line.startsWith(`type ${data[242]}`))) dhcp.push(dhcpOptions(data));
    } else if (!hasBegun) continue;
    else if (protocol === 'tcp') {
      const request = httpRequest(data);
      if (request !== undefined) out.push(request);
    } else if (port === DNS_PORT) {
      const query = decodeDns(data);
      for (const { name, type } of query.ok ? query.value.questions : []) ask(`DNS ${type} ${name}`);
    } else {
      const opcode = readU16(data, 0);
      const rest = fromLatin1(data.subarray(2)).replaceAll('\0', ' ').trim();
      if ((port === 69 && opcode === 1) || (port !== 69 && opcode === 5)) ask(`TFTP ${TFTP[opcode]} ${rest}`);
    }
  }
  return { dhcp, requests: out };
}

/** Rows as lines: what was wrapped at the right edge is one line again. */
function unwrapped(rows: readonly string[]): readonly string[] {
  const out: string[] = [];
  let isFull = false;
  for (const row of rows) {
    if (isFull) out[out.length - 1] += row;
    else out.push(row);
    isFull = row.length === 80;
  }
  return out;
}

/** The screen with its colours: each row's runs of one attribute. Of the console's own, blanks at the end are left out. */
function picture(lab: Lab): readonly string[] {
  const screen = answerOf(lab.machine('pc1'), 'screen');
  if (screen.kind !== 'text') return ['(graphics)'];
  const { columns, rows, cells } = screen;
  const out: string[] = [];
  for (let row = 0; row < rows; row++) {
    const runs: string[] = [];
    let attribute = -1;
    for (let column = 0; column < columns; column++) {
      const cell = itemAt(cells, row * columns + column);
      if (cell >>> 8 !== attribute) {
        attribute = cell >>> 8;
        runs.push(`[${attribute.toString(16)}]`);
      }
      runs[runs.length - 1] += String.fromCharCode(cell & 0xff);
    }
    // Where a run of blanks ends is to be seen from the next.
    const line = runs.map((run) => run.replace(/ {4,}/g, (blanks) => `_${blanks.length}_`)).join('');
    out.push(runs.length === 1 && attribute === 7 ? itemAt(runs, 0).slice(3).trimEnd() : line);
  }
  return unwrapped(out);
}

class Talk extends Person {
  rows(): string[] {
    return this.screen.split('\n').map((row) => row.trimEnd());
  }

  until(text: string): void {
    this.await(new RegExp(text, 'm'));
  }

  act({ when, keys = [], type = '', unseen }: Act): readonly string[] {
    if (when !== undefined) this.until(when);
    this.settle();
    const seen = unseen === true ? [] : picture(this.lab);
    this.press(...keys);
    this.type(type);
    return seen;
  }
}

export function converse(subject: Subject): Conversation {
  const talk = new Talk(conformanceLab(subject));
  const screens: Record<string, readonly string[]> = {};
  const [first] = Object.keys(GROUPS);
  talk.until('^THE SCRIPT$');
  const boot = talk.rows();
  const bootScreen = unwrapped(boot.slice(boot.findIndex((row) => row.startsWith('iPXE initialising'))));
  talk.until(`^BEGIN ${first}$`);
  for (const name of Object.keys(GROUPS)) {
    talk.until(`^END ${name}$`);
    const rows = talk.rows();
    const begin = rows.indexOf(`BEGIN ${name}`);
    if (begin < 0) throw new Error(`${name} is too long for a screen:\n${rows.join('\n')}`);
    screens[name] = unwrapped(rows.slice(begin + 1, rows.indexOf(`END ${name}`)));
  }
  talk.pass(NS_PER_S);
  talk.settle();
  for (const [name, { acts }] of Object.entries(DIALOGUES)) {
    acts.forEach((act, index) => {
      const seen = talk.act(act);
      if (seen.length > 0) screens[`${name}, ${index + 1}`] = seen;
    });
    talk.until(`^END ${name}$`);
    talk.settle();
    screens[`${name}, end`] = picture(talk.lab);
    // Until the next one has begun, the screen is that of this one.
    talk.pass(NS_PER_S);
  }
  return { boot: bootScreen, ...screens, ...requests(talk.lab) };
}

/** An automatic boot by the menu of a ProxyDHCP server: prompt, list, boot server. */
export function bootByProxy(who: 'lkrn' | 'rom'): Conversation {
  const talk = new Talk(proxyLab(who));
  const rowsFrom = (start: string): readonly string[] => {
    const rows = talk.rows();
    return unwrapped(rows.slice(rows.findIndex((row) => row.startsWith(start))));
  };
  talk.until('Press F8 for the menu');
  const prompt = rowsFrom('Booting from PXE menu');
  talk.act({ keys: ['F8'] });
  talk.act({ when: 'B\\. Boot locally', keys: ['Down', 'Down'] });
  const list = talk.act({ keys: ['Up', 'Up', 'Up', 'Enter'] });
  talk.until('^THE SCRIPT$');
  const dhcp = [...sent(talk.lab)].flatMap(({ protocol, port, data }) =>
    protocol === 'udp' && (port === DHCP_SERVER_PORT || port === PXE_SERVER_PORT) && isIpxe(data)
      ? [dhcpOptions(data, port)]
      : [],
  );
  return { prompt, list, console: rowsFrom('PXEBS'), dhcp };
}

/** What an iPXE that a ROM has loaded knows before it asks anybody: typed into the shell that Ctrl-B opens. */
const FIRST_QUESTIONS = [
  'show net0.dhcp/ip',
  'show net0.dhcp/filename',
  'show next-server',
  'show net0.dhcp/dhcp-server',
  'route',
  'ifopen net0',
  'imgfetch two.ipxe',
  'imgstat',
];

export function askBeforeDhcp(image: object): Conversation {
  const talk = new Talk(conformanceLab({ loaded: 'undionly', image }));
  talk.until('Press Ctrl-B for the iPXE command line');
  talk.press('Ctrl-B');
  talk.until('^iPXE>');
  for (const question of FIRST_QUESTIONS) {
    talk.type(`${question}\n`);
    talk.settle();
  }
  talk.until('two.ipxe : ');
  const rows = talk.rows();
  const start = rows.findIndex((row) => row.startsWith('iPXE> show'));
  return { console: unwrapped(rows.slice(start)), 'DHCP messages': [String(requests(talk.lab).dhcp.length)] };
}
