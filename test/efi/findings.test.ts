/**
 * What is found when a UEFI machine does not boot, with the remedy and the line that it comes from, in both languages;
 * and that nothing is found where the same thing does no harm.
 */
import { describe, expect, it } from 'vitest';
import { say } from '../../src/base/sentence.ts';
import { labFr } from '../../src/page/i18n/fr/lab.ts';
import { labFindings, play } from '../support/lab.ts';
import { smallLab, type SmallLab } from '../support/small-lab.ts';
import { efiProgram } from './recording.ts';

const LEASES = 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\n';
const TFTP = 'enable-tftp\ntftp-root=/srv/tftp\n';
const program = (machine: 'ia32' | 'x64' | 'arm64' = 'x64'): Readonly<Record<string, unknown>> => ({
  content: { base64: efiProgram(machine, 2000).toString('base64') },
});
const FILES = { 'tftp/boot.efi': program(), 'tftp/pxelinux.0': 3000 };
const EFI = (boot: readonly string[], more: object = {}): Readonly<Record<string, unknown>> => ({
  personality: 'efi',
  efi: { boot, ...more },
});
const PXE = EFI(['pxe']);
const HTTP = EFI(['http']);

interface Case {
  readonly what: string;
  readonly firmware: Readonly<Record<string, unknown>>;
  readonly config: string;
  readonly files?: SmallLab['servers'][string]['files'];
  /** Of the web server. */
  readonly http?: Readonly<Record<string, unknown>>;
  readonly second?: SmallLab['servers'][string];
  readonly faults?: SmallLab['faults'];
  readonly isUnplugged?: boolean;
  readonly id: string;
  readonly says: RegExp;
  readonly remedy: RegExp;
  readonly line?: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: 'no file for anybody',
    firmware: PXE,
    config: LEASES,
    id: 'efi/E16',
    says: /PXE-E16: No valid offer received/,
    remedy: /Name a file for its architecture/,
  },
  {
    what: 'a BIOS program for a UEFI machine',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=pxelinux.0\n${TFTP}`,
    id: 'wrong-firmware',
    says: /EFI firmware \(architecture 7\) and is given pxelinux\.0/,
    remedy: /client-arch,7/,
    line: /^dhcp-boot=pxelinux\.0/,
  },
  {
    what: 'a configuration that knows 9 alone',
    firmware: PXE,
    config: `${LEASES}dhcp-match=set:efi,option:client-arch,9\ndhcp-boot=pxelinux.0\ndhcp-boot=tag:efi,boot.efi\n${TFTP}`,
    id: 'architecture-unmatched',
    says: /architecture 7 \(EFI x64\), and no dhcp-match line/,
    remedy: /x64 asks as 7/,
    line: /^dhcp-match=set:efi,option:client-arch,9/,
  },
  {
    what: 'a configuration that knows PXE clients alone',
    firmware: HTTP,
    config: `${LEASES}dhcp-match=set:efi,option:client-arch,7\ndhcp-boot=tag:efi,boot.efi\n${TFTP}`,
    id: 'architecture-unmatched',
    says: /architecture 16 \(x64 UEFI HTTP\)/,
    remedy: /as 16 for HTTP boot/,
  },
  {
    what: 'a program for another architecture, that does not show in its name',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n${TFTP}`,
    files: { 'tftp/boot.efi': program('arm64') },
    id: 'efi/image-machine',
    says: /boot\.efi .*EFI program for ARM 64, and this machine is x64/,
    remedy: /its own program/,
  },
  {
    what: 'a text that is called a program',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n${TFTP}`,
    files: { 'tftp/boot.efi': 'not found\n' },
    id: 'efi/image-text',
    says: /it is a text/,
    remedy: /its own program/,
  },
  {
    what: 'a missing file',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=grub.efi\n${TFTP}`,
    id: 'tftp-missing-file',
    says: /grub\.efi, which is not there/,
    remedy: /TFTP root/,
  },
  {
    what: 'option 60 without a boot server',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\ndhcp-option-force=60,PXEClient\n${TFTP}`,
    id: 'option-60-left',
    says: /10\.0\.2\.1 says by option 60/,
    remedy: /Take option 60 off/,
    line: /60,PXEClient/,
  },
  {
    what: 'a proxy whose service is for BC_EFI, which is architecture 9',
    firmware: PXE,
    config: LEASES,
    second: { config: `port=0\ndhcp-range=10.0.2.0,proxy\npxe-service=BC_EFI,"Boot",boot.efi\n${TFTP}`, files: FILES },
    id: 'efi/E21',
    says: /PXE-E21: Remote boot cancelled/,
    remedy: /X86-64_EFI is 7, BC_EFI is 9/,
  },
  {
    what: 'no TFTP server',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n`,
    id: 'port-unreachable',
    says: /UDP port 69/,
    remedy: /Start the service/,
  },
  {
    what: 'a TFTP server that nobody is',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi,,10.0.2.77\n`,
    id: 'arp.no-reply',
    says: /10\.0\.2\.77/,
    remedy: /whether the machine with that address is on/,
  },
  {
    what: 'no cable',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n${TFTP}`,
    isUnplugged: true,
    id: 'efi/E12',
    says: /PXE-E12: Could not detect network connection/,
    remedy: /Plug the cable in/,
  },
  {
    what: 'a DHCPREQUEST that is lost again and again',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n${TFTP}`,
    faults: [{ kind: 'match', filter: 'dhcp.option.dhcp == 3', action: 'drop' }],
    id: 'efi/E18',
    says: /PXE-E18: Server response timeout.*confirm/,
    remedy: /UDP ports 67, 69/,
  },
  {
    what: 'requests for files that get lost',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n${TFTP}`,
    faults: [{ kind: 'match', filter: 'tftp.opcode == 1', action: 'drop' }],
    id: 'tftp-no-answer',
    says: /boot\.efi/,
    remedy: /TFTP server/,
  },
  {
    what: 'a file that the server may not read',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n${TFTP}`,
    files: { 'tftp/boot.efi': { ...program(), mode: '600' } },
    id: 'file-denied',
    says: /boot\.efi/,
    remedy: /permission|read/,
  },
  {
    what: 'an empty file',
    firmware: PXE,
    config: `${LEASES}dhcp-boot=boot.efi\n${TFTP}`,
    files: { 'tftp/boot.efi': '' },
    id: 'efi/E99',
    says: /PXE-E99.*boot\.efi is empty/,
    remedy: /several things/,
  },
  {
    what: 'a URI without option 60',
    firmware: HTTP,
    config: `${LEASES}dhcp-boot=http://10.0.2.1/boot.efi\n`,
    files: { 'http/boot.efi': program() },
    id: 'http-boot-class',
    says: /does not say HTTPClient/,
    remedy: /dhcp-option-force=tag:http,60,HTTPClient/,
    line: /^dhcp-boot=http:/,
  },
  {
    what: 'a path where a URI should be',
    firmware: HTTP,
    config: `${LEASES}dhcp-boot=boot.efi\ndhcp-option-force=60,HTTPClient\n`,
    id: 'http-boot-uri',
    says: /boot\.efi, which is no whole address/,
    remedy: /dhcp-boot=tag:http,http:\/\/SERVER/,
  },
  {
    what: 'a URI that leads nowhere',
    firmware: HTTP,
    config: `${LEASES}dhcp-boot=http://10.0.2.1/other.efi\ndhcp-option-force=60,HTTPClient\n`,
    files: { 'http/boot.efi': program() },
    id: 'http-error',
    says: /other\.efi with 404/,
    remedy: /Put the file where the address points/,
  },
  {
    what: 'a name that DNS does not know',
    firmware: HTTP,
    config: `${LEASES}dhcp-boot=http://boot.lab.test/boot.efi\ndhcp-option-force=60,HTTPClient\nlocal=/lab.test/\n`,
    files: { 'http/boot.efi': program() },
    id: 'efi/http-timeout',
    says: /No DNS server knows boot\.lab\.test/,
    remedy: /DNS server \(option 6\)/,
  },
  {
    what: 'a redirection',
    firmware: HTTP,
    config: `${LEASES}dhcp-boot=http://10.0.2.1/old.efi\ndhcp-option-force=60,HTTPClient\n`,
    files: { 'http/boot.efi': program() },
    http: { redirects: [{ from: '/old.efi', to: 'http://10.0.2.1/boot.efi' }] },
    id: 'efi/http-unexpected',
    says: /10\.0\.2\.1 answered 302/,
    remedy: /without a redirection/,
  },
];

