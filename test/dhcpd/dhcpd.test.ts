/** The lab's dhcpd gives what ISC dhcpd 4.4.3 gave: conversations recorded by `tools/record/dhcpd.py`. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatIpv4, parseIpv4 } from '../../src/base/address.ts';
import { fromCString, fromHex, fromLatin1 } from '../../src/base/bytes.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { DhcpdEngine } from '../../src/services/dhcpd/engine.ts';
import { readDhcpdConfig } from '../../src/services/dhcpd/language/config.ts';
import { play } from '../support/lab.ts';
import { compareCase, type RecordedCase } from './compare.ts';
import { generateCases } from './generate.ts';

function recorded(name: string): readonly RecordedCase[] {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as RecordedCase[];
}

describe('dhcpd answers as the real one', () => {
  it.each(recorded('chosen').map((one) => [one.name, one] as const))('%s', (_name, one) => {
    expect(compareCase(one)).toEqual([]);
  });

  it.each(recorded('generated').map((one) => [one.name, one] as const))('generated: %s', (_name, one) => {
    expect(compareCase(one)).toEqual([]);
  });

  it.each([
    ['dhcpd-a', { yiaddr: '10.0.2.50', siaddr: '10.0.2.89', file: 'pxelinux.0' }],
    ['dhcpd-b', { yiaddr: '10.0.2.3', siaddr: '10.0.2.2', file: 'pxelinux.0' }],
    ['dhcpd-c', { siaddr: '0.0.0.0', file: 'pxelinux.0' }],
    ['dhcpd-f', { file: 'lab.0' }],
    ['dhcpd-g', { siaddr: '0.0.0.0', file: '', 66: '10.0.2.9', 67: 'boot.0' }],
  ])('%s gives the client what its statements say together', (name, expected) => {
    const one = recorded('chosen').find((each) => each.name === name);
    const config = readDhcpdConfig(one?.config ?? '', 'dhcpd.conf', () => undefined);
    const discover = fromHex(one?.exchange[0]?.send ?? '') ?? new Uint8Array(0);
    const outcome = new DhcpdEngine(config, 0).receive(discover, parseIpv4('10.0.2.1') ?? 0, 1);
    if (outcome.kind !== 'reply') throw new Error(`${name} is answered`);
    const { yiaddr, siaddr, file, options } = outcome.message;
    const texts = options.map(({ code, data }) => [code, fromLatin1(data)] as const);
    expect({
      yiaddr: formatIpv4(yiaddr),
      siaddr: formatIpv4(siaddr),
      file: fromCString(file),
      ...Object.fromEntries(texts),
    }).toMatchObject(expected);
  });

  it('notices a difference', () => {
    const [first] = recorded('chosen');
    if (first === undefined) throw new Error('there are recorded cases');
    const changed = { ...first, config: first.config.replace('10.0.2.89', '10.0.2.88') };
    expect(compareCase(changed).length).toBeGreaterThan(0);
  });

  it('makes the same conversations from the same seed', () => {
    expect(generateCases('x', 3)).toEqual(generateCases('x', 3));
    expect(generateCases('x', 2)).not.toEqual(generateCases('y', 2));
  });
});

describe('a dhcpd.conf', () => {
  const read = (text: string) => readDhcpdConfig(text, 'dhcpd.conf', () => undefined);

  it('is refused at the line where dhcpd stops', () => {
    expect(read('subnet 10.0.2.0 netmask 255.255.255.0 {\n range 10.0.2.5 10.0.3.9;\n}').problems).toMatchObject([
      { line: 2, message: expect.stringContaining('not on net') },
    ]);
    expect(read('option no-such-thing 5;').problems).toMatchObject([
      { line: 1, message: 'unknown option dhcp.no-such-thing' },
    ]);
    expect(read('include "missing.conf";').problems).toMatchObject([
      { message: expect.stringContaining("Can't open") },
    ]);
    expect(read('filename pxelinux;').problems).toMatchObject([{ message: 'expecting string.' }]);
  });

  it('says loudly what has no effect in the lab', () => {
    const { problems, ignored } = read('set x = "1";\nclass "c" { match if known; lease limit 4; }\n');
    expect(problems).toEqual([]);
    expect(ignored.map(({ line }) => line)).toEqual([1, 2]);
  });
});

describe('a boot from dhcpd', () => {
  const scenario = (config: string) => {
    const parsed = parseScenario({
      version: 1,
      name: 'dhcpd',
      nodes: [
        { kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:ba:00:01' }] },
        {
          kind: 'server',
          name: 'boot',
          nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
          services: { dhcpd: { config }, dnsmasq: { config: 'port=0\nenable-tftp\ntftp-root=/srv/tftp\n' } },
          files: [{ path: '/srv/tftp/boot.0', content: { patternBytes: 3000 } }],
        },
      ],
      links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
      until: 'stage:halted',
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    return parsed.value;
  };
  const subnet = (inner: string): string =>
    `subnet 10.0.2.0 netmask 255.255.255.0 { range 10.0.2.100 10.0.2.110; filename "boot.0"; ${inner} }`;

  it('pings the address, gives it, and names file and server, with the lines that did', () => {
    const { lab } = play(scenario(subnet('\nnext-server 10.0.2.1;')));
    expect(lab.latestStage('pc1')?.text).toContain('where guest code would start');
    const offer = lab.log.events.find((event) => event.kind === 'server' && event.code === 'offer');
    expect(offer?.kind === 'server' ? offer.lines.map(({ line }) => line) : []).toEqual([1, 2]);
    expect(offer?.timeNs).toBeGreaterThanOrEqual(1_300_000_000);
    expect(lab.servers.get('boot')?.leases()).toMatchObject([{ address: '10.0.2.100', mac: '52:54:00:ba:00:01' }]);
    const lines = lab.log.events.flatMap((event) =>
      event.kind === 'log' && event.service === 'dhcpd' ? [event.text] : [],
    );
    expect(lines).toContain('dhcpd: DHCPOFFER on 10.0.2.100 to 52:54:00:ba:00:01 via eth0');
  });

  it('has siaddr 0 without next-server: the ROM asks the DHCP server itself, and says so', () => {
    const { lab } = play(scenario(subnet('')));
    const decisions = lab.log.events.flatMap((event) => (event.kind === 'decision' ? [event.code] : []));
    expect(decisions).toContain('pxe/no-next-server');
  });

  it('does not happen when the file is refused: the server says why', () => {
    const { lab } = play(scenario(subnet('nonsense 5;')));
    expect(lab.warnings.map(({ message }) => message)).toEqual(['dhcpd does not start: semicolon expected.']);
    expect(lab.log.events).toContainEqual(expect.objectContaining({ kind: 'server', code: 'config-refused' }));
  });
});
