/** Runs the RARP server on all cards of a server of the lab. */
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { RarpServer } from './rarp-server.ts';

export function startRarp(
  settings: ServiceSettings<'rarp'>,
  { log, host, files }: Pick<ServiceContext, 'log' | 'host' | 'files'>,
): RunningService {
  const { bootFolder, ...rest } = settings;
  return { listen: () => new RarpServer({ log, files, bootFolder, ...rest }).listen(host) };
}
