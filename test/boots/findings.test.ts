/**
 * What looks wrong in the labs of the site, and in small labs that each have one thing wrong: the finding for it, its
 * line and its remedy, and nothing beside it; and none where the same thing does no harm.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FrameMarks } from '../../src/analysis/story/marks.ts';
import type { Finding } from '../../src/analysis/story/findings/judge.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { say } from '../../src/base/sentence.ts';
import { labFr } from '../../src/page/i18n/fr/lab.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { smallLab, type SmallLab } from '../support/small-lab.ts';
import { labFindings, play, siteScenario } from '../support/lab.ts';
import { FINDINGS, NOT_OPENED } from './findings-table.ts';

const NAMES = readdirSync(new URL('../../public/scenarios/', import.meta.url))
  .filter((name) => name.endsWith('.json') && name !== 'index.json')
  .map((name) => name.replace(/\.json$/, ''));

const isBare = (scenario: Scenario): boolean => scenario.nodes.every(({ kind }) => kind !== 'pc');

describe('the labs of the site', () => {
  it('are all in the table', () => {
    expect([...Object.keys(FINDINGS), ...NOT_OPENED].sort()).toEqual(NAMES.toSorted());
  });

  const bare = Object.entries(FINDINGS).filter(([name]) => isBare(siteScenario(name)));
  it.each(bare)('%s', (name, expected) => {
    const { lab } = play(siteScenario(name), { timeoutS: 120 });
    const found = labFindings(lab);
    expect(Object.fromEntries(found.map(({ id, severity }) => [id, severity]))).toEqual(expected);
    expect(lostFrames(lab), 'frames that are marked as lost').toHaveLength(LOST[name] ?? 0);
  });
});

/**
 * Labs in which frames are lost, and how many: by a fault on a cable, in a full queue of a slow one (round robin), at a port
 * that does not forward yet, or ever.
 */
const LOST: Readonly<Record<string, number>> = {
  'bare-loss': 16,
  'bare-nth-lost': 1,
  'bare-ring': 2,
  'bare-round-robin': 957,
  'bare-stp': 4,
};

function lostFrames({ capture, queue }: Lab): readonly number[] {
  const marks = new FrameMarks(capture.store);
  marks.update(queue.nowNs);
  return marks.records().filter((record) => marks.of(record).some(({ kind }) => kind === 'lost'));
}

function findings(lab: SmallLab, timeoutS = 90): readonly Finding[] {
  return labFindings(play(smallLab(lab), { timeoutS }).lab);
}

interface Case {
  readonly what: string;
  readonly lab: SmallLab;
  readonly id: string;
  /** Words of the sentence, of the remedy, and of the line that it comes from. */
  readonly says: RegExp;
  readonly remedy: RegExp;
  readonly line?: RegExp;
}

const LEASES = 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\n';
const TFTP = 'enable-tftp\ntftp-root=/srv/tftp\n';
const boot = (config: string, files: Readonly<Record<string, string | number>> = {}): SmallLab['servers'] => ({
  '10.0.2.1': { config: LEASES + config, files },
});
const IPXE = { personality: 'ipxe' } as const;
const embedded = (...lines: readonly string[]): NonNullable<SmallLab['firmware']> => ({
  ...IPXE,
  options: { enable: 'HTTP_AUTH_BASIC' },
  embeddedScript: ['#!ipxe', ...lines, ''].join('\n'),
});

const DISK = 'iqn.2026-01.lab.example:disk';
const iscsi = (target: Readonly<Record<string, unknown>>): SmallLab['servers'] => ({
  '10.0.2.1': {
    config: LEASES,
    services: { iscsi: { targets: [{ name: DISK, luns: [{ source: { emptyMiB: 16 } }], ...target }] } },
  },
});

const aoe = (target: Readonly<Record<string, unknown>>): SmallLab['servers'] => ({
  '10.0.2.1': {
    config: LEASES,
    services: { aoe: { targets: [{ shelf: 0, slot: 7, source: { emptyMiB: 16 }, ...target }] } },
  },
});
const PASSWORDS = [
  'dhcp',
  'set username pc1',
  'set password right',
  'set reverse-username san',
  'set reverse-password mutual',
] as const;

