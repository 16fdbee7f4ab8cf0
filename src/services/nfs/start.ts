/** Runs the NFS server, its portmapper and its mount server on a server of the lab. */
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { NfsServer } from './nfs-server.ts';

export function startNfs(
  { exports, udp, vers2 }: ServiceSettings<'nfs'>,
  { log, host, files, portmapper }: ServiceContext,
): RunningService {
  const options = { log, files, exports, udp, vers2, portmapper, epochMs: LAB_EPOCH_MS };
  return { listen: () => new NfsServer(options).listen(host) };
}
