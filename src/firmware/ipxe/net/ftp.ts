/** FTP downloads (RFC 959): log in, binary type, passive data connection, RETR. */
import { fromLatin1, latin1 } from '../../../base/bytes.ts';
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { resolveHost } from './dns.ts';
import { connect } from './http.ts';
import type { Progress } from './job.ts';
import { TcpStream } from './tcp-stream.ts';
import { Collector, tcpStatus } from './transfer.ts';
import type { Uri } from './uri.ts';

const FTP_PORT = 21;

class Control {
  private readonly stream: TcpStream;
  private text = '';

  constructor(stream: TcpStream) {
    this.stream = stream;
  }

  send(line: string): void {
    this.stream.write(latin1(`${line}\r\n`));
  }

  /** The next reply: its last line, after those of a multi-line reply (RFC 959 §4.2). */
  *reply(): Task<Outcome<string>> {
    for (;;) {
      const end = this.text.indexOf('\n');
      if (end >= 0) {
        const line = this.text.slice(0, end).replace(/\r$/, '');
        this.text = this.text.slice(end + 1);
        if (/^\d{3}( |$)/.test(line)) return ok(line);
        continue;
      }
      const event = yield* this.stream.next();
      if (event.kind === 'data') this.text += fromLatin1(event.data);
      else if (event.kind !== 'connected') return err(Err.tcpReset);
    }
  }
}

export function* ftpGet(ipxe: Ipxe, uri: Uri, progress: Progress): Task<Outcome<Uint8Array>> {
  const address = yield* resolveHost(ipxe, uri.host ?? '', progress);
  if (!address.ok) return address;
  const stream = new TcpStream(ipxe, address.value, uri.port ?? FTP_PORT);
  let data: TcpStream | undefined;
  let isDone = false;
  try {
    const status = yield* connect(stream, progress);
    if (status !== OK) return err(status);
    const control = new Control(stream);
    const greeting = yield* control.reply();
    if (!greeting.ok) return greeting;
    const steps: readonly (readonly [command: string, expected: RegExp])[] = [
      [`USER ${uri.user ?? 'anonymous'}`, /^[23]/],
      [`PASS ${uri.password ?? 'ipxe@ipxe.org'}`, /^2/],
      ['TYPE I', /^2/],
      ['PASV', /^2/],
    ];
    let last = '';
    for (const [command, expected] of steps) {
      control.send(command);
      const reply = yield* control.reply();
      if (!reply.ok) return reply;
      if (!expected.test(reply.value)) return err(Err.ftpProtocol);
      last = reply.value;
    }
    // RFC 959 §4.1.2: h1,h2,h3,h4,p1,p2.
    const passive = /(\d+),(\d+),(\d+),(\d+),(\d+),(\d+)/.exec(last);
    if (passive === null) return err(Err.ftpProtocol);
    const [h1, h2, h3, h4, p1, p2] = passive.slice(1).map(Number);
    data = new TcpStream(ipxe, ((h1 << 24) | (h2 << 16) | (h3 << 8) | h4) >>> 0, p1 * 256 + p2);
    const opened: Status = yield* connect(data, progress);
    if (opened !== OK) return err(opened);
    control.send(`RETR ${(uri.path ?? '/').replace(/^\//, '')}`);
    const begun = yield* control.reply();
    if (!begun.ok) return begun;
    if (!begun.value.startsWith('1')) return err(Err.ftpProtocol);
    const collector = new Collector(progress);
    for (;;) {
      const event = yield* data.next();
      if (event.kind === 'data') collector.add(event.data);
      else if (event.kind === 'end') break;
      else if (event.kind === 'closed') {
        if (event.error !== undefined) return err(tcpStatus(event.error));
        break;
      }
    }
    data.close();
    const finished = yield* control.reply();
    if (!finished.ok) return finished;
    if (!finished.value.startsWith('2')) return err(Err.ftpProtocol);
    control.send('QUIT');
    stream.close();
    isDone = true;
    return ok(collector.bytes);
  } finally {
    if (!isDone) {
      data?.abort();
      stream.abort();
    }
  }
}
