/** What dnsmasq says and checks when it starts: its log lines, and the trouble that keeps it from starting. */
import type { HostsFileReport } from './dns/engine.ts';
import { formatIpv4 } from '../../base/address.ts';
import { itemAt } from '../../base/lists/list.ts';
import type { FileTree } from '../files/file-tree.ts';
import type { DnsmasqConfig, DomainAddress, DomainServer } from './config/model.ts';
import { ETHERS_PATH, type EthersFile } from './config/ethers.ts';
import { filesAt } from './config/side-files.ts';
import { formatDuration } from './dhcp/policy/log.ts';
import { maxTransfers, wantedTransfers } from './tftp/limits.ts';

export interface StartupReport {
  readonly log: readonly string[];
  /** dnsmasq's last words; undefined when it runs. */
  readonly failure: string | undefined;
}

/** What Debian builds into 2.90. */
const COMPILED =
  'dnsmasq: compile time options: IPv6 GNU-getopt DBus no-UBus i18n IDN2 DHCP DHCPv6 no-Lua TFTP conntrack ipset ' +
  'nftset auth cryptohash DNSSEC loop-detect inotify dumpfile';

function rangeLines(config: DnsmasqConfig): string[] {
  return [...config.ranges].reverse().map((range) => {
    const start = formatIpv4(range.start);
    if (range.kind === 'proxy') return `dnsmasq-dhcp: DHCP, proxy on subnet ${start}`;
    const time = `lease time ${formatDuration(range.leaseS)}`;
    if (range.kind === 'static') return `dnsmasq-dhcp: DHCP, static leases only on ${start}, ${time}`;
    return `dnsmasq-dhcp: DHCP, IP range ${start} -- ${formatIpv4(range.end)}, ${time}`;
  });
}

function relayLines({ relays }: DnsmasqConfig): string[] {
  return relays.map(
    ({ local, server }) => `dnsmasq-dhcp: DHCP relay from ${formatIpv4(local)} to ${formatIpv4(server)}`,
  );
}

/** Files of hosts and options that were read. */
function sideFileLines(config: DnsmasqConfig, files: FileTree): string[] {
  const { dhcpHostsFiles, dhcpHostsDirs, dhcpOptsFiles, dhcpOptsDirs } = config;
  const all = [...dhcpHostsFiles, ...dhcpOptsFiles, ...dhcpHostsDirs, ...dhcpOptsDirs];
  const paths = all.flatMap((path) => filesAt(files, path));
  return paths.map((path) => `dnsmasq-dhcp: read ${path}`);
}

function ethersLines(ethers: EthersFile | undefined): string[] {
  if (ethers === undefined) return [`dnsmasq-dhcp: failed to read ${ETHERS_PATH}: No such file or directory`];
  const bad = ethers.badLines.map(({ line, what }) => `dnsmasq-dhcp: bad ${what} at ${ETHERS_PATH} line ${line}`);
  return [...bad, `dnsmasq-dhcp: read ${ETHERS_PATH} - ${ethers.hosts.length} addresses`];
}

/** As a domain is logged. */
function shown({ domain, wildcard }: DomainServer | DomainAddress): string {
  return wildcard ? `.${domain}` : domain;
}

function localLine(line: DomainServer | DomainAddress): string[] {
  return line.domain === '' ? [] : [`dnsmasq: using only locally-known addresses for ${shown(line)}`];
}

function serverLines(server: DomainServer): string[] {
  const domain = shown(server);
  switch (server.target.kind) {
    case 'local':
      return localLine(server);
    case 'standard':
      return [`dnsmasq: using standard nameservers for ${domain}`];
    case 'unreachable':
      return [`dnsmasq: using nameserver ${server.target.text}`];
    case 'address': {
      const where = `${formatIpv4(server.target.address)}#${server.target.port}`;
      if (server.isDotless === true) return [`dnsmasq: using nameserver ${where} for unqualified names `];
      if (domain === '') return [`dnsmasq: using nameserver ${where}`];
      return [`dnsmasq: using nameserver ${where} for domain ${server.wildcard ? '*' : ''}${domain} `];
    }
  }
}

