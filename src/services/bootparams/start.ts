/** Runs the boot parameter server and its portmapper on a server of the lab. */
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { BootparamsServer } from './bootparams-server.ts';

export function startBootparams(
  { bootparams, hosts }: ServiceSettings<'bootparams'>,
  { log, host, portmapper }: ServiceContext,
): RunningService {
  const router = (client: number): number => host.sourceFor(client) ?? 0;
  return { listen: () => new BootparamsServer({ log, bootparams, hosts, router, portmapper }).listen(host) };
}
