/** One conversation, held with real iPXE and with ours: both are loaded by the same PXE ROM of the same emulated PC. */
import { fromLatin1, readU16 } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/clock.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import { openLab } from '../support/lab.ts';
import { conformanceScript, GROUPS } from './scripts.ts';

export interface Conversation {
  /** What each group has printed, a line a row. */
  readonly screens: Readonly<Record<string, readonly string[]>>;
  /** Request line and header names of each HTTP request. */
  readonly http: readonly string[];
  /** File, mode and options of each TFTP read request. */
  readonly tftp: readonly string[];
  /** Options of the first DHCPDISCOVER and DHCPREQUEST with user class iPXE, in order. */
  readonly dhcp: readonly string[];
}

const CONFIG = `dhcp-range=10.0.6.50,10.0.6.50,1h
dhcp-authoritative
no-ping
dhcp-option=option:router,10.0.6.1
dhcp-option=option:dns-server,10.0.6.1
# No ProxyDHCP: neither waits for one.
dhcp-option=encap:175,176,1b
enable-tftp
tftp-root=/srv/tftp
dhcp-userclass=set:ipxe,iPXE
dhcp-boot=tag:!ipxe,undionly.kpxe
dhcp-boot=tag:ipxe,http://10.0.6.1/test.ipxe
`;

function conformanceLab(image: object, kind: 'pc' | 'bare'): Lab {
  const file = (path: string, text: string): object => ({ path, content: { text } });
  const parsed = parseScenarioText(
    JSON.stringify({
      version: 1,
      name: 'conformance',
      seed: 'conformance',
      nodes: [
        { kind, name: 'pc1', nics: [{ mac: '52:54:00:c0:00:01' }] },
        {
          kind: 'server',
          name: 'boot',
          nics: [{ mac: '02:00:00:00:00:01', address: '10.0.6.1/24' }],
          services: { dnsmasq: { config: CONFIG }, http: {} },
          files: [
            { path: '/srv/tftp/undionly.kpxe', content: image },
            file('/srv/http/test.ipxe', conformanceScript()),
            file('/srv/http/five.ipxe', '#!ipxe\nexit 5\n'),
            file('/srv/http/one.txt', 'one\n'),
            file('/srv/tftp/two.ipxe', '#!ipxe\necho two runs\n'),
          ],
        },
      ],
      links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return openLab(parsed.value);
}

function frames(lab: Lab): Uint8Array[] {
  const { store } = lab.capture;
  return Array.from({ length: store.length }, (_, i) => i)
    .filter((i) => store.direction(i) === 'out' && store.interfaceOf(i).name.startsWith('pc1.'))
    .map((i) => store.bytes(i));
}

function udpPayloads(lab: Lab, port: number): Uint8Array[] {
  return frames(lab)
    .filter((frame) => readU16(frame, 12) === 0x0800 && frame[23] === 17 && readU16(frame, 36) === port)
    .map((frame) => frame.subarray(42));
}

function httpRequests(lab: Lab): string[] {
  const out: string[] = [];
  for (const frame of frames(lab)) {
    if (readU16(frame, 12) !== 0x0800 || frame[23] !== 6 || readU16(frame, 36) !== 80) continue;
    const payload = fromLatin1(frame.subarray(34 + (frame[46] >>> 4) * 4));
    if (!/^(GET|HEAD|POST) /.test(payload)) continue;
    const [line, ...headers] = payload.split('\r\n\r\n')[0].split('\r\n');
    out.push(`${line} | ${headers.map((header) => header.split(':')[0]).join(' ')}`);
  }
  return out;
}

function dhcpOptions(payload: Uint8Array): string {
  const codes: string[] = [];
  for (let at = 240; at < payload.length && payload[at] !== 255; at += 2 + payload[at + 1]) {
    if (payload[at] === 0) at -= 1;
    else codes.push(String(payload[at]));
  }
  return codes.join(' ');
}

/** `kind` is that of the machine; a bare one can only run our own image. */
export function converse(image: object, kind: 'pc' | 'bare' = 'pc'): Conversation {
  const lab = conformanceLab(image, kind);
  const control = new RunControl(lab);
  const screens: Record<string, readonly string[]> = {};
  for (const name of Object.keys(GROUPS)) {
    const set = control.setBreakpoints([{ condition: `screen:/^END ${name}$/`, count: 1 }]);
    if (!set.ok) throw new Error(set.error.message);
    const stop = control.run(lab.queue.nowNs + 120 * NS_PER_S, () => false);
    const rows = lab.machine('pc1').screenText().split('\n');
    if (stop.kind !== 'breakpoint') throw new Error(`${name} did not end:\n${rows.join('\n')}`);
    screens[name] = rows
      .slice(rows.indexOf(`BEGIN ${name}`) + 1, rows.indexOf(`END ${name}`))
      .map((row) => row.trimEnd());
  }
  const isIpxe = (payload: Uint8Array): boolean => fromLatin1(payload).includes('M\x04iPXE');
  const ofType =
    (type: number): ((payload: Uint8Array) => boolean) =>
    (payload) =>
      payload[242] === type;
  const own = udpPayloads(lab, 67).filter(isIpxe);
  return {
    screens,
    http: httpRequests(lab),
    // The first two are those of the ROM.
    tftp: udpPayloads(lab, 69)
      .slice(2)
      .map((payload) => fromLatin1(payload.subarray(2)).replaceAll('\0', ' ').trim()),
    dhcp: [1, 3].map((type) => dhcpOptions(own.find(ofType(type)) ?? new Uint8Array(0))),
  };
}