/** Interfaces that the configuration names but the machine does not have. */
function missingInterface(config: DnsmasqConfig, interfaceNames: readonly string[]): string | undefined {
  const wanted = config.interfaces.find(
    (name) => !name.includes('*') && name !== 'lo' && !interfaceNames.includes(name),
  );
  if (wanted === undefined) return undefined;
  return config.ineffective.some((line) => line.name === 'bind-interfaces') ? `unknown interface ${wanted}` : undefined;
}

export function startupReport(
  config: DnsmasqConfig,
  files: FileTree,
  interfaceNames: readonly string[],
  hostFiles: readonly HostsFileReport[],
  ethers: EthersFile | undefined,
): StartupReport {
  const log: string[] = [];
  const missing = missingInterface(config, interfaceNames);
  if (missing !== undefined) return { log, failure: missing };
  const tftpOn = config.flags.has('enable-tftp') || config.tftpInterfaces.length > 0;
  const inaccessible = tftpOn
    ? config.tftpRoots.filter((root) => root.path !== '' && files.stat(root.path)?.kind !== 'directory')
    : [];
  if (inaccessible.length > 0 && !config.flags.has('tftp-no-fail')) {
    const text = `TFTP directory ${itemAt(inaccessible, 0).path} inaccessible: No such file or directory`;
    return { log, failure: text };
  }
  const port = config.numbers.get('port')?.value ?? 53;
  const cacheSize = config.numbers.get('cache-size')?.value ?? 150;
  if (port === 0) log.push('dnsmasq: started, version 2.90 DNS disabled');
  else if (cacheSize === 0) log.push('dnsmasq: started, version 2.90 cache disabled');
  else log.push(`dnsmasq: started, version 2.90 cachesize ${cacheSize}`);
  log.push(COMPILED);
  const hasUpstream = config.servers.some((server) => server.target.kind === 'address');
  if (port !== 0 && !hasUpstream) log.push('dnsmasq: warning: no upstream servers configured');
  log.push(...rangeLines(config), ...relayLines(config));
  if (tftpOn) {
    const root = config.tftpRoots.find((candidate) => candidate.interfaceName === undefined);
    const where = root === undefined || root.path === '' ? 'enabled ' : `root is ${root.path} `;
    const mode = config.flags.has('tftp-secure') ? 'secure mode' : '';
    const single = config.flags.has('tftp-single-port') ? 'single port mode' : '';
    log.push(`dnsmasq-tftp: TFTP ${where}${mode} ${single}`);
    if (maxTransfers(config) < wantedTransfers(config))
      log.push(`dnsmasq-tftp: restricting maximum simultaneous TFTP transfers to ${maxTransfers(config)}`);
    for (const missingRoot of inaccessible) log.push(`dnsmasq-tftp: warning: ${missingRoot.path} inaccessible`);
  }
  if (port !== 0) {
    for (const server of config.servers) log.push(...serverLines(server));
    for (const line of config.addresses) if (line.isNxdomain) log.push(...localLine(line));
    const read = hostFiles.filter((file) => file.nameCount !== undefined);
    for (const file of hostFiles) {
      for (const line of file.badLines) log.push(`dnsmasq: bad address at ${file.path} line ${line}`);
      if (file.nameCount === undefined) {
        log.push(`dnsmasq: failed to load names from ${file.path}: No such file or directory`);
      } else log.push(`dnsmasq: read ${file.path} - ${file.nameCount} names`);
    }
    if (read.length === 0) log.push('dnsmasq: cleared cache');
  }
  if (config.flags.has('read-ethers')) log.push(...ethersLines(ethers));
  log.push(...sideFileLines(config, files));
  return { log, failure: undefined };
}
