/**
 * Every directive of dnsmasq 2.90: whether it takes a value, whether it may be repeated, and what it does here.
 * A directive that has nothing to act on in the lab is accepted, checked as far as its form goes, and listed.
 */
import { parseIpv4 } from '../../../base/address.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { canonicalName, parseIpv6 } from './parse/fields.ts';
import { parseDigits, splitFields, splitOnce, unprotect } from './parse/lexer.ts';
import type { DnsmasqConfig } from './model.ts';
import * as auth from './parse/parse-auth.ts';
import * as dhcp from './parse/parse-dhcp.ts';
import type { LineError } from './parse/parse-dhcp.ts';
import * as dns from './parse/parse-dns.ts';
import { rrTypeByName } from './rr-types.ts';
import { dnsmasqMessage } from '../messages.ts';
import type { Message } from '../../../base/sentence.ts';

export type ValueUse = 'none' | 'optional' | 'required';

export interface Directive {
  readonly name: string;
  readonly value: ValueUse;
  /** A second line of the same name is refused. */
  readonly isSingle: boolean;
  /** Reads a line; `!` in front of an error leaves out where it stands. */
  readonly read: (config: DnsmasqConfig, value: string | undefined, origin: ConfigLine) => LineError;
}

const directives = new Map<string, Directive>();

export function directive(name: string): Directive | undefined {
  return directives.get(name);
}

export function directiveNames(): readonly string[] {
  return [...directives.keys()];
}

type Reader = (config: DnsmasqConfig, value: string, origin: ConfigLine) => LineError;
type OptionalReader = (config: DnsmasqConfig, value: string | undefined, origin: ConfigLine) => LineError;

function define(name: string, value: ValueUse, isSingle: boolean, read: OptionalReader): void {
  directives.set(name, { name, value, isSingle, read });
}

/** A value is needed; an empty one is read as an empty text. */
function required(name: string, read: Reader): void {
  define(name, 'required', false, (config, value, origin) => read(config, value ?? '', origin));
}

/** A value is needed; `name=` is accepted and does nothing. */
function requiredOrEmpty(name: string, read: Reader): void {
  define(name, 'required', false, (config, value, origin) =>
    value === undefined ? undefined : read(config, value, origin),
  );
}

function optional(name: string, read: OptionalReader): void {
  define(name, 'optional', false, read);
}

function flag(name: string): void {
  define(name, 'none', false, (config, _value, origin) => {
    if (!config.flags.has(name)) config.flags.set(name, origin);
    return undefined;
  });
}

interface NumberLimits {
  readonly max?: number;
  readonly min?: number;
  readonly needsValue?: boolean;
}

function number(name: string, use: ValueUse = 'required', limits: NumberLimits = {}): void {
  define(name, use, true, (config, value, origin) => {
    if (value === undefined) {
      if (limits.needsValue === true) return 'error';
      config.numbers.set(name, { value: 0, origin });
      return undefined;
    }
    const parsed = parseDigits(unprotect(value));
    if (parsed === undefined || parsed > (limits.max ?? Infinity) || parsed < (limits.min ?? 0)) return 'error';
    config.numbers.set(name, { value: parsed, origin });
    return undefined;
  });
}

function setting(name: string, use: ValueUse, isSingle: boolean): void {
  define(name, use, isSingle, (config, value, origin) => {
    config.settings.set(name, { value: unprotect(value ?? ''), origin });
    return undefined;
  });
}

function textList(name: string, pick: (config: DnsmasqConfig) => string[], isList: boolean): void {
  define(name, 'required', false, (config, value) => {
    if (value === undefined) return undefined;
    const fields = isList ? splitFields(value) : [value];
    pick(config).push(...fields.map((field) => unprotect(field)).filter((field) => field !== ''));
    return undefined;
  });
}

/** Accepted and without effect in the lab. */
function ineffective(name: string, use: ValueUse, isSingle: boolean, reason: Message, check?: OptionalReader): void {
  define(name, use, isSingle, (config, value, origin) => {
    const error = check?.(config, value, origin);
    if (error !== undefined) return error;
    config.ineffective.push({ name, reason, origin });
    return undefined;
  });
}

