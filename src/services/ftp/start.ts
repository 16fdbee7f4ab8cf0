/** Runs the FTP server on a server of the lab. */
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { FtpServer } from './ftp-server.ts';

export function startFtp(settings: ServiceSettings<'ftp'>, context: ServiceContext): RunningService {
  const server = new FtpServer({ ...context, ...settings, rng: context.rng.derive('ftp'), epochMs: LAB_EPOCH_MS });
  return {
    listen: () => void context.host.listenTcp(settings.port, (connection) => server.accept(connection)),
  };
}
