/**
 * Boots that people have asked about in public: what the machine says and sends in each, by the name of its case. Cases
 * with emulated PCs are in the slow tests, under the same names.
 */
import { describe, expect, it } from 'vitest';
import { fromLatin1, toHex } from '../../src/base/bytes.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { ROM_QUIRKS } from '../../src/firmware/pxe/quirks.ts';
import { play } from '../support/lab.ts';
import { smallLab, type SmallLab, type SmallServer } from '../support/small-lab.ts';

const LEASES = 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\n';
const TFTP = 'enable-tftp\ntftp-root=/srv/tftp\n';
const PROXY = `port=0\ndhcp-range=10.0.2.0,proxy\ndhcp-match=set:ipxe,175\ndhcp-no-override\n${TFTP}`;
const IPXE = { personality: 'ipxe', options: {} };

interface Sent {
  readonly timeS: number;
  readonly text: string;
  readonly hex: string;
  /** Of UDP and TCP over IPv4: the port and address that it goes to. */
  readonly to: string;
}

interface End {
  readonly lab: Lab;
  readonly screen: string;
  /** What the machine sent, by IPv4. */
  readonly sent: readonly Sent[];
  /** Request lines of HTTP. */
  readonly requests: readonly string[];
}

function boot(lab: SmallLab, timeoutS = 60): End {
  const { lab: played } = play(smallLab(lab), { timeoutS });
  const { store } = played.capture;
  const sent: Sent[] = [];
  for (let i = 0; i < store.length; i++) {
    if (store.direction(i) !== 'out' || store.interfaceOf(i).name !== 'pc1.net0') continue;
    const frame = store.bytes(i);
    if (frame[12] !== 8 || frame[13] !== 0) continue;
    const port = ((frame[36] ?? 0) << 8) | (frame[37] ?? 0);
    const to = `${frame.slice(30, 34).join('.')}:${port}`;
    sent.push({ timeS: store.timeNs(i) / 1e9, text: fromLatin1(frame), hex: toHex(frame), to });
  }
  const requests = sent.flatMap(({ text }) => /[A-Z]+ \S.* HTTP\/1\.1/.exec(text)?.[0] ?? []);
  return { lab: played, screen: played.machine('pc1').screenText(), sent, requests };
}

function script(lines: readonly string[], server: Partial<SmallServer> = {}, options: object = {}): End {
  const embeddedScript = ['#!ipxe', 'dhcp', ...lines, ''].join('\n');
  const firmware = { personality: 'ipxe', embeddedScript, options };
  return boot({ firmware, servers: { '10.0.2.1': { config: LEASES, ...server } } });
}

const to = ({ sent }: End, target: string): readonly Sent[] => sent.filter((one) => one.to === target);