// Flags that change an answer.
for (const name of [
  'no-ping',
  'dhcp-authoritative',
  'dhcp-sequential-ip',
  'dhcp-ignore-clid',
  'dhcp-client-update',
  'dhcp-no-override',
  'dhcp-rapid-commit',
  'dhcp-fqdn',
  'log-dhcp',
  'quiet-dhcp',
  'quiet-tftp',
  'read-ethers',
  'tftp-secure',
  'tftp-no-fail',
  'tftp-no-blocksize',
  'tftp-lowercase',
  'tftp-single-port',
  'no-hosts',
  'expand-hosts',
  'domain-needed',
  'bogus-priv',
  'localise-queries',
  'no-round-robin',
  'no-ident',
  'filterwin2k',
  'filter-A',
  'filter-AAAA',
  'selfmx',
  'localmx',
  'no-negcache',
  'no-resolv',
  'all-servers',
  'strict-order',
  'stop-dns-rebind',
  'rebind-localhost-ok',
  'leasefile-ro',
]) {
  flag(name);
}

const PROCESS = dnsmasqMessage('dnsmasq.ineffective.process');
const IPV6 = dnsmasqMessage('dnsmasq.ineffective.ipv6');
const UPSTREAM = dnsmasqMessage('dnsmasq.ineffective.upstream');
const SCRIPT = dnsmasqMessage('dnsmasq.ineffective.script');
const DNSSEC = dnsmasqMessage('dnsmasq.ineffective.dnssec');

for (const name of ['bind-interfaces', 'bind-dynamic', 'no-daemon', 'keep-in-foreground', 'no-poll', 'clear-on-reload'])
  ineffective(name, 'none', false, PROCESS);
for (const name of ['log-debug', 'conntrack']) ineffective(name, 'none', false, PROCESS);
for (const name of ['enable-ra', 'quiet-dhcp6', 'quiet-ra']) ineffective(name, 'none', false, IPV6);
for (const name of ['strip-mac', 'strip-subnet', 'dns-loop-detect']) ineffective(name, 'none', false, UPSTREAM);
for (const name of ['script-arp', 'script-on-renewal']) ineffective(name, 'none', false, SCRIPT);
for (const name of ['dnssec', 'dnssec-debug', 'dnssec-no-timecheck', 'proxy-dnssec'])
  ineffective(name, 'none', false, DNSSEC);
