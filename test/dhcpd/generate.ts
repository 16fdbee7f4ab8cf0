/** Makes dhcpd.conf files and conversations from a seed, in the form that `tools/record/dhcpd.py` takes. */
import { parseIpv4, parseMac } from '../../src/base/address.ts';
import { concatBytes, latin1, toHex } from '../../src/base/bytes.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { chaddrOf, emptyDhcpMessage, encodeDhcp, type DhcpOption } from '../../src/protocols/dhcp/codec.ts';
import { ipBytes } from '../../src/services/dhcpd/language/option-types.ts';

export interface GeneratedStep {
  readonly send: string;
  readonly src: string;
  readonly dst: string;
  readonly src_mac: string;
  readonly derive?: readonly string[];
}

export interface GeneratedCase {
  readonly name: string;
  readonly config: string;
  readonly exchange: readonly GeneratedStep[];
}

const MACS = ['52:54:00:aa:00:01', '52:54:00:aa:00:02', '52:54:00:bb:00:03', '00:11:22:33:44:55', '52:54:00:aa:00:06'];
const VENDORS = [
  'PXEClient:Arch:00000:UNDI:002001',
  'PXEClient:Arch:00007:UNDI:003016',
  'HTTPClient:Arch:00016',
  'udhcp 1.30',
  '',
];
const FILES = ['pxelinux.0', 'ipxe.efi', 'undionly.kpxe', 'http://10.0.2.9/boot.ipxe', 'a/b c.0'];

class Generator {
  private readonly rng: SeededRng;

  constructor(seed: string) {
    this.rng = new SeededRng(seed);
  }

  private maybe(percent: number): boolean {
    return this.rng.below(100) < percent;
  }

