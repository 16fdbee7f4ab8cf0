/** Runs the syslog server on a server of the lab. */
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { SyslogServer } from './syslog-server.ts';

export function startSyslog({ port }: ServiceSettings<'syslog'>, { clock, log, host }: ServiceContext): RunningService {
  return { listen: () => new SyslogServer({ clock, log, epochMs: LAB_EPOCH_MS }).listen(host, port) };
}