ineffective('dnssec-check-unsigned', 'optional', false, DNSSEC, (_config, value, _origin) =>
  value === undefined || value === 'no' ? undefined : 'bad value for dnssec-check-unsigned',
);
for (const name of ['dnssec-timestamp']) ineffective(name, 'required', true, DNSSEC);
ineffective('dnssec-limits', 'required', true, DNSSEC, (_config, value) =>
  value === undefined || splitFields(value).every((field) => parseDigits(field) !== undefined) ? undefined : 'error',
);
ineffective('trust-anchor', 'required', false, DNSSEC, (_config, value) => auth.checkTrustAnchor(value ?? ''));
for (const name of ['group', 'pid-file', 'enable-dbus', 'enable-ubus']) {
  ineffective(name, 'optional', true, PROCESS);
}
ineffective(
  'dhcp-leasefile',
  'optional',
  true,
  dnsmasqMessage('dnsmasq.ineffective.leases'),
  (config, value, origin) => {
    if (value !== undefined) config.settings.set('dhcp-leasefile', { value: unprotect(value), origin });
    return undefined;
  },
);
ineffective('conf-script', 'required', false, SCRIPT);
for (const name of ['dhcp-script', 'dhcp-scriptuser']) ineffective(name, 'required', true, SCRIPT);
ineffective(
  'dhcp-luascript',
  'required',
  false,
  SCRIPT,
  () => 'recompile with HAVE_LUASCRIPT defined to enable Lua scripts',
);
for (const name of ['dumpfile', 'dumpmask']) ineffective(name, 'required', true, PROCESS);
ineffective('resolv-file', 'optional', false, dnsmasqMessage('dnsmasq.ineffective.resolv-file'));
ineffective('servers-file', 'required', true, dnsmasqMessage('dnsmasq.ineffective.servers-file'));
ineffective('log-facility', 'required', true, PROCESS, (_config, value) =>
  value !== undefined && (LOG_FACILITIES.has(value) || value.startsWith('/') || value === '-')
    ? undefined
    : 'bad log facility',
);
ineffective('log-async', 'optional', true, PROCESS, integerCheck);
ineffective('local-service', 'optional', true, PROCESS, (_config, value) =>
  value === undefined || value === 'net' || value === 'host' ? undefined : 'error',
);
ineffective('add-mac', 'optional', false, UPSTREAM, (_config, value, _origin) =>
  value === undefined || value === 'base64' || value === 'text' ? undefined : 'error',
);
ineffective('add-subnet', 'optional', true, UPSTREAM, (_config, value) =>
  value === undefined || /^[0-9./]*(,[0-9a-f:./]*)?$/i.test(value) ? undefined : 'error',
);
ineffective('add-cpe-id', 'required', true, UPSTREAM);
ineffective('umbrella', 'optional', true, UPSTREAM, (_config, value) =>
  value === undefined ||
  splitFields(value).every((field) => /^(orgid|assetid):[0-9]+$/.test(field) || /^deviceid:[0-9a-f]{16}$/i.test(field))
    ? undefined
    : 'error',
);
for (const name of ['ipset', 'nftset']) {
  ineffective(name, 'required', false, PROCESS, (_config, value) =>
    value === undefined || value.endsWith('/') ? 'error' : undefined,
  );
}
ineffective('connmark-allowlist-enable', 'optional', true, PROCESS, (_config, value) =>
  value === undefined || /^(0x)?[0-9a-f]+$/i.test(value) ? undefined : 'error',
);
ineffective('connmark-allowlist', 'required', false, PROCESS, (_config, value) =>
  /^[0-9]+(\/[0-9]+)?(,[^,]*)?$/.test(value ?? '') ? undefined : 'error',
);
ineffective('ra-param', 'required', false, IPV6, (_config, value) => auth.checkRaParam(value ?? ''));
ineffective('dhcp-duid', 'required', false, IPV6, (_config, value) => {
  const [enterprise, id] = splitOnce(value ?? '', ',');
  return id !== undefined && /^[0-9]+$/.test(enterprise) ? undefined : 'bad DUID';
});
for (const name of ['no-dhcpv6-interface']) ineffective(name, 'required', false, IPV6);

const LOG_FACILITIES = new Set([
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'security',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
]);

function integerCheck(_config: DnsmasqConfig, value: string | undefined): LineError {
  return value === undefined || parseDigits(unprotect(value)) !== undefined ? undefined : 'error';
}

// Numbers.
number('port', 'required', { max: 65_535 });
number('cache-size', 'required');
for (const name of ['dhcp-lease-max', 'dhcp-ttl', 'dns-forward-max', 'edns-packet-max', 'local-ttl', 'max-cache-ttl'])
  number(name);
for (const name of ['max-ttl', 'min-cache-ttl', 'neg-ttl', 'tftp-max', 'tftp-mtu']) number(name);
for (const name of ['query-port', 'min-port', 'max-port']) number(name, 'required', { max: 65_535 });
for (const name of ['max-tcp-connections', 'port-limit']) number(name, 'required', { min: 1, needsValue: true });
number('use-stale-cache', 'optional');
define('fast-dns-retry', 'optional', true, (_config, value, _origin) => {
  if (value === undefined) return undefined;
  const [first, second] = splitFields(value).map((field) => parseDigits(field));
  return first === undefined || first < 50 || (value.includes(',') && second === undefined) ? 'error' : undefined;
});