describe('PXE ROM', () => {
  const router: SmallServer = { config: LEASES };
  const files = { 'tftp/boot/undionly.kpxe': { content: { lab: 'ipxe' } }, 'tftp/boot/other.0': 30_000 };

  it('c01: a timeout of 255 shows prompt and menu at once, and waits for a choice', () => {
    const config =
      'pxe-service=tag:!ipxe,x86PC,"Load iPXE",boot/undionly.kpxe\n' +
      'pxe-service=tag:!ipxe,x86PC,"Load something else",boot/other\n';
    const end = boot({ servers: { '10.0.2.1': router, '10.0.2.2': { config: PROXY + config, files } } });
    expect(end.screen).toMatch(/^PXE\n Load iPXE *\n Load something else *$/m);
    // Nobody has chosen: nothing goes to port 4011 or TFTP yet.
    expect(end.sent.every(({ to: target }) => target === '255.255.255.255:67')).toBe(true);
  });

  it('c01b: one entry is taken without a menu, and iPXE finds a file name without a server in the offers', () => {
    const config = 'pxe-service=tag:!ipxe,x86PC,"Load iPXE",boot/undionly.kpxe\ndhcp-boot=tag:ipxe,boot/start.ipxe\n';
    const end = boot({ servers: { '10.0.2.1': router, '10.0.2.2': { config: PROXY + config, files } } });
    expect(to(end, '10.0.2.2:69')[0]?.text).toContain('boot/undionly.kpxe\0octet');
    expect(end.screen).toContain('Nothing to boot: No such file or directory (https://ipxe.org/2d03e13b)');
  });

  it('c02b: options 60, 66 and 67 of one server: port 4011 of that server is asked, then PXE-E55', () => {
    const options = ['60,PXEClient', '66,"10.0.2.9"', '67,boot.0'].map((value) => `dhcp-option-force=${value}\n`);
    const end = boot({ servers: { '10.0.2.1': { config: LEASES + options.join('') } } });
    const asked = end.sent.filter((one) => one.to.endsWith(':4011'));
    expect(new Set(asked.map((one) => one.to))).toEqual(new Set(['10.0.2.1:4011']));
    expect(asked.length).toBeGreaterThan(1);
    // A DHCPREQUEST: option 53 is 3.
    for (const { hex } of asked) expect(hex.slice(84 + 480)).toMatch(/^350103/);
    expect(end.screen).toContain('PXE-E55: proxyDHCP service did not reply to request on port 4011.');
    expect(to(end, '10.0.2.9:69')).toEqual([]);
  });

  it('c10: siaddr counts, not option 66', () => {
    const config = `${LEASES}dhcp-option=66,10.0.2.9\ndhcp-option=67,boot.0\n`;
    const tftp = { config: `port=0\n${TFTP}`, files: { 'tftp/boot.0': 30_000 } };
    const end = boot({ servers: { '10.0.2.1': { config }, '10.0.2.9': tftp } });
    expect(to(end, '10.0.2.1:69').length).toBeGreaterThan(1);
    expect(to(end, '10.0.2.9:69')).toEqual([]);
    expect(end.screen).toContain('PXE-E32: TFTP open timeout.');
  });

  it.each([[], ...ROM_QUIRKS.map((quirk) => [quirk])])('has the quirks that the scenario gives it: %s', (...quirks) => {
    const config = `${LEASES}${TFTP}dhcp-boot=boot.0\n`;
    const servers = { '10.0.2.1': { config, files: { 'tftp/boot.0': 30_000 } } };
    const end = boot({ firmware: { personality: 'pxe', quirks }, servers });
    const [discover] = to(end, '255.255.255.255:67');
    // Option 97: length 17, type 0.
    expect(discover?.hex.slice(84 + 480).includes('611100')).toBe(!quirks.includes('no-uuid'));
    const requests = to(end, '10.0.2.1:69').map(({ text }) => text.slice(text.indexOf('boot.0')).split('\0')[2]);
    expect(requests.at(-1)).toBe(quirks.includes('small-blocks') ? '' : 'blksize');
    expect(end.lab.latestStage('pc1')?.stage).toBe('halted');
  });

  it('c12: pxe-service adds .0 to a base name', () => {
    const config = `${LEASES}${TFTP}pxe-service=x86PC,"PXE BootMenu",lpxelinux\npxe-prompt="Menu",0\n`;
    const end = boot({ servers: { '10.0.2.1': { config, files: { 'tftp/lpxelinux': 30_000 } } } });
    expect(to(end, '10.0.2.1:69')[0]?.text).toContain('lpxelinux.0\0octet');
    expect(end.screen).toContain('PXE-T01: file /srv/tftp/lpxelinux.0 not found for 10.0.2.');
    expect(end.screen).toContain('PXE-E3B: TFTP Error - File Not Found.');
  });
});