function found({
  firmware,
  config,
  files = FILES,
  http,
  second,
  faults = [],
  isUnplugged = false,
}: Omit<Case, 'what' | 'id' | 'says' | 'remedy'>) {
  const servers: SmallLab['servers'] = {
    '10.0.2.1': { config, files, ...(http === undefined ? {} : { http }) },
    ...(second === undefined ? {} : { '10.0.2.2': second }),
  };
  return labFindings(play(smallLab({ firmware, servers, faults, isUnplugged }), { timeoutS: 120 }).lab);
}

describe('UEFI machines', () => {
  it.each(CASES)('$what', ({ id, says, remedy, line, ...set }) => {
    const findings = found(set);
    expect(findings.map((one) => one.id)).toEqual([id]);
    const [one] = findings;
    if (one === undefined) return;
    expect(one.text).toMatch(says);
    expect(one.remedy.text).toMatch(remedy);
    if (line !== undefined) expect(one.line?.text).toMatch(line);
    expect(one.machines).toEqual(['pc1']);
    expect(say(one.says, labFr, 'fr')).toBeTruthy();
    expect(say(one.remedy.says, labFr, 'fr')).toBeTruthy();
  });

  it.each([
    ['its own program', PXE, `dhcp-boot=boot.efi\n`],
    [
      'the tag of its architecture',
      PXE,
      `dhcp-match=set:efi,option:client-arch,7\ndhcp-boot=tag:efi,boot.efi\ndhcp-boot=pxelinux.0\n`,
    ],
    // The lines are for others, and what all others get is right.
    [
      'what is left for all others',
      PXE,
      `dhcp-match=set:bios,option:client-arch,0\ndhcp-boot=boot.efi\ndhcp-boot=tag:bios,pxelinux.0\n`,
    ],
    [
      'a firmware that says 9',
      EFI(['pxe'], { clientArch: 9 }),
      `dhcp-match=set:efi,option:client-arch,9\ndhcp-boot=tag:efi,boot.efi\n`,
    ],
    ['a whole address', HTTP, `dhcp-boot=http://10.0.2.1/boot.efi\ndhcp-option-force=60,HTTPClient\n`],
    [
      'PXE and HTTP from one configuration',
      EFI(['http']),
      `dhcp-match=set:pxe,option:client-arch,7\ndhcp-match=set:http,option:client-arch,16\ndhcp-boot=tag:pxe,boot.efi\ndhcp-boot=tag:http,http://10.0.2.1/boot.efi\ndhcp-option-force=tag:http,60,HTTPClient\n`,
    ],
  ] as const)('nothing is found with %s', (_, firmware, config) => {
    const files = { ...FILES, 'http/boot.efi': program() };
    expect(found({ firmware, config: LEASES + config + TFTP, files })).toEqual([]);
  });

  it('nothing is found with a service of its own beside a plain server', () => {
    const proxy = `port=0\ndhcp-range=10.0.2.0,proxy\npxe-service=X86-64_EFI,"Boot",boot.efi\npxe-service=x86PC,"Boot",pxelinux.0\n${TFTP}`;
    expect(found({ firmware: PXE, config: LEASES, second: { config: proxy, files: FILES } })).toEqual([]);
  });
});
