/** Runs atftpd on a server of the lab. */
import { parseIpv4 } from '../../base/address.ts';
import { isMulticastIp } from '../../net/igmp-frame.ts';
import { TFTP_PORT } from '../../protocols/tftp/codec.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext, ServiceProblem } from '../service.ts';
import { AtftpdServer } from './atftpd-server.ts';
import { atftpdMessage } from './messages.ts';
import { parseGroupAddresses, parseGroupPorts } from './group-pool.ts';

export function startAtftpd(settings: ServiceSettings<'atftpd'>, context: ServiceContext): RunningService {
  const { mcastAddr, mcastPort, mcastTtl, ...rest } = settings;
  const { clock, log, host, files } = context;
  const groups = parseGroupAddresses(mcastAddr);
  const ports = parseGroupPorts(mcastPort);
  const problems: ServiceProblem[] = [];
  if (groups === undefined) {
    problems.push({ place: 'atftpd.mcastAddr', reason: atftpdMessage('atftpd.not-groups', { value: mcastAddr }) });
  }
  if (ports === undefined) {
    problems.push({ place: 'atftpd.mcastPort', reason: atftpdMessage('atftpd.not-ports', { value: mcastPort }) });
  }
  settings.mtftp.forEach(({ group }, i) => {
    if (!isMulticastIp(parseIpv4(group) ?? 0)) {
      problems.push({
        place: `atftpd.mtftp.${i}.group`,
        reason: atftpdMessage('atftpd.not-a-group', { value: group }),
      });
    }
  });
  return {
    problems,
    transferRoot: settings.root,
    udpPorts: [TFTP_PORT],
    listen() {
      if (groups === undefined || ports === undefined || problems.length > 0) return;
      new AtftpdServer({ clock, log, files, groups, ports, ttl: mcastTtl, ...rest }).listen(host);
    },
  };
}
