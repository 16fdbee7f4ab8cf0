/** Which file a request means (tftp-root, tftp-unique-root, tftp-lowercase), and whether the server may read it. */
import { formatIpv4, formatMac } from '../../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../../base/address.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { Clock } from '../../../base/time/clock.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { TFTP_ERROR } from '../../../protocols/tftp/codec.ts';
import type { FileTree, OpenFile } from '../../files/file-tree.ts';
import type { DnsmasqConfig } from '../config/model.ts';

/** How long an address without a known MAC stays unknown. */
const MAC_RETRY_S = 90;
/** NAME_MAX of Linux file systems. */
const MAX_NAME_LENGTH = 255;

export interface FileAccess {
  readonly config: DnsmasqConfig;
  readonly clock: Clock;
  readonly files: FileTree;
  /** The user that dnsmasq runs as; decides on access. */
  readonly user: string;
}

export type OpenedFile =
  | { readonly kind: 'file'; readonly content: OpenFile }
  /** `code` is TFTP's. */
  | OpenError;

interface OpenError {
  readonly kind: 'error';
  readonly code: number;
  readonly text: string;
  /** It can be opened: only reading fails. */
  readonly isUnreadable?: boolean;
}

export class ServedFiles {
  private readonly access: FileAccess;
  private readonly knownMac: (address: Ipv4Address) => MacAddress | undefined;
  private readonly macMisses = new Map<Ipv4Address, number>();

  constructor(access: FileAccess, knownMac: (address: Ipv4Address) => MacAddress | undefined) {
    this.access = access;
    this.knownMac = knownMac;
  }

  /** The file that a name means: below the root unless it names the root itself. `origin` is the root's line. */
  locate(
    filename: string,
    client: Ipv4Address,
    interfaceName: string,
  ): { readonly path: string; readonly origin: ConfigLine | undefined } {
    const { config, files } = this.access;
    let name = filename.replaceAll('\\', '/');
    if (config.flags.has('tftp-lowercase')) name = name.toLowerCase();
    const root = this.rootFor(interfaceName);
    if (root === undefined || root.path === '') {
      return { path: name.startsWith('/') ? name : `/${name}`, origin: undefined };
    }
    const { origin } = root;
    let prefix = root.path.endsWith('/') ? root.path : `${root.path}/`;
    const unique = config.settings.get('tftp-unique-root')?.value;
    if (unique !== undefined) {
      const own = unique === 'mac' ? this.macName(client) : formatIpv4(client);
      if (own !== undefined && files.stat(`${prefix}${own}`)?.kind === 'directory') prefix = `${prefix}${own}/`;
    }
    if (name.startsWith('/')) {
      if (name.startsWith(prefix)) return { path: name, origin };
      name = name.slice(1);
    }
    return { path: `${prefix}${name}`, origin };
  }

  /** Opens a file, or says why not, in dnsmasq's words. */
  open(path: string, client: Ipv4Address): OpenedFile {
    const { config, files, user } = this.access;
    const no = (code: number, text: string): OpenError => ({ kind: 'error', code, text });
    const denied = no(TFTP_ERROR.accessViolation, `cannot access ${path}: Permission denied`);
    const cannot = (why: string): OpenError => no(TFTP_ERROR.notDefined, `cannot read ${path}: ${why}`);
    if (config.tftpRoots.length > 0 && path.includes('/../')) return denied;
    // What open(2) says on the way down.
    const parts = path.split('/').slice(1);
    for (let i = 0; i < parts.length; i++) {
      if (itemAt(parts, i).length > MAX_NAME_LENGTH) return cannot('File name too long');
      if (i === parts.length - 1) break;
      const parent = files.stat(`/${parts.slice(0, i + 1).join('/')}`);
      if (parent === undefined) break;
      if (parent.kind === 'file') return cannot('Not a directory');
      const search = parent.owner === user ? 0o100 : 0o001;
      if (user !== 'root' && (parent.mode & search) === 0) return denied;
    }
    const stat = files.stat(path);
    if (stat === undefined) return no(TFTP_ERROR.fileNotFound, `file ${path} not found for ${formatIpv4(client)}`);
    const isOwner = stat.owner === user;
    // dnsmasq that runs as root gives what all the world may read.
    const isReadable = user === 'root' ? (stat.mode & 0o004) !== 0 : (stat.mode & (isOwner ? 0o400 : 0o004)) !== 0;
    if (!isReadable) return denied;
    if (user !== 'root' && config.flags.has('tftp-secure') && !isOwner) return denied;
    const content = files.open(path);
    return content === undefined ? { ...cannot('Is a directory'), isUnreadable: true } : { kind: 'file', content };
  }

  private rootFor(interfaceName: string): { readonly path: string; readonly origin: ConfigLine } | undefined {
    const roots = [...this.access.config.tftpRoots].reverse();
    return (
      roots.find((root) => root.interfaceName === interfaceName) ??
      roots.find((root) => root.interfaceName === undefined)
    );
  }

  /** The directory of a station, as far as the server's ARP table has it; what it has not is asked for again later. */
  private macName(client: Ipv4Address): string | undefined {
    const { clock } = this.access;
    const missedNs = this.macMisses.get(client);
    if (missedNs !== undefined && clock.nowNs - missedNs < MAC_RETRY_S * NS_PER_S) return undefined;
    const mac = this.knownMac(client);
    if (mac === undefined) this.macMisses.set(client, clock.nowNs);
    return mac === undefined ? undefined : formatMac(mac).replaceAll(':', '-');
  }
}
