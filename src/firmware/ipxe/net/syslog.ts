/** The syslog console: every finished line goes to the server of the `syslog` setting (RFC 3164). */
import { latin1 } from '../../../base/bytes.ts';
import type { Ipxe } from '../ipxe.ts';
import { addressIn } from './link/netdev.ts';

const SYSLOG_PORT = 514;
/** Facility kernel (0), severity informational (6). */
const PRIORITY = 6;

export class SyslogConsole {
  private readonly ipxe: Ipxe;
  private line = '';

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
  }

  /** Takes console text as it is printed; control characters and sequences are left out. */
  feed(text: string): void {
    // oxlint-disable-next-line no-control-regex
    for (const character of text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')) {
      if (character === '\n') this.flush();
      else if (character === '\b') this.line = this.line.slice(0, -1);
      else if (character >= ' ') this.line += character;
    }
  }

  private flush(): void {
    const { line, ipxe } = this;
    this.line = '';
    const server = addressIn(ipxe.settings.get('syslog')?.raw);
    if (server === 0 || line === '') return;
    const host = ipxe.settings.getText('hostname');
    const text = `<${PRIORITY}>${host === undefined || host === '' ? '' : `${host} `}ipxe: ${line}`;
    const socket = ipxe.ip.host.openUdp();
    socket.send(server, SYSLOG_PORT, latin1(text));
    socket.close();
  }
}
