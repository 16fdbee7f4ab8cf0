/** The name that a client gets with its address: configured, its own, or made from its hardware address. */
import type { Ipv4Address } from '../../../../base/address.ts';
import { toHex } from '../../../../base/bytes.ts';
import type { Exchange } from './exchange.ts';
import { sameName } from '../policy/leases.ts';
import { matchTags } from '../policy/tags.ts';
import type { Tags } from '../policy/tags.ts';

interface HostName {
  readonly name: string | undefined;
  /** Of the configuration or a hosts file, not of the client. */
  readonly isAuthoritative: boolean;
  /** The domain that came with the name. */
  readonly domain: string | undefined;
}

/** `pc.example.org` is `pc` in `example.org`. */
function splitName(name: string): readonly [string, string | undefined] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** The name of the client's dhcp-host line, else what it calls itself. */
function givenName({ client }: Exchange): HostName {
  const configured = client.hostFoundByName ? undefined : client.host?.name;
  if (configured !== undefined) return { name: configured, isAuthoritative: true, domain: client.host?.domain };
  if (client.ownName === undefined) return { name: undefined, isAuthoritative: false, domain: undefined };
  const [name, domain] = splitName(client.ownName);
  return { name, isAuthoritative: false, domain };
}

/** The name in an OFFER: with option 81 (RFC 4702) any, else only the configured one that the client does not contradict. */
export function offeredName(exchange: Exchange): string | undefined {
  const { client } = exchange;
  const { name, isAuthoritative } = givenName(exchange);
  if (name === undefined || client.fqdnFlags !== undefined) return name;
  if (!isAuthoritative) return undefined;
  return client.ownName === undefined || sameName(client.ownName, name) ? name : undefined;
}

function isIgnored({ environment, trace }: Exchange, tags: Tags): boolean {
  const line = environment.config.ignoreNames.find((one) => matchTags(one.tags, tags, true));
  trace.because(line?.origin);
  return line !== undefined;
}

/** The name of a lease: configured, of a hosts file, the client's own, or made from its hardware address. */
export function leaseName(exchange: Exchange, tags: Tags, address: Ipv4Address): HostName {
  const { environment, client, trace } = exchange;
  const given = givenName(exchange);
  if (given.isAuthoritative) return given;
  const ofAddress = environment.hostNameOf(address);
  if (ofAddress !== undefined) return { name: ofAddress, isAuthoritative: true, domain: undefined };
  if (given.name !== undefined && !isIgnored(exchange, tags)) return given;
  const generating = environment.config.generateNames.find((line) => matchTags(line.tags, tags, true));
  if (generating === undefined || client.hardware.length === 0) {
    return { name: undefined, isAuthoritative: false, domain: undefined };
  }
  trace.because(generating.origin);
  return { name: toHex(client.hardware, '-'), isAuthoritative: false, domain: undefined };
}

/**
 * The name that the answer to a DHCPINFORM tells: of the lease at the address when the client is not known to have one,
 * else as given, else of a hosts file. Nothing is made up or ignored.
 */
export function informedName(exchange: Exchange, address: Ipv4Address): string | undefined {
  const { client, environment } = exchange;
  const other = client.lease === undefined ? environment.state.leases.atAddress(address)?.name : undefined;
  return other ?? givenName(exchange).name ?? environment.hostNameOf(address);
}