describe('servers', () => {
  /** Type of service and TTL of what a server sent from a UDP port, each once. */
  function marks(lab: Lab, port: number): readonly string[] {
    const { store } = lab.capture;
    const out = new Set<string>();
    for (let i = 0; i < store.length; i++) {
      const frame = Buffer.from(store.bytes(i));
      const isUdp = frame.readUInt16BE(12) === 0x0800 && frame[23] === 17;
      if (store.direction(i) !== 'out' || !isUdp || store.interfaceOf(i).name !== 'srv1.eth0') continue;
      if (frame.readUInt16BE(34) === port) out.add(`${frame[15]?.toString(16)} ${frame[22]}`);
    }
    return [...out];
  }

  it('mark their DHCP as dnsmasq and dhcpd do, and nothing else', () => {
    const config = `${LEASES}${TFTP}pxe-service=x86PC,"One",one\n`;
    const { lab } = boot({ servers: { '10.0.2.1': { config, files: { 'tftp/one.0': 900 } } } });
    expect(marks(lab, 67)).toEqual(['c0 64']);
    const tftp = lab.log.events.some((event) => event.kind === 'transfer' && event.state === 'done');
    expect(tftp).toBe(true);
    const dhcpd = 'subnet 10.0.2.0 netmask 255.255.255.0 { range 10.0.2.100 10.0.2.110; filename "boot.0"; }';
    const other = boot({ servers: { '10.0.2.1': { config: 'port=0\n', services: { dhcpd: { config: dhcpd } } } } });
    expect(marks(other.lab, 67)).toEqual(['10 128']);
  });

  it('give TFTP one block each round trip, and HTTP many: 57 kB/s at 25 ms', () => {
    const bytes = 143_200;
    const secondsOf = (path: string, uri: string, protocol: string): number => {
      const embeddedScript = `#!ipxe\ndhcp\nimgfetch ${uri}\necho GOT\n`;
      const { lab, screen } = boot({
        firmware: { personality: 'ipxe', embeddedScript },
        servers: { '10.0.2.1': { config: LEASES + TFTP, files: { 'tftp/there': 1, [path]: bytes } } },
        faults: [{ kind: 'delay', delayUs: 12_500 }],
      });
      expect(screen).toContain('GOT');
      const times = lab.log.events.flatMap((event) =>
        event.kind === 'transfer' && event.protocol === protocol && event.totalBytes === bytes ? [event.timeNs] : [],
      );
      return ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1e9;
    };
    expect(secondsOf('tftp/k', 'tftp://10.0.2.1/k', 'tftp')).toBeCloseTo(bytes / 1432 / 40, 0);
    expect(secondsOf('http/k', 'http://10.0.2.1/k', 'http')).toBeLessThan(0.5);
  });

  it('look three seconds whether an address is free, then answer all that have asked meanwhile', () => {
    const end = boot({ firmware: IPXE, servers: { '10.0.2.1': { config: 'dhcp-range=10.0.2.50,10.0.2.99,1h\n' } } });
    const { store } = end.lab.capture;
    const frames = Array.from({ length: store.length }, (_, i) => i).filter(
      (i) => store.direction(i) === 'out' && store.interfaceOf(i).name === 'srv1.eth0',
    );
    const times = (isIt: (frame: Buffer) => boolean): readonly number[] =>
      frames.filter((i) => isIt(Buffer.from(store.bytes(i)))).map((i) => store.timeNs(i) / 1e9);
    const asked = times((frame) => frame.readUInt16BE(12) === 0x0806 && frame[41] !== undefined && frame[41] >= 50);
    const offers = times((frame) => frame.readUInt16BE(12) === 0x0800 && frame[284] === 2);
    const [first = 0] = asked;
    expect(asked.map((at) => Math.round(at - first))).toEqual([0, 1, 2]);
    // One for each DISCOVER, all at once.
    const discovers = to(end, '255.255.255.255:67').filter(({ timeS }) => timeS < (offers[0] ?? 0));
    expect(offers.map((at) => Math.round((at - first) * 1000))).toEqual(discovers.map(() => 3000));
    expect(discovers.length).toBe(3);
  });
});

