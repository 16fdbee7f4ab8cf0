/** How many TFTP transfers dnsmasq has at a time. */
import type { DnsmasqConfig } from '../config/model.ts';

const DEFAULT_MAX_TRANSFERS = 50;

/** `tftp-max`. */
export function wantedTransfers({ numbers }: DnsmasqConfig): number {
  return numbers.get('tftp-max')?.value ?? DEFAULT_MAX_TRANSFERS;
}

/** Each transfer has a port: there are no more than `tftp-port-range` has. */
export function maxTransfers(config: DnsmasqConfig): number {
  const [start, end] = config.tftpPortRange ?? [0, Infinity];
  return Math.min(wantedTransfers(config), end - start + 1);
}