const OPENBOOT = { personality: 'openboot' } as const;
const sun = (values: string, nfs?: Readonly<Record<string, unknown>>): NonNullable<SmallLab['servers'][string]> => ({
  config: `port=0\n${TFTP}`,
  services: {
    rarp: { ethers: '52:54:00:ba:00:01 10.0.2.50\n' },
    bootparams: { bootparams: `sun1 ${values}\n`, hosts: '10.0.2.1 srv1\n10.0.2.50 sun1\n' },
    ...(nfs === undefined ? {} : { nfs }),
  },
  files: { 'tftp/0A000232': 3000, 'root/platform/sun4u/kernel/unix': 3000, 'empty/etc/hosts': 30 },
});
const ETHERBOOT = { personality: 'etherboot' } as const;
const BOOTP = { personality: 'bootp' } as const;
const RARP = { personality: 'rarp' } as const;
/** A server that tells addresses by RARP and has the file that 10.0.2.50 asks for. */
const rarp = (
  settings: Readonly<Record<string, unknown>>,
  config = `port=0\n${TFTP}`,
): NonNullable<SmallLab['servers'][string]> => ({
  config,
  services: { rarp: settings },
  files: { 'tftp/0A000232': 3000 },
});
const ETHERS = '52:54:00:ba:00:01 10.0.2.50\n';

