/** Runs the iSCSI targets of a server of the lab. */
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { IscsiServer } from './iscsi-server.ts';
import { makeTargets } from './targets.ts';

export function startIscsi(
  { port, targets: settings }: ServiceSettings<'iscsi'>,
  { log, rng, host, disks }: ServiceContext,
): RunningService {
  const { targets, problems } = makeTargets(settings, disks);
  const server = new IscsiServer(log, rng.derive('iscsi'), targets);
  return { listen: () => server.listen(host, port), problems };
}
