/** The services that a server can run, in the order in which they are listed. A service is added by one line here and one in `starters.ts`. */
import type * as z from 'zod/mini';
import { aoeService } from './aoe/service.ts';
import { atftpdService } from './atftpd/service.ts';
import { bootparamsService } from './bootparams/service.ts';
import { dhcpdService } from './dhcpd/service.ts';
import { dnsmasqService } from './dnsmasq/service.ts';
import { fcoeService } from './fcoe/service.ts';
import { ftpService } from './ftp/service.ts';
import { httpService } from './http/service.ts';
import { iscsiService } from './iscsi/service.ts';
import { nfsService } from './nfs/service.ts';
import { ntpService } from './ntp/service.ts';
import { rarpService } from './rarp/service.ts';
import { slamdService } from './slamd/service.ts';
import { syslogService } from './syslog/service.ts';

export const SERVICES = {
  dnsmasq: dnsmasqService,
  dhcpd: dhcpdService,
  http: httpService,
  ftp: ftpService,
  nfs: nfsService,
  ntp: ntpService,
  syslog: syslogService,
  iscsi: iscsiService,
  aoe: aoeService,
  fcoe: fcoeService,
  rarp: rarpService,
  bootparams: bootparamsService,
  atftpd: atftpdService,
  slamd: slamdService,
} as const;

export type ServiceId = keyof typeof SERVICES;
export type ServiceSettings<Id extends ServiceId> = z.output<(typeof SERVICES)[Id]['settings']>;

export const SERVICE_IDS = Object.keys(SERVICES) as ServiceId[];

export function isServiceId(id: string): id is ServiceId {
  return Object.hasOwn(SERVICES, id);
}

/** The services that are given settings, in their order. */
export function servicesOf({
  services,
}: {
  readonly services: { readonly [Id in ServiceId]?: unknown };
}): readonly ServiceId[] {
  return SERVICE_IDS.filter((id) => services[id] !== undefined);
}

type UnionToIntersection<U> = (U extends unknown ? (part: U) => void : never) extends (whole: infer I) => void
  ? I
  : never;

/** The texts of all services, in English. */
export const SERVICE_TEXTS = Object.assign(
  {},
  ...Object.values(SERVICES).map(({ texts }) => texts),
) as UnionToIntersection<(typeof SERVICES)[ServiceId]['texts']>;
