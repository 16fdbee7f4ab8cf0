/** Runs ISC dhcpd on a server of the lab. */
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import { fromUtf8 } from '../../base/bytes.ts';
import { DHCP_SERVER_PORT } from '../../protocols/dhcp/codec.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext } from '../service.ts';
import { readDhcpdConfig } from './language/config.ts';
import { DhcpdServer } from './server.ts';

/** What its configuration file is called in messages. */
export const DHCPD_CONFIG_FILE = 'dhcpd.conf';

export interface RunningDhcpd extends RunningService {
  readonly server: DhcpdServer;
}

export function startDhcpd(settings: ServiceSettings<'dhcpd'>, context: ServiceContext): RunningDhcpd {
  const { clock, log, host, files } = context;
  const readFile = (path: string): string | undefined => {
    const given = settings.files[path] ?? settings.files[path.slice(path.lastIndexOf('/') + 1)];
    const bytes = given === undefined ? files.read(path) : undefined;
    return given ?? (bytes === undefined ? undefined : fromUtf8(bytes));
  };
  const config = readDhcpdConfig(settings.config, DHCPD_CONFIG_FILE, readFile);
  const server = new DhcpdServer({
    config,
    configText: settings.config,
    configFile: DHCPD_CONFIG_FILE,
    clock,
    log,
    host,
    epochS: LAB_EPOCH_MS / 1000,
    diskIsFull: files.isFull,
  });
  return {
    server,
    listen: () => server.listen(),
    udpPorts: [DHCP_SERVER_PORT],
    problems: [
      ...config.problems.map(({ file, line, message }) => ({ place: `dhcpd.config ${file}:${line}`, reason: message })),
      ...config.ignored.map(({ file, line, message }) => ({
        place: `dhcpd.config ${file}:${line}`,
        reason: message,
        isMinor: true,
      })),
    ],
  };
}
