/** What runs for each service of `all.ts`. */
import { SERVICE_IDS, type ServiceId, type ServiceSettings } from './all.ts';
import { startAoe } from './aoe/start.ts';
import { startAtftpd } from './atftpd/start.ts';
import { startBootparams } from './bootparams/start.ts';
import { startDhcpd } from './dhcpd/start.ts';
import { startDnsmasq } from './dnsmasq/start.ts';
import { startFcoe } from './fcoe/start.ts';
import { startFtp } from './ftp/start.ts';
import { startHttp } from './http/start.ts';
import { startIscsi } from './iscsi/start.ts';
import { startNfs } from './nfs/start.ts';
import { startNtp } from './ntp/start.ts';
import { startRarp } from './rarp/start.ts';
import { Portmapper } from './rpc/portmapper.ts';
import type { RunningService, ServiceContext } from './service.ts';
import { startSlamd } from './slamd/start.ts';
import { startSyslog } from './syslog/start.ts';

const STARTERS = {
  dnsmasq: startDnsmasq,
  dhcpd: startDhcpd,
  http: startHttp,
  ftp: startFtp,
  nfs: startNfs,
  ntp: startNtp,
  syslog: startSyslog,
  iscsi: startIscsi,
  aoe: startAoe,
  fcoe: startFcoe,
  rarp: startRarp,
  bootparams: startBootparams,
  atftpd: startAtftpd,
  slamd: startSlamd,
} as const satisfies { readonly [Id in ServiceId]: Starter<Id> };

type Starter<Id extends ServiceId> = (settings: ServiceSettings<Id>, context: ServiceContext) => RunningService;

/** A server's services as they run, by id. */
export type RunningServices = { readonly [Id in ServiceId]?: ReturnType<(typeof STARTERS)[Id]> };

/** Makes the services that settings are given for, in their order; none listens yet. */
export function startServices(
  settings: { readonly [Id in ServiceId]?: ServiceSettings<Id> | undefined },
  given: Omit<ServiceContext, 'portmapper'>,
): RunningServices {
  const context: ServiceContext = { ...given, portmapper: new Portmapper(given.log) };
  const start = <Id extends ServiceId>(id: Id): readonly [Id, RunningService] | undefined => {
    const own = settings[id];
    // The compiler does not see that id and starter belong together.
    const starter = STARTERS[id] as unknown as Starter<Id>;
    return own === undefined ? undefined : [id, starter(own, context)];
  };
  return Object.fromEntries(SERVICE_IDS.map((id) => start(id)).filter((started) => started !== undefined));
}
