/** Files beside the configuration: dhcp-hostsfile, dhcp-optsfile and their directories, /etc/ethers. */
import { fromUtf8 } from '../../../base/bytes.ts';
import type { FileTree } from '../../files/file-tree.ts';
import type { EthersFile } from './ethers.ts';
import { lexConfig } from './parse/lexer.ts';
import { emptyConfig } from './model.ts';
import type { DhcpHost, DnsmasqConfig } from './model.ts';
import { parseDhcpHost } from './parse/parse-dhcp.ts';
import { parseOptionLine } from './parse/parse-option.ts';

/** The paths of files at a path: itself, or what is in the directory. */
export function filesAt(files: FileTree, path: string): string[] {
  const stat = files.stat(path);
  if (stat === undefined) return [];
  if (stat.kind === 'file') return [path];
  return (files.list(path) ?? [])
    .filter((name) => !name.startsWith('.') && !name.endsWith('~') && !name.startsWith('#'))
    .map((name) => `${path.replace(/\/$/, '')}/${name}`)
    .filter((full) => files.stat(full)?.kind === 'file');
}

/** Lines of a hosts file are those of dhcp-host without the directive. Bad ones are passed over. */
export function readDhcpHostsFiles(config: DnsmasqConfig, files: FileTree, ethers: EthersFile | undefined): DhcpHost[] {
  const collected = emptyConfig();
  collected.hosts.push(...config.hosts);
  for (const path of [...config.dhcpHostsFiles, ...config.dhcpHostsDirs].flatMap((root) => filesAt(files, root))) {
    const bytes = files.read(path);
    if (bytes === undefined) continue;
    for (const line of lexConfig(fromUtf8(bytes).replaceAll('=', '\ue03d'), path)) {
      if (line.kind === 'error') continue;
      const { name, origin } = line.statement;
      parseDhcpHost(collected, name, origin);
    }
  }
  collected.hosts.push(...(ethers?.hosts ?? []));
  return collected.hosts.slice(config.hosts.length);
}

/** Lines of an options file are those of dhcp-option without the directive. */
export function readDhcpOptsFiles(config: DnsmasqConfig, files: FileTree): void {
  for (const path of [...config.dhcpOptsFiles, ...config.dhcpOptsDirs].flatMap((root) => filesAt(files, root))) {
    const bytes = files.read(path);
    if (bytes === undefined) continue;
    for (const line of lexConfig(fromUtf8(bytes).replaceAll('=', '\ue03d'), path)) {
      if (line.kind === 'error') continue;
      const parsed = parseOptionLine(line.statement.name, 'option', line.statement.origin);
      if (parsed.ok && parsed.value !== undefined) config.options.push(parsed.value);
    }
  }
}
