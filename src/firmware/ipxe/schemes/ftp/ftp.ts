/** FTP downloads (RFC 959): log in, binary type, passive data connection, RETR. */
import { downloadScheme } from '../scheme.ts';
import { fromLatin1 } from '../../../../base/bytes.ts';
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { encodeFtpCommand, FTP_PORT, parseHostPort } from '../../../../protocols/ftp/codec.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { Outcome } from '../../settings/types.ts';
import { resolveHost } from '../../net/dns.ts';
import type { Progress } from '../../net/transfer/job.ts';
import { connect, tcpStatus, TcpStream } from '../../net/transfer/tcp-stream.ts';
import { Collector } from '../collector.ts';
import { decodedPath, type Uri } from '../../net/transfer/uri.ts';

class Control {
  private readonly stream: TcpStream;
  private text = '';

  constructor(stream: TcpStream) {
    this.stream = stream;
  }

  send(verb: string, argument = ''): void {
    this.stream.write(encodeFtpCommand({ verb, argument }));
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

function* ftpGet(ipxe: Ipxe, uri: Uri, progress: Progress): Task<Outcome<Uint8Array>> {
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
    const steps: readonly (readonly [verb: string, argument: string, expected: RegExp])[] = [
      ['USER', uri.user ?? 'anonymous', /^[23]/],
      ['PASS', uri.password ?? 'ipxe@ipxe.org', /^2/],
      ['TYPE', 'I', /^2/],
      ['PASV', '', /^2/],
    ];
    let last = '';
    for (const [verb, argument, expected] of steps) {
      control.send(verb, argument);
      const reply = yield* control.reply();
      if (!reply.ok) return reply;
      if (!expected.test(reply.value)) return err(Err.ftpProtocol);
      last = reply.value;
    }
    const passive = parseHostPort(last);
    if (passive === undefined) return err(Err.ftpProtocol);
    data = new TcpStream(ipxe, passive.address, passive.port);
    const opened: Status = yield* connect(data, progress);
    if (opened !== OK) return err(opened);
    control.send('RETR', (decodedPath(uri) ?? '/').replace(/^\//, ''));
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

export const ftpScheme = downloadScheme('ftp', 'DOWNLOAD_PROTO_FTP', ftpGet);