describe('iPXE and DHCP', () => {
  it('c04: the NAK of a server that was not chosen is ignored, and the ACK of the other is taken', () => {
    const config = `dhcp-range=10.0.2.150,10.0.2.199,1h\nno-ping\ndhcp-boot=start.ipxe\n${TFTP}`;
    const files = { 'tftp/start.ipxe': '#!ipxe\necho REACHED-SCRIPT\n' };
    const end = boot({ firmware: IPXE, servers: { '10.0.2.1': { config: LEASES }, '10.0.2.2': { config, files } } });
    expect(end.screen).toMatch(/^Next server: 10\.0\.2\.2\nFilename: start\.ipxe$/m);
    expect(end.screen).toMatch(/^REACHED-SCRIPT$/m);
    // One address, asked for once.
    const types = to(end, '255.255.255.255:67').map(({ hex }) => hex.slice(84 + 480 + 4, 84 + 480 + 6));
    expect(types.filter((type) => type === '03').length).toBe(1);
  });

  it('c18: a proxy offer with a file and no server: nothing to boot, and no request', () => {
    const config = `${PROXY}pxe-service=254,dummy\ndhcp-boot=start.ipxe\n`;
    const files = { 'tftp/start.ipxe': '#!ipxe\necho REACHED-SCRIPT\n' };
    const end = boot({ firmware: IPXE, servers: { '10.0.2.1': { config: LEASES }, '10.0.2.2': { config, files } } });
    expect(end.screen).toContain('Nothing to boot: No such file or directory (https://ipxe.org/2d03e13b)');
    expect(end.screen).not.toContain('Next server');
    expect(end.sent.filter((one) => one.to.endsWith(':69'))).toEqual([]);
  });

  it('c05c: blocks that do not fit the path never come: Connection timed out', () => {
    const config = `${LEASES}${TFTP}dhcp-boot=boot.0\n`;
    const end = boot({
      firmware: IPXE,
      servers: { '10.0.2.1': { config, files: { 'tftp/boot.0': 20_000 } } },
      faults: [{ kind: 'mtu', bytes: 1420 }],
    });
    expect(end.screen).toContain('tftp://10.0.2.1/boot.0... Connection timed out (https://ipxe.org/4c126035)');
  });
});

