/** Runs the SLAM server on a server of the lab. */
import { slamdMessage } from './messages.ts';
import { parseIpv4 } from '../../base/address.ts';
import { isMulticastIp } from '../../net/igmp-frame.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext, ServiceProblem } from '../service.ts';
import { SlamdServer } from './slamd-server.ts';

export function startSlamd(settings: ServiceSettings<'slamd'>, context: ServiceContext): RunningService {
  const { clock, log, host, files } = context;
  const { file, group: groupText, ...rest } = settings;
  const group = parseIpv4(groupText) ?? 0;
  const problems: ServiceProblem[] = isMulticastIp(group)
    ? []
    : [{ place: 'slamd.group', reason: slamdMessage('slamd.no-group', { group: groupText }) }];
  return {
    problems,
    listen() {
      const content = files.open(file);
      if (content === undefined || problems.length > 0) return;
      new SlamdServer({ clock, log, content, group, ...rest }).listen(host);
    },
  };
}