// Texts.
setting('mx-target', 'required', true);
setting('user', 'optional', true);
define('tftp-unique-root', 'optional', false, (config, value, origin) => {
  if (value !== undefined && value !== 'ip' && value !== 'mac') return 'error';
  // With lines of both kinds the address counts.
  if (config.settings.get('tftp-unique-root')?.value !== 'ip')
    config.settings.set('tftp-unique-root', { value: value ?? 'ip', origin });
  return undefined;
});
define('log-queries', 'optional', false, (config, value, origin) => {
  config.flags.set('log-queries', origin);
  if (value !== undefined) config.settings.set('log-queries', { value, origin });
  return undefined;
});

// Interfaces and files.
textList('interface', (config) => config.interfaces, true);
textList('except-interface', (config) => config.exceptInterfaces, true);
textList('no-dhcp-interface', (config) => config.noDhcpInterfaces, true);
textList('no-dhcpv4-interface', (config) => config.noDhcpInterfaces, true);
textList('addn-hosts', (config) => config.addnHosts, false);
textList('hostsdir', (config) => config.hostsDirs, false);
textList('dhcp-hostsfile', (config) => config.dhcpHostsFiles, false);
textList('dhcp-hostsdir', (config) => config.dhcpHostsDirs, false);
textList('dhcp-optsfile', (config) => config.dhcpOptsFiles, false);
textList('dhcp-optsdir', (config) => config.dhcpOptsDirs, false);
required('listen-address', (config, value) => {
  for (const field of splitFields(value)) {
    const address = parseIpv4(field);
    if (address !== undefined) config.listenAddresses.push(address);
    else if (parseIpv6(field) === undefined) return 'error';
  }
  return undefined;
});
required('bridge-interface', (config, value) => {
  const [interfaceName = '', ...aliases] = splitFields(value);
  if (aliases.length === 0) return 'bad bridge-interface';
  config.bridges.push({ interfaceName, aliases });
  return undefined;
});

// DHCP and PXE.
required('dhcp-range', dhcp.parseDhcpRange);
requiredOrEmpty('dhcp-host', dhcp.parseDhcpHost);
requiredOrEmpty('dhcp-option', (config, value, origin) => dhcp.parseDhcpOption(config, value, 'option', origin));
requiredOrEmpty('dhcp-option-force', (config, value, origin) => dhcp.parseDhcpOption(config, value, 'force', origin));
required('dhcp-match', (config, value, origin) => dhcp.parseDhcpOption(config, value, 'match', origin));
required('dhcp-boot', dhcp.parseDhcpBoot);
required('dhcp-mac', dhcp.parseDhcpMac);
required('dhcp-vendorclass', (config, value, origin) => dhcp.parseClassMatch(config, 'vendor', value, origin));
required('dhcp-userclass', (config, value, origin) => dhcp.parseClassMatch(config, 'user', value, origin));
required('dhcp-circuitid', (config, value, origin) => dhcp.parseClassMatch(config, 'circuit', value, origin));
required('dhcp-remoteid', (config, value, origin) => dhcp.parseClassMatch(config, 'remote', value, origin));
required('dhcp-subscrid', (config, value, origin) => dhcp.parseClassMatch(config, 'subscriber', value, origin));
required('dhcp-name-match', dhcp.parseNameMatch);
required('tag-if', dhcp.parseTagIf);
requiredOrEmpty('dhcp-ignore', (config, value, origin) => dhcp.parseTagLine(config.ignore, value, origin));
optional('dhcp-ignore-names', (config, value, origin) => dhcp.parseTagLine(config.ignoreNames, value, origin));
optional('dhcp-generate-names', (config, value, origin) => dhcp.parseTagLine(config.generateNames, value, origin));
optional('dhcp-broadcast', (config, value, origin) => dhcp.parseTagLine(config.broadcast, value, origin));
optional('bootp-dynamic', (config, value, origin) => dhcp.parseTagLine(config.bootpDynamic, value, origin));
define('dhcp-reply-delay', 'required', true, (config, value, origin) =>
  value === undefined ? undefined : dhcp.parseReplyDelay(config, value, origin),
);
required('pxe-service', dhcp.parsePxeService);
required('pxe-prompt', dhcp.parsePxePrompt);
requiredOrEmpty('dhcp-pxe-vendor', (config, value) => {
  config.pxeVendors.push(...splitFields(value).map((field) => unprotect(field)));
  return undefined;
});
required('dhcp-relay', dhcp.parseDhcpRelay);
required('shared-network', dhcp.parseSharedNetwork);
define('dhcp-proxy', 'optional', false, (config, value, origin) => {
  config.flags.set('dhcp-proxy', origin);
  if (value === undefined) return undefined;
  return dhcp.parseDhcpProxy(config, value);
});
define('dhcp-alternate-port', 'optional', true, (config, value) => dhcp.parseAlternatePort(config, value));

