/** The options that dhcpd knows (dhcp-options(5)), with the types of their values, and how values become bytes. */
import { writeIpv4, type Ipv4Address } from '../../../base/address.ts';
import { writeU16, writeU32 } from '../../../base/bytes.ts';

export type Primitive = 'ip' | 'text' | 'string' | 'flag' | 'u8' | 'u16' | 'u32' | 'domain';

/** One value, a record of several, or a list of such. */
export interface OptionType {
  readonly fields: readonly Primitive[];
  readonly isList: boolean;
  /** The space whose options are this option's value. */
  readonly encapsulates?: string;
}

export interface OptionDefinition {
  readonly space: string;
  readonly code: number;
  readonly type: OptionType;
}

/** The space of the options of RFC 2132. */
export const DHCP_SPACE = 'dhcp';
/** The sub-options of option 82 (RFC 3046). */
export const AGENT_SPACE = 'agent';

const STANDARD = `subnet-mask 1 ip,time-offset 2 u32,routers 3 ip+,time-servers 4 ip+,ien116-name-servers 5 ip+,
domain-name-servers 6 ip+,log-servers 7 ip+,cookie-servers 8 ip+,lpr-servers 9 ip+,impress-servers 10 ip+,
resource-location-servers 11 ip+,host-name 12 text,boot-size 13 u16,merit-dump 14 text,domain-name 15 text,swap-server 16 ip,
root-path 17 text,extensions-path 18 text,ip-forwarding 19 flag,non-local-source-routing 20 flag,policy-filter 21 ip ip+,
max-dgram-reassembly 22 u16,default-ip-ttl 23 u8,path-mtu-aging-timeout 24 u32,path-mtu-plateau-table 25 u16+,
interface-mtu 26 u16,all-subnets-local 27 flag,broadcast-address 28 ip,perform-mask-discovery 29 flag,mask-supplier 30 flag,
router-discovery 31 flag,router-solicitation-address 32 ip,static-routes 33 ip ip+,trailer-encapsulation 34 flag,
arp-cache-timeout 35 u32,ieee802-3-encapsulation 36 flag,default-tcp-ttl 37 u8,tcp-keepalive-interval 38 u32,
tcp-keepalive-garbage 39 flag,nis-domain 40 text,nis-servers 41 ip+,ntp-servers 42 ip+,vendor-encapsulated-options 43 string,
netbios-name-servers 44 ip+,netbios-dd-server 45 ip+,netbios-node-type 46 u8,netbios-scope 47 text,font-servers 48 ip+,
x-display-manager 49 ip+,dhcp-requested-address 50 ip,dhcp-lease-time 51 u32,dhcp-option-overload 52 u8,
dhcp-message-type 53 u8,dhcp-server-identifier 54 ip,dhcp-parameter-request-list 55 u8+,dhcp-message 56 text,
dhcp-max-message-size 57 u16,dhcp-renewal-time 58 u32,dhcp-rebinding-time 59 u32,vendor-class-identifier 60 string,
dhcp-client-identifier 61 string,nwip-domain 62 string,nisplus-domain 64 text,nisplus-servers 65 ip+,tftp-server-name 66 text,
bootfile-name 67 text,mobile-ip-home-agent 68 ip+,smtp-server 69 ip+,pop-server 70 ip+,nntp-server 71 ip+,www-server 72 ip+,
finger-server 73 ip+,irc-server 74 ip+,streettalk-server 75 ip+,streettalk-directory-assistance-server 76 ip+,
user-class 77 string,slp-directory-agent 78 flag ip+,slp-service-scope 79 flag text,nds-servers 85 ip+,nds-tree-name 86 string,
nds-context 87 string,client-last-transaction-time 91 u32,associated-ip 92 ip+,pxe-system-type 93 u16+,
pxe-interface-id 94 u8 u8 u8,pxe-client-id 97 u8 string,uap-servers 98 text,pcode 100 text,tcode 101 text,
v6-only-preferred 108 u32,netinfo-server-address 112 ip+,netinfo-server-tag 113 text,default-url 114 text,
subnet-selection 118 ip,domain-search 119 domain+,vivco 124 string,vivso 125 string,tftp-server-address 150 ip+,
loader-configfile 209 text,loader-pathprefix 210 text,loader-reboottime 211 u32`;

const AGENT = `circuit-id 1 string,remote-id 2 string,agent-id 3 ip,DOCSIS-device-class 4 u32,link-selection 5 ip`;

const PRIMITIVES: readonly Primitive[] = ['ip', 'text', 'string', 'flag', 'u8', 'u16', 'u32', 'domain'];

function table(space: string, list: string): [string, OptionDefinition][] {
  return list.split(',').map((entry) => {
    const [name = '', code = '', ...words] = entry.trim().split(' ');
    const isList = words.at(-1)?.endsWith('+') === true;
    const fields = words.flatMap((text) => PRIMITIVES.filter((primitive) => primitive === text.replace('+', '')));
    const key = space === DHCP_SPACE ? name : `${space}.${name}`;
    return [key, { space, code: Number(code), type: { fields, isList } }];
  });
}

/** By name, with the space in front of all but the options of RFC 2132. */
export const STANDARD_OPTIONS: ReadonlyMap<string, OptionDefinition> = new Map([
  ...table(DHCP_SPACE, STANDARD),
  ...table(AGENT_SPACE, AGENT),
]);

export function ipBytes(address: Ipv4Address): Uint8Array {
  const bytes = new Uint8Array(4);
  writeIpv4(bytes, 0, address);
  return bytes;
}

/** An integer in network order; `width` in bytes. */
export function integerBytes(value: number, width: 1 | 2 | 4): Uint8Array {
  const bytes = new Uint8Array(width);
  if (width === 1) bytes[0] = value;
  else if (width === 2) writeU16(bytes, 0, value & 0xffff);
  else writeU32(bytes, 0, value >>> 0);
  return bytes;
}

export function integerOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** Names with pointers to what stood before in the list (RFC 1035 §4.1.4, RFC 3397 §2). */
export function domainListBytes(names: readonly string[]): Uint8Array {
  const out: number[] = [];
  const known = new Map<string, number>();
  for (const name of names) {
    let labels = name.split('.').filter((label) => label !== '');
    for (;;) {
      const rest = labels.join('.');
      const at = known.get(rest);
      const [label] = labels;
      if (label === undefined) {
        out.push(0);
        break;
      }
      if (at !== undefined) {
        out.push(0xc0 | (at >> 8), at & 0xff);
        break;
      }
      known.set(rest, out.length);
      out.push(label.length, ...Array.from(label, (char) => char.charCodeAt(0) & 0xff));
      labels = labels.slice(1);
    }
  }
  return Uint8Array.from(out);
}
