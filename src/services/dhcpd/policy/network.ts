/** Where a client is, who it is, and which addresses it may have. */
import { readIpv4, sameSubnet, type Ipv4Address } from '../../../base/address.ts';
import { concatBytes, equalBytes, toHex } from '../../../base/bytes.ts';
import { collectOption, type DhcpMessage } from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import type { ClientClass, DhcpdConfig, Host, Permit, Pool, Scope, SharedNetwork, Subnet } from '../language/model.ts';
import { clientOption, data, isTrue, Settings, type Client } from './evaluate.ts';

/** dhcpd counts no more classes of a client. */
const MAX_CLASSES = 5;

export function optionAddress(message: DhcpMessage, code: number): Ipv4Address | undefined {
  const value = collectOption(message, code);
  return value?.length === 4 ? readIpv4(value, 0) : undefined;
}

export function subnetOf(network: SharedNetwork, address: Ipv4Address): Subnet | undefined {
  return network.subnets.find((subnet) => sameSubnet(address, subnet.address, subnet.mask));
}

/** The network of a relay, of a client with an address, else of the interface that the message came in at. */
export function networkOf(
  config: DhcpdConfig,
  message: DhcpMessage,
  own: Ipv4Address,
  isInform: boolean,
): SharedNetwork | undefined {
  const holding = (address: Ipv4Address): SharedNetwork | undefined =>
    config.networks.find((network) => subnetOf(network, address) !== undefined);
  if (message.giaddr !== 0 && !isInform) return holding(message.giaddr);
  return (message.ciaddr === 0 ? undefined : holding(message.ciaddr)) ?? holding(own);
}

export function hardwareOf({ htype, hlen, chaddr }: DhcpMessage): Uint8Array {
  return concatBytes([Uint8Array.of(htype), chaddr.subarray(0, hlen)]);
}

/** The declarations of a client: by its identifier, else by its hardware address, else by another option. */
export function hostsOf(config: DhcpdConfig, client: Client): readonly Host[] {
  const id = collectOption(client.message, DHCP_OPTION.clientIdentifier);
  const hardware = hardwareOf(client.message);
  const isSame = (wanted: Uint8Array | undefined, found: Uint8Array | undefined): boolean =>
    wanted !== undefined && found !== undefined && equalBytes(wanted, found);
  const { hosts } = config;
  const ways = [
    hosts.filter((host) => isSame(host.clientId, id)),
    hosts.filter((host) => isSame(host.hardware, hardware)),
    hosts.filter(
      ({ identifier }) => identifier !== undefined && isSame(identifier.value, clientOption(client, identifier.option)),
    ),
  ];
  return ways.find((found) => found.length > 0) ?? [];
}

export interface FixedAddress {
  readonly host: Host;
  readonly address: Ipv4Address;
  readonly subnet: Subnet;
}

export function fixedAddress(hosts: readonly Host[], network: SharedNetwork): FixedAddress | undefined {
  for (const host of hosts)
    for (const address of host.fixedAddresses) {
      const subnet = subnetOf(network, address);
      if (subnet !== undefined) return { host, address, subnet };
    }
  return undefined;
}

export interface ClassOfClient {
  readonly found: ClientClass;
  /** Of the class, or of the subclass in it. */
  readonly scope: Scope;
}

export function classesOf(config: DhcpdConfig, client: Client): readonly ClassOfClient[] {
  const settings = new Settings();
  const out: ClassOfClient[] = [];
  for (const found of config.classes) {
    if (found.matchIf !== undefined && isTrue(found.matchIf, client, settings)) out.push({ found, scope: found.scope });
    const value = found.match === undefined ? undefined : data(found.match, client, settings);
    const scope = value === undefined ? undefined : found.subclasses.get(toHex(value));
    if (scope !== undefined) out.push({ found, scope });
  }
  return out.slice(0, MAX_CLASSES);
}

export function isPermitted(pool: Pool, client: Client, classes: readonly ClassOfClient[]): boolean {
  const fits = (permit: Permit): boolean => {
    switch (permit.kind) {
      case 'known':
        return client.isKnown;
      case 'unknown':
        return !client.isKnown;
      case 'all':
        return true;
      case 'bootp':
        return collectOption(client.message, DHCP_OPTION.messageType) === undefined;
      case 'authenticated':
        return false;
      case 'class':
        return classes.some(({ found }) => found.name === permit.name);
    }
  };
  if (pool.deny.some(fits)) return false;
  return pool.allow.length === 0 || pool.allow.some(fits);
}
