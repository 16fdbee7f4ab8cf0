/** Runs the NTP server on a server of the lab. */
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { NtpServer } from './ntp-server.ts';

export function startNtp({ kiss, ...settings }: ServiceSettings<'ntp'>, context: ServiceContext): RunningService {
  const { clock, log, host } = context;
  const refusal = kiss === undefined ? {} : { kiss };
  return { listen: () => new NtpServer({ clock, log, epochMs: LAB_EPOCH_MS, ...settings, ...refusal }).listen(host) };
}
