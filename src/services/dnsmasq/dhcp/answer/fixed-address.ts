/** Whether the address of a dhcp-host line can be given to its host now. */
import type { Ipv4Address } from '../../../../base/address.ts';
import { toHex } from '../../../../base/bytes.ts';
import type { DhcpHost } from '../../config/model.ts';
import type { Exchange } from './exchange.ts';
import { hasHardware } from '../policy/hosts.ts';
import { DECLINE_REST_S } from '../policy/state.ts';

/** Why the address cannot be used, in dnsmasq's words; undefined when it can. */
export function fixedAddressObstacle(
  { environment, client }: Exchange,
  host: DhcpHost,
  address: Ipv4Address,
): string | undefined {
  const { leases, declined } = environment.state;
  const holder = leases.atAddress(address);
  if (
    holder !== undefined &&
    holder !== client.lease &&
    !hasHardware(host, holder.hardwareType, holder.hardwareAddress)
  ) {
    return `it is leased to ${toHex(holder.hardwareAddress, ':')}`;
  }
  if (client.subnets.some(({ router, local }) => router === address || local === address)) {
    return 'it is in use by the server or relay';
  }
  const declinedS = declined.get(host);
  if (declinedS !== undefined && environment.nowS() - declinedS < DECLINE_REST_S) return 'it was previously declined';
  return undefined;
}