const CASES: readonly Case[] = [
  {
    what: 'a Sun without a root in bootparams',
    lab: { servers: { '10.0.2.1': sun('swap=srv1:/export/swap') }, firmware: OPENBOOT },
    id: 'openboot/no-file',
    says: /10\.0\.2\.1 has no root for sun1/,
    remedy: /root=SERVER/,
  },
  {
    what: 'a Sun whose root server has no NFS',
    lab: { servers: { '10.0.2.1': sun('root=srv1:/srv/root') }, firmware: OPENBOOT },
    id: 'openboot/nfs-no-udp',
    says: /portmapper of 10\.0\.2\.1 knows no NFS/,
    remedy: /udp=y/,
  },
  {
    what: 'a Sun whose root is not exported',
    lab: {
      servers: { '10.0.2.1': sun('root=srv1:/srv/root', { exports: ['/srv/empty'], udp: true }) },
      firmware: OPENBOOT,
    },
    id: 'openboot/mount-refused',
    says: /\/srv\/root be mounted: MNT3ERR_ACCES/,
    remedy: /export it/,
  },
  {
    what: 'a Sun whose root has no kernel',
    lab: {
      servers: { '10.0.2.1': sun('root=srv1:/srv/empty', { exports: ['/srv'], udp: true }) },
      firmware: OPENBOOT,
    },
    id: 'openboot/no-kernel',
    says: /root \/srv\/empty has no \/platform\/sun4u\/kernel\/unix: NFS3ERR_NOENT/,
    remedy: /Put the kernel/,
  },
  {
    what: 'a Sun whose root server has no address',
    lab: { servers: { '10.0.2.1': sun('root=other:/export/root') }, firmware: OPENBOOT },
    id: 'bootparams.no-server',
    says: /hosts has no address for the server other/,
    remedy: /etc\/hosts/,
    line: /^sun1 root=other/,
  },
  {
    what: 'a Sun with no bootparam server',
    lab: { servers: { '10.0.2.1': rarp({ ethers: ETHERS }) }, firmware: OPENBOOT },
    id: 'openboot/no-bootparams',
    says: /WHOAMI for 10\.0\.2\.50/,
    remedy: /rpcbind -r/,
  },
  {
    what: 'Etherboot without a file name',
    lab: { servers: boot(TFTP, { 'tftp/other': 10 }), firmware: ETHERBOOT },
    id: 'etherboot/no-filename',
    says: /10\.0\.2\.1 gave the address .* named no file/,
    remedy: /dhcp-boot=FILE/,
  },
  {
    what: 'a tagged image with a damaged header',
    lab: {
      servers: {
        '10.0.2.1': {
          config: `${LEASES}dhcp-boot=bad.nbi\n${TFTP}`,
          files: { 'tftp/bad.nbi': { content: { base64: `NhMDGwQAAAA${'A'.repeat(1000)}` } } },
        },
      },
      firmware: ETHERBOOT,
    },
    id: 'etherboot/bad-header',
    says: /header of bad\.nbi is wrong/,
    remedy: /first 512 bytes/,
  },
  {
    what: 'a BOOTP server that names no file',
    lab: { servers: boot(`bootp-dynamic\n${TFTP}`, { 'tftp/other': 10 }), firmware: BOOTP },
    id: 'bootp/no-file',
    says: /10\.0\.2\.1 gave the address .* named no file/,
    remedy: /dhcp-boot=FILE/,
  },
  {
    what: 'an address of another network in ethers',
    lab: { servers: { '10.0.2.1': rarp({ ethers: '52:54:00:ba:00:01 192.168.9.9\n' }) }, firmware: RARP },
    id: 'rarp.off-link',
    says: /192\.168\.9\.9 .*not in the network/,
    remedy: /can tell no router/,
    line: /^52:54:00:ba:00:01/,
  },
  {
    what: 'a RARP server that looks for the boot file first',
    lab: { servers: { '10.0.2.1': rarp({ ethers: ETHERS, bootFolder: '/tftpboot' }) }, firmware: RARP },
    id: 'rarp.not-bootable',
    says: /\/tftpboot has no file 0A000232/,
    remedy: /capital hexadecimal/,
    line: /^52:54:00:ba:00:01/,
  },
  {
    what: 'an address that is told from another network',
    lab: {
      servers: { '10.0.2.1': rarp({ ethers: '52:54:00:ba:00:01 192.168.9.9\n', offLink: true }) },
      firmware: RARP,
    },
    id: 'rarp/no-server',
    says: /192\.168\.9\.9 and names no server/,
    remedy: /RARP server in the network/,
  },
  {
    what: 'a RARP server that has no TFTP server beside it',
    lab: { servers: { '10.0.2.1': rarp({ ethers: ETHERS }, 'port=0\n') }, firmware: RARP },
    id: 'port-unreachable',
    says: /10\.0\.2\.1 is not listening on UDP port 69 for pc1/,
    remedy: /Start the service/,
  },
  {
    what: 'an AoE target that is not there',
    lab: { servers: boot(''), firmware: embedded('dhcp', 'sanhook aoe:e0.7') },
    id: 'ipxe-san-silent',
    says: /No target answers pc1 .*4c006035/,
    remedy: /shelf and slot/,
  },
  {
    what: 'a password that the iSCSI target does not take',
    lab: {
      servers: iscsi({ chap: { username: 'pc1', password: 'right' } }),
      firmware: embedded('dhcp', 'set username pc1', 'set password wrong', `sanhook iscsi:10.0.2.1::::${DISK}`),
    },
    id: 'ipxe-san-denied',
    says: /User and password .*410d613c/,
    remedy: /username and password/,
  },
  {
    what: 'an iSCSI target that is for another machine',
    lab: {
      servers: iscsi({ initiators: ['iqn.2026-01.lab.example:other'] }),
      firmware: embedded('dhcp', `sanhook iscsi:10.0.2.1::::${DISK}`),
    },
    id: 'iscsi.not-allowed',
    says: /srv1: .* is not one of the initiators of iqn/,
    remedy: /initiator-iqn/,
  },
  {
    what: 'a LUN that the iSCSI target has not',
    lab: { servers: iscsi({}), firmware: embedded('dhcp', `sanhook iscsi:10.0.2.1:::5:${DISK}`) },
    id: 'iscsi.no-lun',
    says: /LUN 5, which does not exist/,
    remedy: /Compare the LUN/,
  },
  {
    what: 'an AoE target that answers other machines only',
    lab: {
      servers: aoe({ macs: ['02:00:00:00:00:99'] }),
      firmware: embedded('dhcp', 'sanhook aoe:e0.7'),
    },
    id: 'aoe.not-allowed',
    says: /is not one of the machines that disk e0\.7 answers/,
    remedy: /MAC address/,
  },
  {
    what: 'a disk that nothing was installed on',
    lab: { servers: iscsi({}), firmware: embedded('dhcp', `sanboot iscsi:10.0.2.1::::${DISK}`) },
    id: 'no-boot-signature',
    says: /does not end with 55 AA/,
    remedy: /Install a system/,
  },
  {
    what: 'an AoE disk that nothing was installed on',
    lab: { servers: aoe({}), firmware: embedded('dhcp', 'sanboot aoe:e0.7') },
    id: 'no-boot-signature',
    says: /aoe:e0\.7 does not end with 55 AA/,
    remedy: /Install a system/,
  },
  {
    what: 'an iSCSI server that is not on',
    lab: { servers: iscsi({}), firmware: embedded('dhcp', `sanhook iscsi:10.0.2.77::::${DISK}`) },
    id: 'arp.no-reply',
    says: /10\.0\.2\.77/,
    remedy: /is on/,
  },
  {
    what: 'a server on which no iSCSI target runs',
    lab: { servers: boot(''), firmware: embedded('dhcp', `sanhook iscsi:10.0.2.1::::${DISK}`) },
    id: 'connection-refused',
    says: /3260/,
    remedy: /Start the service/,
  },
  {
    what: 'a target that proves itself with another password',
    lab: {
      servers: iscsi({
        chap: { username: 'pc1', password: 'right' },
        mutualChap: { username: 'san', password: 'other' },
      }),
      firmware: embedded(...PASSWORDS, `sanhook iscsi:10.0.2.1::::${DISK}`),
    },
    id: 'ipxe-san-denied',
    says: /User and password .*020d623c/,
    remedy: /reverse-password/,
  },
  {
    what: 'a root path that is none',
    lab: { servers: boot(''), firmware: embedded('dhcp', 'sanhook iscsi:10.0.2.1') },
    id: 'ipxe-root-path',
    says: /cannot read the root path/,
    remedy: /iscsi:SERVER:PROTOCOL/,
  },
  {
    what: 'a server between two networks that is no router',
    lab: {
      servers: {
        '10.0.2.1': {
          config: `${LEASES}dhcp-boot=boot.0,,10.0.3.9\n`,
          node: {
            nics: [
              { mac: '02:00:00:00:00:01', address: '10.0.2.1/24' },
              { name: 'eth1', mac: '02:00:00:00:00:02', address: '10.0.3.1/24' },
            ],
          },
        },
      },
    },
    id: 'ip.not-forwarded',
    says: /srv1 drops a packet from 10\.0\.2\.\d+ to 10\.0\.3\.9: .* IP forwarding is off/,
    remedy: /Switch IP forwarding on/,
  },
  {
    what: 'a proxy that names a file and no server',
    lab: {
      firmware: IPXE,
      servers: {
        ...boot(''),
        '10.0.2.2': {
          config: `port=0\ndhcp-range=10.0.2.1,proxy\npxe-service=254,dummy\ndhcp-boot=start.ipxe\n${TFTP}`,
          files: { 'tftp/start.ipxe': '#!ipxe\necho here\n' },
        },
      },
    },
    id: 'proxy-without-server',
    says: /10\.0\.2\.2 names start\.ipxe .* siaddr is 0\.0\.0\.0/,
    remedy: /dhcp-boot=start\.ipxe,,10\.0\.2\.2/,
    line: /^dhcp-boot=start\.ipxe$/,
  },
  {
    what: 'option 60 on a server that is no boot server',
    lab: { servers: boot('dhcp-option-force=60,PXEClient\n') },
    id: 'option-60-left',
    says: /option 60 .* port 4011/,
    remedy: /Take option 60 off/,
    line: /60,PXEClient/,
  },
  {
    what: 'option 66 and siaddr that differ',
    lab: { servers: boot('dhcp-boot=boot.0\ndhcp-option-force=66,10.0.2.9\n') },
    id: 'option-66-differs',
    says: /option 66 says 10\.0\.2\.9, siaddr says 10\.0\.2\.1/,
    remedy: /dhcp-boot=boot\.0,,10\.0\.2\.9/,
    line: /66,10\.0\.2\.9/,
  },
  {
    what: 'an MTU on the way that the blocks of a PXE ROM do not fit',
    lab: {
      servers: boot(`dhcp-boot=boot.0\n${TFTP}`, { 'tftp/boot.0': 20_000 }),
      faults: [{ kind: 'mtu', bytes: 1420 }],
    },
    id: 'path-mtu',
    says: /A block of boot\.0 .* do not fit through the path/,
    remedy: /tftp-mtu=1420/,
  },
  {
    what: 'an MTU on the way under iPXE',
    lab: {
      firmware: IPXE,
      servers: boot(`dhcp-boot=boot.0\n${TFTP}`, { 'tftp/boot.0': 20_000 }),
      faults: [{ kind: 'mtu', bytes: 1420 }],
    },
    id: 'path-mtu',
    says: /A block of boot\.0/,
    remedy: /tftp-mtu=1420/,
  },
  {
    what: 'the .0 that dnsmasq adds',
    lab: {
      servers: boot(`pxe-prompt="x",0\npxe-service=x86PC,"Menu",lpxelinux\n${TFTP}`, { 'tftp/lpxelinux': 900 }),
    },
    id: 'pxe-service-suffix',
    says: /lpxelinux\.0, which is not there: dnsmasq puts \.0/,
    remedy: /pxe-service/,
    line: /^pxe-service=/,
  },
  {
    what: 'a text as the boot program',
    lab: {
      servers: boot(`dhcp-boot=default\n${TFTP}`, { 'tftp/default': 'DEFAULT linux\nLABEL linux\nKERNEL vmlinuz\n' }),
    },
    id: 'file.boot-program-is-text',
    says: /default is text/,
    remedy: /network boot program/,
  },
  {
    what: 'goto to no label',
    lab: { firmware: embedded('dhcp', 'goto start', ':begin'), servers: boot('') },
    id: 'script-label-missing',
    says: /goto start/,
    remedy: /that label/,
  },
  {
    what: 'a file that the web server has not',
    lab: { firmware: embedded('dhcp', 'chain http://10.0.2.1/none.ipxe'), servers: boot('', { 'http/x': 'x' }) },
    id: 'http-error',
    says: /404/,
    remedy: /Put the file/,
  },
  {
    what: 'a redirection to a scheme that the build lacks',
    lab: {
      firmware: embedded('dhcp', 'chain http://10.0.2.1/old'),
      servers: {
        '10.0.2.1': {
          config: LEASES,
          files: { 'http/x': 'x' },
          http: { redirects: [{ from: '/old', to: 'gopher://10.0.2.1/x', status: 302 }] },
        },
      },
    },
    id: 'redirect-unsupported',
    says: /on to gopher:\/\/10\.0\.2\.1\/x .* does not speak gopher/,
    remedy: /without a redirection/,
  },
  {
    what: 'a connection that is refused',
    lab: { firmware: embedded('dhcp', 'chain http://10.0.2.1:81/x'), servers: boot('') },
    id: 'connection-refused',
    says: /refuses connections on TCP port 81/,
    remedy: /Start the service/,
  },
  {
    what: 'a name that DNS does not know',
    lab: { firmware: embedded('dhcp', 'chain http://nowhere.example/x'), servers: boot('local=/example/\n') },
    id: 'ipxe-dns-no-name',
    says: /3e11613b/,
    remedy: /Correct the name/,
  },
  {
    what: 'no DNS server',
    lab: { firmware: embedded('dhcp', 'chain http://nowhere.example/x'), servers: boot('dhcp-option=6\n') },
    id: 'ipxe-dns-no-server',
    says: /3e11623b/,
    remedy: /option 6/,
  },
  {
    what: 'nothing named to iPXE',
    lab: { firmware: IPXE, servers: boot('') },
    id: 'no-boot-file',
    says: /nobody named a file/,
    remedy: /dhcp-boot=FILE/,
  },
  {
    what: 'a disk that is not there',
    lab: { firmware: embedded('dhcp', 'sanboot --no-describe --drive 0x81'), servers: boot('') },
    id: 'ipxe-disk',
    says: /ipxe\.org/,
    remedy: /boot sector/,
  },
  {
    what: 'no route to a server',
    lab: { firmware: embedded('dhcp', 'chain http://192.0.2.7/x'), servers: boot('dhcp-option=3\n') },
    id: 'ipxe-no-route',
    says: /280a6011/,
    remedy: /option 3/,
  },
  {
    what: 'an address whose server is empty',
    lab: { firmware: embedded('dhcp', 'chain tftp:///start.ipxe'), servers: boot('dhcp-option=3\n') },
    id: 'ipxe-no-server',
    says: /without a server: tftp:\/\/\/start\.ipxe/,
    remedy: /proxydhcp\/next-server/,
  },
  {
    what: 'a file behind a password',
    lab: {
      firmware: embedded('dhcp', 'chain http://10.0.2.1/x'),
      servers: {
        '10.0.2.1': {
          config: LEASES,
          files: { 'http/x': 'x' },
          http: { auth: [{ path: '/', user: 'u', password: 'p' }] },
        },
      },
    },
    id: 'http-denied',
    says: /401/,
    remedy: /USER:PASSWORD/,
  },
  {
    what: 'a server that is not there',
    lab: { firmware: embedded('dhcp', 'chain http://10.0.2.77/x'), servers: boot('') },
    id: 'arp.no-reply',
    says: /10\.0\.2\.77/,
    remedy: /machine with that address is on/,
  },
  {
    what: 'a folder of TFTP that is not there',
    lab: { servers: boot('dhcp-boot=a\nenable-tftp\ntftp-root=/srv/none\n') },
    id: 'config-refused',
    says: /\/srv\/none/,
    remedy: /a folder that is missing/,
  },
  {
    what: 'no cable, under iPXE',
    lab: { firmware: IPXE, servers: boot(''), isUnplugged: true },
    id: 'ipxe-link-down',
    says: /no link/,
    remedy: /Plug the cable in/,
  },
  {
    what: 'no cable, under a PXE ROM',
    lab: { servers: boot(''), isUnplugged: true },
    id: 'pxe/E61',
    says: /PXE-E61/,
    remedy: /Plug the cable in/,
  },
  {
    what: 'the next-server of the router behind a proxy',
    lab: {
      firmware: embedded('dhcp', 'chain tftp://${next-server}/local.ipxe'),
      servers: {
        ...boot(''),
        '10.0.2.2': {
          config: `port=0\ndhcp-range=10.0.2.1,proxy\npxe-service=x86PC,x,boot\ndhcp-boot=menu.ipxe,,10.0.2.2\n${TFTP}`,
          files: { 'tftp/local.ipxe': '#!ipxe\necho here\n' },
        },
      },
    },
    id: 'next-server-of-lease',
    says: /10\.0\.2\.1 for local\.ipxe.*10\.0\.2\.2/,
    remedy: /proxydhcp\/next-server/,
  },
];

