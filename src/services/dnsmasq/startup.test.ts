/** What dnsmasq 2.90 logs about its files and ports, in order. */
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../base/address.ts';
import { latin1, utf8 } from '../../base/bytes.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { testServer } from './testing.ts';

function startupLines(config: string, texts: Readonly<Record<string, string>>): readonly string[] {
  const files = new MemoryFileTree();
  for (const [path, text] of Object.entries(texts)) files.addFile(path, utf8(text));
  return testServer(config, 24, files).server.startupLog;
}

const ETHERS = `52:54:00:00:00:01 10.7.0.50
# c
+x
52:54:00:00:00:02 h2
52:54:00:00:00:02 h3
0:1:2:3:4:5 10.7.0.51
00-01-02-03-04-06 10.7.0.52
52:54:00:00:00:09
52:54:00:00:00:0a 10.7.0
52:54:00:00:00:0b -x_y
 52:54:00:00:00:0c h9 extra
`;

describe('the log at the start', () => {
  it('tells of hosts, then of /etc/ethers with its bad lines, then of files of hosts and options', () => {
    const config =
      'no-resolv\nserver=10.7.0.9\nno-hosts\naddn-hosts=/hh\nread-ethers\ndhcp-range=10.0.0.10,10.0.0.20\n' +
      'dhcp-hostsfile=/hostsf\ndhcp-optsfile=/opts\nenable-tftp\ntftp-port-range=4000,4001';
    const lines = startupLines(config, {
      '/etc/ethers': ETHERS,
      '/hh': '10.7.0.5 zz\n',
      '/hostsf': '52:54:00:00:00:99,10.0.0.60\n',
      '/opts': 'option:router,1.2.3.4\n',
    });
    expect(lines.slice(2)).toEqual([
      'dnsmasq-dhcp: DHCP, IP range 10.0.0.10 -- 10.0.0.20, lease time 1h',
      'dnsmasq-tftp: TFTP enabled  ',
      'dnsmasq-tftp: restricting maximum simultaneous TFTP transfers to 2',
      'dnsmasq: using nameserver 10.7.0.9#53',
      'dnsmasq: read /hh - 1 names',
      'dnsmasq-dhcp: bad line at /etc/ethers line 8',
      'dnsmasq-dhcp: bad address at /etc/ethers line 9',
      'dnsmasq-dhcp: bad name at /etc/ethers line 10',
      'dnsmasq-dhcp: bad line at /etc/ethers line 11',
      'dnsmasq-dhcp: read /etc/ethers - 5 addresses',
      'dnsmasq-dhcp: read /hostsf',
      'dnsmasq-dhcp: read /opts',
    ]);
  });

  it('says that there is no /etc/ethers', () => {
    expect(startupLines('port=0\nread-ethers', {}).at(-1)).toBe(
      'dnsmasq-dhcp: failed to read /etc/ethers: No such file or directory',
    );
  });

  it.each([
    ['tftp-port-range=4000,4009', true],
    ['tftp-port-range=4000,4002\ntftp-max=2', false],
    ['tftp-max=100', false],
  ])('restricts TFTP by its ports only: %s', (lines, isRestricted) => {
    const log = startupLines(`port=0\nenable-tftp\n${lines}`, {});
    expect(log.some((line) => line.includes('restricting'))).toBe(isRestricted);
  });
});

describe('a range of TFTP ports', () => {
  it('that is used up leaves the next client without an answer, and the log says so', () => {
    const files = new MemoryFileTree();
    files.addFile('/srv/tftp/f', new Uint8Array(5000));
    const config = 'port=0\nenable-tftp\ntftp-root=/srv/tftp\ntftp-port-range=4000,4001';
    const { server, log } = testServer(config, 24, files);
    const taken = new Set<number>();
    const ports: number[] = [];
    const started = server.start({
      send: ({ sourcePort }) => void ports.push(sourcePort),
      openPort: (wanted = 0) => (taken.has(wanted) ? undefined : (taken.add(wanted), wanted)),
      closePort: (port) => void taken.delete(port),
      probe: () => undefined,
    });
    expect(started.ok).toBe(true);
    for (let i = 0; i < 3; i++)
      server.receive({
        data: latin1('\0\u0001f\0octet\0'),
        source: parseIpv4(`10.0.0.${20 + i}`) ?? 0,
        sourcePort: 2000,
        destination: parseIpv4('10.0.0.1') ?? 0,
        destinationPort: 69,
        interfaceName: 'eth0',
      });
    expect(ports).toEqual([4000, 4001]);
    const lines = log.events.flatMap((event) => (event.kind === 'log' ? [event.text] : []));
    expect(lines.at(-1)).toBe('dnsmasq-tftp: unable to get free port for TFTP');
  });
});
