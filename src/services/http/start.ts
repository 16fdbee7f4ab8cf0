/** Runs the HTTP server on a server of the lab. */
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { HttpServer } from './http-server.ts';

export function startHttp(
  settings: ServiceSettings<'http'>,
  { clock, log, host, files }: ServiceContext,
): RunningService {
  const server = new HttpServer({ clock, log, files, ...settings });
  return {
    listen: () => void host.listenTcp(settings.port, (connection) => server.accept(connection)),
    transferRoot: settings.root,
  };
}
