/** The services that a server runs, in the order in which they are named. */
import type { ServerNode } from '../../scenario/schema.ts';

export type ServiceId = keyof ServerNode['services'];

export const SERVICES: readonly ServiceId[] = ['dnsmasq', 'http', 'ftp', 'nfs', 'ntp', 'syslog'];

export const SERVICE_NAMES: Readonly<Record<ServiceId, string>> = {
  dnsmasq: 'dnsmasq',
  http: 'HTTP',
  ftp: 'FTP',
  nfs: 'NFS',
  ntp: 'NTP',
  syslog: 'syslog',
};

export function servicesOf({ services }: ServerNode): readonly ServiceId[] {
  return SERVICES.filter((id) => services[id] !== undefined);
}