describe('scripts', () => {
  const START = 'dhcp-boot=http://10.0.2.1/m.ipxe\n';

  function served(lines: readonly string[]): End {
    const files = { 'http/m.ipxe': ['#!ipxe', ...lines, ''].join('\n') };
    return boot({ firmware: IPXE, servers: { '10.0.2.1': { config: LEASES + START, files } } });
  }

  it('c06: choose --timeout of an unset variable fails as an empty integer', () => {
    const end = served([
      'menu Boot',
      'item a First',
      'choose --timeout ${menu-timeout} selected || goto cancel',
      ':cancel',
      'echo CANCELLED ${errno}',
    ]);
    expect(end.screen).toMatch(/^"": invalid integer value\nCANCELLED 0x1c162102$/m);
    expect(end.screen).not.toContain('First');
  });

  it('ipxe-f02: an embedded script needs no file name', () => {
    const end = script(['chain http://10.0.2.1/m.ipxe'], { files: { 'http/m.ipxe': '#!ipxe\necho all well\n' } });
    expect(end.screen).toMatch(/^http:\/\/10\.0\.2\.1\/m\.ipxe\.\.\. ok\nall well$/m);
  });

  it('ipxe-f09: goto without a label ends the boot with its number', () => {
    const end = served(['menu M', 'item a A', 'choose --timeout 500 t && goto ${t}', ':b', 'echo b']);
    expect(end.screen).toContain('Could not boot image: No such file or directory (https://ipxe.org/2d02803b)');
    const stages = end.lab.log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []));
    expect(stages).toContain('boot-failed');
  });

  it('ipxe-f03: no route: Network unreachable at once, without a frame', () => {
    const embeddedScript =
      '#!ipxe\nifopen net0\nset net0/ip 10.0.2.15\nset net0/netmask 255.255.255.0\n' +
      'imgfetch http://192.0.2.7/x || echo ${errno}\n';
    const end = boot({
      firmware: { personality: 'ipxe', embeddedScript },
      servers: { '10.0.2.1': { config: LEASES } },
    });
    expect(end.screen).toMatch(
      /^http:\/\/192\.0\.2\.7\/x\.\.\. Network unreachable \(https:\/\/ipxe\.org\/280a6011\)\n0x280a6011$/m,
    );
    expect(end.sent).toEqual([]);
  });

  it('ipxe-f05: a path is sent and printed as it was written', () => {
    const paths = ['by/52:54/x', 'by/a@b', 'by/a%b', 'by/(x)', 'by/a%2fb'];
    const files = {
      'http/by/52:54/x': 'x',
      'http/s.ipxe': '#!ipxe\nimgfetch 52:54.txt || echo ${errno}\n',
      'http/52:54.txt': 'z',
    };
    const fetches = paths.map((path) => `imgfetch http://10.0.2.1/${path} ||`);
    const end = script([...fetches, 'chain http://10.0.2.1/s.ipxe'], { files });
    expect(end.requests).toEqual([...paths, 's.ipxe', '52:54.txt'].map((path) => `GET /${path} HTTP/1.1`));
    expect(end.screen).toMatch(/^http:\/\/10\.0\.2\.1\/by\/52:54\/x\.\.\. ok$/m);
    expect(end.screen).toMatch(/^52:54\.txt\.\.\. ok$/m);
  });

  it('ipxe-f18: blanks of a setting are encoded in a query', () => {
    const files = { 'http/q': 'x', 'http/(x)@y': 'z' };
    const end = script(
      [
        'set p a b',
        'imgfetch http://10.0.2.1/q?x=${p} ||',
        'imgfetch http://10.0.2.1/q?m=${product} ||',
        'imgfetch http://10.0.2.1/(x)@y ||',
      ],
      { files },
    );
    expect(end.requests[0]).toBe('GET /q?x=a%20b HTTP/1.1');
    expect(end.requests[1]).toMatch(/^GET \/q\?m=\S+ HTTP\/1\.1$/);
    expect(end.requests[2]).toBe('GET /(x)@y HTTP/1.1');
    expect(end.screen.match(/\.\.\. ok$/gm)?.length).toBe(4);
  });

  it('ipxe-f07: keep-san keeps a SAN device from sanunhook', () => {
    const hook = 'sanhook --drive 0x84 http://10.0.2.1/d.img';
    const end = script(['set keep-san 1', hook, 'sanunhook --drive 0x84', `${hook} || echo \${errno}`], {
      files: { 'http/d.img': 65_536 },
    });
    expect(end.screen).toMatch(
      /^Registered SAN device 0x84\nPreserving SAN device 0x84\nCould not open SAN device: Error 0x03232019 .*\n0x3232019$/m,
    );
  });

  it('ipxe-f13: HTTPS of a port that nobody has open: Connection reset', () => {
    const end = script(['chain https://10.0.2.1/m.ipxe || echo ${errno}'], {}, { preset: 'all' });
    expect(end.screen).toMatch(
      /^https:\/\/10\.0\.2\.1\/m\.ipxe\.\.\. Connection reset \(https:\/\/ipxe\.org\/0f0a6039\)\n0xf0a6039$/m,
    );
    expect(to(end, '10.0.2.1:443').length).toBe(1);
  });

  it('ipxe-f15: iSCSI of a port that nobody has open, and a root path that is none', () => {
    const end = script([
      'set initiator-iqn iqn.2026-01.test:pc1',
      'sanboot iscsi:10.0.2.1::::iqn.2026-01.test:disk || echo ${errno}',
      'sanboot iscsi:bad || echo ${errno}',
    ]);
    expect(end.screen).toMatch(/Connection reset \(https:\/\/ipxe\.org\/0f0a6039\)\n0xf0a6039$/m);
    expect(end.screen).toMatch(/Invalid argument \(https:\/\/ipxe\.org\/1c0d6102\)\n0x1c0d6102$/m);
  });
});
