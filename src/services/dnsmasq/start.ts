/** Runs dnsmasq on a server of the lab. */
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { bindDnsmasq, serverInterfaces } from './bind.ts';
import { DnsmasqServer } from './server.ts';

/** What its configuration file is called in messages. */
export const CONFIG_FILE = 'dnsmasq.conf';

/** Whom Debian's service runs as, without a `user` line. */
const DEFAULT_USER = 'dnsmasq';

export interface RunningDnsmasq extends RunningService {
  readonly server: DnsmasqServer;
}

export function startDnsmasq(settings: ServiceSettings<'dnsmasq'>, context: ServiceContext): RunningDnsmasq {
  const { clock, rng, log, host, files } = context;
  const { config, hosts, leases, tftpWindowsize, tftpBytesPerSecond } = settings;
  for (const [path, text] of Object.entries(settings.files)) files.addFile(path, text);
  const server = new DnsmasqServer({
    config,
    configFile: CONFIG_FILE,
    clock,
    rng: rng.derive('dnsmasq'),
    log,
    interfaces: serverInterfaces(host),
    files,
    hosts,
    ...(leases === '' ? {} : { leases }),
    user: DEFAULT_USER,
    tftpWindowsize,
    tftpBytesPerSecond,
    epochS: LAB_EPOCH_MS / 1000,
    diskIsFull: files.isFull,
  });
  return {
    server,
    listen: () => void bindDnsmasq(server, host),
    udpPorts: server.ports,
    problems: server.parsed.errors.map(({ origin, message }) => ({
      place: origin === undefined ? 'dnsmasq.config' : `dnsmasq.config ${origin.file}:${origin.line}`,
      reason: message,
    })),
  };
}