// TFTP.
define('enable-tftp', 'optional', false, (config, value, origin) => {
  if (value === undefined) config.flags.set('enable-tftp', origin);
  else {
    if (!config.flags.has('enable-tftp')) config.settings.set('enable-tftp', { value, origin });
    config.tftpInterfaces.push(...splitFields(value).map((field) => unprotect(field)));
  }
  return undefined;
});
required('tftp-root', (config, value, origin) => {
  const [path, interfaceName] = splitOnce(value, ',');
  config.tftpRoots.push({
    path: unprotect(path),
    interfaceName: interfaceName === undefined ? undefined : unprotect(interfaceName),
    origin,
  });
  return undefined;
});
required('tftp-port-range', (config, value) => {
  const [first, last] = splitOnce(value, ',');
  const start = parseDigits(first);
  const end = last === undefined ? undefined : parseDigits(last);
  if (start === undefined || end === undefined || start > 65_535 || end > 65_535) return 'bad port range';
  config.tftpPortRange = start > end ? [end, start] : [start, end];
  return undefined;
});

// DNS.
define('server', 'required', false, dns.parseServer);
define('local', 'required', false, dns.parseServer);
define('address', 'required', false, dns.parseAddress);
required('rev-server', dns.parseRevServer);
required('host-record', dns.parseHostRecord);
required('cname', dns.parseCname);
requiredOrEmpty('txt-record', dns.parseTxt);
requiredOrEmpty('ptr-record', dns.parsePtr);
requiredOrEmpty('mx-host', dns.parseMx);
requiredOrEmpty('srv-host', dns.parseSrv);
required('naptr-record', dns.parseNaptr);
required('caa-record', dns.parseCaa);
required('dns-rr', dns.parseDnsRr);
required('interface-name', dns.parseInterfaceName);
required('synth-domain', dns.parseSynthDomain);
required('alias', dns.parseAlias);
required('dynamic-host', dns.parseDynamicHost);
define('domain', 'required', false, dns.parseDomain);
define('domain-suffix', 'required', false, dns.parseDomain);
define('bogus-nxdomain', 'required', false, (config, value, origin) =>
  dns.parseAddressPattern(config.bogusNxdomains, value, origin),
);
define('ignore-address', 'required', false, (config, value, origin) =>
  dns.parseAddressPattern(config.ignoredAddresses, value, origin),
);
requiredOrEmpty('rebind-domain-ok', (config, value) => {
  for (const part of value.split('/')) if (part !== '') config.rebindDomainsOk.push(canonicalName(part) ?? part);
  return undefined;
});
function typeList(name: string, pick: (config: DnsmasqConfig) => number[]): void {
  requiredOrEmpty(name, (config, value) => {
    for (const field of splitFields(value)) {
      const type = parseDigits(field) ?? rrTypeByName(field);
      if (type === undefined) return 'bad RR type';
      pick(config).push(type);
    }
    return undefined;
  });
}
typeList('filter-rr', (config) => config.filteredTypes);
typeList('cache-rr', (config) => config.cachedTypes);

// Authoritative zones.
define('auth-server', 'required', true, (config, value, origin) => auth.parseAuthServer(config, value ?? '', origin));
define('auth-soa', 'required', true, (config, value, origin) => auth.parseAuthSoa(config, value ?? '', origin));
required('auth-zone', auth.parseAuthZone);
required('auth-sec-servers', auth.parseAuthSecondaries);
required('auth-peer', auth.parseAuthPeers);
number('auth-ttl');

// Command line matters that a file may hold too.
for (const name of ['test', 'help', 'version']) define(name, 'none', false, () => undefined);