describe('a lab with one thing wrong', () => {
  it.each(CASES)('$what', ({ lab, id, says, remedy, line }) => {
    const found = findings(lab);
    expect(found.map((one) => one.id)).toEqual([id]);
    const [one] = found;
    expect(one?.severity).toBe('error');
    expect(one?.machines).toEqual(['pc1']);
    expect(one?.text).toMatch(says);
    expect(one?.remedy.text).toMatch(remedy);
    expect(one?.events.length).toBeGreaterThan(0);
    if (line !== undefined) expect(one?.line?.text).toMatch(line);
    for (const message of one === undefined ? [] : [one, one.remedy])
      expect(say(message.says, labFr, 'fr')).not.toMatch(/\{\w+\}/);
  });
});

const HEALTHY: readonly (readonly [what: string, lab: SmallLab])[] = [
  [
    'a boot parameter server that does not know a machine, beside one that does',
    {
      firmware: OPENBOOT,
      servers: {
        '10.0.2.2': { config: 'port=0\n', services: { bootparams: { bootparams: '', hosts: '' } } },
        '10.0.2.1': sun('root=srv1:/srv/root', { exports: ['/srv/root'], udp: true }),
      },
    },
  ],
  [
    'a BOOTP server that has no line for a machine, beside one that has',
    {
      firmware: BOOTP,
      servers: {
        '10.0.2.1': { config: `port=0\ndhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-boot=other\n` },
        '10.0.2.2': {
          config: `port=0\n${LEASES}dhcp-host=52:54:00:ba:00:01,10.0.2.7\ndhcp-boot=unix\n${TFTP}`,
          files: { 'tftp/unix': 3000 },
        },
      },
    },
  ],
  [
    'a RARP server that does not know a machine, beside one that does',
    { firmware: RARP, servers: { '10.0.2.2': rarp({ ethers: '' }), '10.0.2.1': rarp({ ethers: ETHERS }) } },
  ],
  [
    'a proxy that names the server too',
    {
      firmware: IPXE,
      servers: {
        ...boot(''),
        '10.0.2.2': {
          config: `port=0\ndhcp-range=10.0.2.1,proxy\npxe-service=254,dummy\ndhcp-boot=start.ipxe,,10.0.2.2\n${TFTP}`,
          files: { 'tftp/start.ipxe': '#!ipxe\necho here\nshell\n' },
        },
      },
    },
  ],
  [
    'option 66 that says what siaddr says',
    {
      servers: boot(`dhcp-boot=boot.0\ndhcp-option-force=66,10.0.2.1\n${TFTP}`, { 'tftp/boot.0': 3000 }),
    },
  ],
  [
    'an MTU that tftp-mtu knows',
    {
      servers: boot(`dhcp-boot=boot.0\ntftp-mtu=1420\n${TFTP}`, { 'tftp/boot.0': 20_000 }),
      faults: [{ kind: 'mtu', bytes: 1420 }],
    },
  ],
  [
    'dnsmasq that looks whether an address is free',
    {
      servers: {
        '10.0.2.1': {
          config: `dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-boot=boot.0\n${TFTP}`,
          files: { 'tftp/boot.0': 3000 },
        },
      },
    },
  ],
  [
    'a failure that a script forgives, with a kernel in the end',
    {
      firmware: embedded('dhcp', 'imgfetch http://10.0.2.1/none.png ||', 'chain http://10.0.2.1/next.ipxe'),
      servers: boot('', { 'http/next.ipxe': '#!ipxe\necho here\nshell\n' }),
    },
  ],
  [
    'a file named to nobody, as an embedded script takes over',
    {
      firmware: embedded('dhcp', 'chain http://10.0.2.1/next.ipxe'),
      servers: boot('', { 'http/next.ipxe': '#!ipxe\necho here\nshell\n' }),
    },
  ],
  [
    'an iSCSI disk with passwords on both sides',
    {
      servers: iscsi({
        chap: { username: 'pc1', password: 'right' },
        mutualChap: { username: 'san', password: 'mutual' },
      }),
      firmware: embedded(...PASSWORDS, `sanhook iscsi:10.0.2.1::::${DISK}`),
    },
  ],
  [
    'a disk with two paths, of which one leads nowhere',
    {
      servers: iscsi({}),
      firmware: embedded('dhcp', `sanhook iscsi:10.0.2.77::::${DISK} iscsi:10.0.2.1::::${DISK}`),
    },
  ],
  ['an AoE disk', { servers: aoe({}), firmware: embedded('dhcp', 'sanhook aoe:e0.7') }],
  [
    'a 401 that a password answers',
    {
      firmware: embedded('dhcp', 'chain http://u:p@10.0.2.1/next.ipxe'),
      servers: {
        '10.0.2.1': {
          config: LEASES,
          files: { 'http/next.ipxe': '#!ipxe\necho here\nshell\n' },
          http: { auth: [{ path: '/', user: 'u', password: 'p' }] },
        },
      },
    },
  ],
];

describe('a lab with nothing wrong', () => {
  it.each(HEALTHY)('%s', (_what, lab) => {
    expect(findings(lab).map(({ id, text }) => `${id}: ${text}`)).toEqual([]);
  });
});