  private one<T>(list: readonly T[]): T {
    const found = list[this.rng.below(list.length)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }

  private some(most: number, make: (i: number) => string): string {
    return Array.from({ length: this.rng.below(most + 1) }, (_, i) => make(i)).join('');
  }

  case(name: string): GeneratedCase {
    return { name, config: this.config(), exchange: this.conversation() };
  }

  private test(): string {
    const simple = (): string =>
      this.one([
        'option vendor-class-identifier = "PXEClient:Arch:00000:UNDI:002001"',
        'substring(option vendor-class-identifier, 0, 9) = "PXEClient"',
        'substring(option vendor-class-identifier, 15, 5) = "00007"',
        'exists user-class',
        'option user-class = "iPXE"',
        'option arch = 00:07',
        'option arch = 00:00',
        'not exists vendor-class-identifier',
        'known',
        'not known',
        'option user-class != "iPXE"',
        'substring(hardware, 1, 3) = 52:54:00',
        'binary-to-ascii(16, 8, ":", substring(hardware, 1, 6)) = "52:54:0:aa:0:1"',
        'suffix(hardware, 1) = 03',
        'exists agent.circuit-id',
        'option dhcp-message-type = 1',
        'option vendor-class-identifier ~~ "^pxeclient"',
        'option vendor-class-identifier ~= "Arch:0000[67]"',
        'not (option arch = 00:07)',
        'extract-int(option arch, 16) = 7',
        'pick-first-value(option host-name, "none") = "none"',
        'lcase(substring(option vendor-class-identifier, 0, 3)) = "pxe"',
        'packet(28, 2) = 52:54',
        'option host-name = "client"',
      ]);
    if (!this.maybe(30)) return simple();
    return `${simple()} ${this.one(['and', 'or'])} ${simple()}${this.maybe(25) ? ` ${this.one(['and', 'or'])} ${simple()}` : ''}`;
  }

  private boot(): string {
    return this.one([
      () => `filename "${this.one(FILES)}";`,
      () => `next-server 10.0.2.${this.rng.below(9) + 2};`,
      () => `server-name "srv${this.rng.below(9)}";`,
      () => `option routers 10.0.2.${this.rng.below(250) + 1};`,
      () => `option domain-name "d${this.rng.below(9)}.example";`,
      () => `option domain-name-servers 10.0.2.3, 10.0.2.${this.rng.below(250) + 1};`,
      () => `option tftp-server-name "10.0.2.${this.rng.below(9)}";`,
      () => `option bootfile-name "${this.one(FILES)}";`,
      () => 'option vendor-class-identifier "PXEClient";',
      () => `option root-path "/srv/nfs${this.rng.below(9)}";`,
      () => `default-lease-time ${600 * (this.rng.below(9) + 1)};`,
      () => `max-lease-time ${600 * (this.rng.below(9) + 1)};`,
      () => `min-lease-time ${600 * (this.rng.below(9) + 1)};`,
      () => `option configfile "conf${this.rng.below(9)}";`,
      () => 'option dhcp-parameter-request-list = concat(option dhcp-parameter-request-list, d1, 96);',
      () => `option gpxe.username "u${this.rng.below(9)}";`,
      () => 'option gpxe.keep-san 1;',
      () => 'vendor-option-space PXE;',
      () => `option PXE.discovery-control ${this.rng.below(16)};`,
      () => `filename = concat("pxe-", binary-to-ascii(16, 8, "-", substring(hardware, 1, 6)));`,
      () => 'option host-name = concat("h", binary-to-ascii(10, 8, "-", leased-address));',
      () => 'use-host-decl-names on;',
      () => `option ntp-servers 10.0.2.${this.rng.below(9)};`,
      () => 'option domain-search "a.example", "b.a.example";',
      () => `append domain-name-servers 10.0.2.77;`,
      () => `option subnet-mask 255.255.0.0;`,
      () => `server-identifier 10.0.2.1;`,
      () => `next-server = option dhcp-server-identifier;`,
    ])();
  }

  private statements(most: number, depth = 0): string {
    return this.some(most, () => {
      if (!this.maybe(depth > 1 ? 0 : 18)) return `${this.boot()}\n`;
      const otherwise = this.maybe(50) ? ` else { ${this.statements(2, depth + 1)} }` : '';
      const middle = this.maybe(30) ? ` elsif ${this.test()} { ${this.statements(2, depth + 1)} }` : '';
      return `if ${this.test()} { ${this.statements(2, depth + 1)} }${middle}${otherwise}\n`;
    });
  }

  private permits(): string {
    return this.some(
      2,
      () =>
        `${this.one(['allow', 'deny'])} ${this.one(['known-clients', 'unknown-clients', 'members of "c0"', 'members of "c1"', 'all clients', 'known clients'])};\n`,
    );
  }

  private host(i: number, net: string): string {
    const identity = this.maybe(85)
      ? `hardware ethernet ${this.one(MACS)};`
      : `option dhcp-client-identifier ${this.one(['"id-1"', '00:69:64:2d:32'])};`;
    const fixed = this.maybe(55) ? `fixed-address ${net}.${200 + i};` : '';
    const denied = this.maybe(6) ? 'deny booting;' : '';
    return `host h${net.replaceAll('.', '')}${i} { ${identity} ${fixed} ${denied} ${this.statements(2)} }\n`;
  }

  private subnet(net: string): string {
    const pools = this.some(2, (i) => {
      const start = 20 + 20 * i + this.rng.below(5);
      return `pool { ${this.permits()} range ${net}.${start} ${net}.${start + this.rng.below(3)}; ${this.statements(2)} }\n`;
    });
    const free = this.maybe(60) ? `range ${net}.${100 + this.rng.below(5)} ${net}.${105 + this.rng.below(3)};\n` : '';
    const more = this.maybe(10) ? `range dynamic-bootp ${net}.150 ${net}.152;\n` : '';
    const inner = this.maybe(25) ? this.group(net) : '';
    const authority = this.maybe(10) ? 'authoritative;\n' : '';
    const body = [free, more, pools, inner, this.statements(3), authority];
    return `subnet ${net}.0 netmask 255.255.255.0 {\n${body.join('')}}\n`;
  }

  private group(net: string): string {
    return `group { ${this.statements(2)} ${this.some(2, (i) => this.host(i + 10 + this.rng.below(20), net))} }\n`;
  }

  private class(i: number): string {
    if (this.maybe(70)) return `class "c${i}" { match if ${this.test()}; ${this.statements(2)} }\n`;
    const match = this.one(['hardware', 'substring(option vendor-class-identifier, 0, 9)', 'option user-class']);
    const values = ['1:52:54:00:aa:00:01', '"PXEClient"', '"iPXE"'];
    const members = this.some(3, () => {
      const block = this.maybe(50) ? ` { ${this.statements(2)} }` : ';';
      return `subclass "c${i}" ${this.one(values)}${block}\n`;
    });
    return `class "c${i}" { match ${match}; ${this.statements(2)} }\n${members}`;
  }

  private config(): string {
    const head = `ping-check false;
option arch code 93 = unsigned integer 16;
option configfile code 209 = text;
option space gpxe;
option gpxe-encap code 175 = encapsulate gpxe;
option gpxe.keep-san code 8 = unsigned integer 8;
option gpxe.username code 190 = string;
option space PXE;
option PXE.mtftp-ip code 1 = ip-address;
option PXE.discovery-control code 6 = unsigned integer 8;
`;
    const flags = this.some(
      2,
      () =>
        `${this.one(['authoritative', 'deny unknown-clients', 'always-broadcast on', 'deny bootp', 'allow booting', 'use-lease-addr-for-default-route on', 'echo-client-id on', 'dhcp-cache-threshold 0', 'authoritative', 'authoritative'])};\n`,
    );
    const classes = `class "c0" { match if ${this.test()}; ${this.statements(2)} }\n${this.class(1)}${this.maybe(30) ? this.class(2) : ''}`;
    const own = this.maybe(20)
      ? `shared-network s { ${this.statements(2)} ${this.subnet('10.0.2')} ${this.subnet('10.0.3')} }\n`
      : this.subnet('10.0.2');
    const relayed = this.maybe(30) ? this.subnet('10.0.9') : '';
    const hosts = this.some(3, (i) => this.host(i, '10.0.2'));
    return `${head}${flags}${this.statements(3)}${classes}${own}${relayed}${hosts}${this.maybe(30) ? this.group('10.0.2') : ''}`;
  }

  private conversation(): readonly GeneratedStep[] {
    const steps: GeneratedStep[] = [];
    const clients = Array.from({ length: 1 + this.rng.below(3) }, () => this.client());
    for (let i = 3 + this.rng.below(5); i > 0; i--) {
      const client = this.one(clients);
      const kind = this.rng.below(100);
      if (kind < 35) steps.push(client(1, {}));
      else if (kind < 65)
        steps.push(
          client(1, {}),
          client(3, { address: '0.0.0.0', server: '0.0.0.0', derive: ['option50', 'option54'] }),
        );
      else if (kind < 73)
        steps.push(
          client(3, {
            address: `10.0.${this.one([2, 2, 2, 3, 9])}.${this.one([20, 21, 42, 101, 103, 150, 200, 211, 77])}`,
          }),
        );
      else if (kind < 79) steps.push(client(1, { address: `10.0.2.${this.one([20, 22, 41, 102, 104, 151, 200])}` }));
      else if (kind < 85) steps.push(client(3, { ciaddr: '10.0.2.100', derive: ['ciaddr'] }));
      else if (kind < 90) steps.push(client(8, { ciaddr: '10.0.2.66' }));
      else if (kind < 93)
        steps.push(
          client(7, { ciaddr: '10.0.2.100', server: '0.0.0.0', derive: ['ciaddr', 'option54'] }),
          client(1, {}),
        );
      else if (kind < 95)
        steps.push(
          client(4, { address: '0.0.0.0', server: '0.0.0.0', derive: ['option50', 'option54'] }),
          client(1, {}),
        );
      else steps.push(client(0, {}));
    }
    return steps;
  }

  private client(): (type: number, more: Details) => GeneratedStep {
    const mac = this.one(MACS);
    const vendor = this.one(VENDORS);
    const giaddr = this.maybe(15) ? this.one(['10.0.9.1', '10.0.2.254', '10.0.8.1']) : '0.0.0.0';
    const flags = this.maybe(60) ? 0x8000 : 0;
    const prl = this.maybe(90) ? [1, 3, 6, 12, 15, 17, 42, 43, 51, 54, 60, 66, 67, 119, 175] : [];
    const options: DhcpOption[] = [];
    const add = (code: number, data: Uint8Array): void => void options.push({ code, data, area: 'options' });
    if (prl.length > 0) add(55, Uint8Array.from(prl));
    add(57, Uint8Array.of(0x05, 0xc0));
    if (vendor !== '') add(60, latin1(vendor));
    if (vendor.startsWith('PXE')) add(93, Uint8Array.of(0, vendor.includes('00007') ? 7 : 0));
    if (this.maybe(20)) add(77, latin1('iPXE'));
    if (this.maybe(15)) add(12, latin1('client'));
    if (this.maybe(25))
      add(61, this.maybe(50) ? latin1('id-1') : concatBytes([Uint8Array.of(0), latin1(`id-${this.rng.below(3)}`)]));
    if (this.maybe(8)) add(51, Uint8Array.of(0, 0, this.rng.below(20), 9));
    if (giaddr !== '0.0.0.0' && this.maybe(50)) add(82, Uint8Array.of(1, 3, 0x63, 0x63, 0x31));
    const xid = this.rng.u32();
    return (type, { address, server, ciaddr, derive }) => {
      const own: DhcpOption[] = [];
      const put = (code: number, data: Uint8Array): void => void own.push({ code, data, area: 'options' });
      if (type !== 0) put(53, Uint8Array.of(type));
      if (address !== undefined) put(50, ipBytes(parseIpv4(address) ?? 0));
      if (server !== undefined) put(54, ipBytes(parseIpv4(server) ?? 0));
      const isUnicast = ciaddr !== undefined && giaddr === '0.0.0.0';
      const bytes = encodeDhcp(
        {
          ...emptyDhcpMessage(1),
          xid,
          flags: isUnicast ? 0 : flags,
          ciaddr: parseIpv4(ciaddr ?? '0.0.0.0') ?? 0,
          giaddr: parseIpv4(giaddr) ?? 0,
          chaddr: chaddrOf(parseMac(mac) ?? 0),
          options: [...own, ...options],
        },
        { minimumLength: 548 },
      );
      const isRelayed = giaddr !== '0.0.0.0';
      return {
        send: toHex(bytes),
        src: isRelayed ? giaddr : (ciaddr ?? '0.0.0.0'),
        dst: isRelayed || isUnicast ? '10.0.2.1' : '255.255.255.255',
        src_mac: isRelayed ? '02:00:00:00:00:fe' : mac,
        ...(derive === undefined ? {} : { derive }),
      };
    };
  }
}

interface Details {
  readonly address?: string;
  readonly server?: string;
  readonly ciaddr?: string;
  readonly derive?: readonly string[];
}

export function generateCases(seed: string, count: number): readonly GeneratedCase[] {
  return Array.from({ length: count }, (_, i) => new Generator(`${seed}-${i}`).case(`${seed}-${i}`));
}
