/** Runs the HTTP server on a server of the lab, with HTTPS where its settings say so. */
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import { NS_PER_MS } from '../../base/time/clock.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { HttpServer } from './http-server.ts';
import { httpsAcceptor } from './https.ts';
import { LabResponder } from './ocsp.ts';

export function startHttp(
  { https, ocsp, ...settings }: ServiceSettings<'http'>,
  context: ServiceContext,
): RunningService {
  const { clock, log, host, files, certificates, rng } = context;
  const nowMs = (): number => LAB_EPOCH_MS + Math.floor(clock.nowNs / NS_PER_MS);
  const responder = new LabResponder(certificates, rng.derive('ocsp'), nowMs);
  const server = new HttpServer({
    clock,
    log,
    files,
    ...settings,
    ...(ocsp === undefined ? {} : { ocsp: { path: ocsp, responder } }),
  });
  const secure = https === undefined ? undefined : httpsAcceptor(https, context, { nowMs, responder });
  return {
    listen: () => {
      host.listenTcp(settings.port, (connection) => server.accept(connection));
      if (https === undefined || secure === undefined || secure.problems.length > 0) return;
      host.listenTcp(https.port, (connection) => server.accept(secure.accept(connection)));
    },
    problems: secure?.problems ?? [],
    transferRoot: settings.root,
  };
}
