/** HTTP/1.1 over one connection, as UEFI firmware speaks it: one request at a time, five seconds for each answer. */
import type { Ipv4Address } from '../../../base/address.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { Clock } from '../../../base/time/clock.ts';
import { latin1 } from '../../../base/bytes.ts';
import { Inbox, takeWithin } from '../../../base/time/task.ts';
import type { Task } from '../../../base/time/task.ts';
import type { Host, TcpConnection, TcpError } from '../../../net/host/types.ts';
import type { HttpResponse } from '../../../protocols/http/codec.ts';
import { HttpParser } from '../../../protocols/http/parser.ts';
import type { HttpFraming } from '../../../protocols/http/parser.ts';

/** How long the next piece of an answer may take. */
export const HTTP_TIMEOUT_NS = 5 * NS_PER_S;
/** Longer than TCP itself tries (`EFI_TCP`). */
const CONNECT_TIMEOUT_NS = 120 * NS_PER_S;

/** TCP as EDK2 has it: no options but the segment size, and a minute of SYNs. */
export const EFI_TCP = {
  receiveWindow: 65535,
  sack: false,
  windowScale: false,
  timestamps: false,
  synOptions: ['mss'],
  synRetryNs: [3, 6, 12, 24, 15].map((seconds) => seconds * NS_PER_S),
} as const;
const AGENT = 'UefiHttpBoot/1.0';

/** `busy`: an earlier request of the connection is still waited for. */
export type HttpFailure = 'refused' | 'timeout' | 'broken' | 'busy';

export interface HttpAnswer {
  readonly head: HttpResponse;
  readonly framing: HttpFraming;
  /** Empty for HEAD. */
  readonly body: Uint8Array[];
}

type Happening =
  | { readonly kind: 'connected' | 'end' }
  | { readonly kind: 'head'; readonly head: HttpResponse; readonly framing: HttpFraming }
  | { readonly kind: 'body'; readonly data: Uint8Array }
  | { readonly kind: 'closed'; readonly error: TcpError | undefined };

export class EfiHttpClient {
  private readonly clock: Clock;
  private readonly connection: TcpConnection;
  private readonly happenings = new Inbox<Happening>();
  private readonly parser: HttpParser;
  private failure: HttpFailure | undefined;
  private isConnected = false;

  constructor(host: Host, server: Ipv4Address, port: number) {
    this.clock = host.clock;
    const { happenings } = this;
    this.parser = new HttpParser(
      { kind: 'response' },
      {
        onHead: (head, framing) => {
          if (head.kind === 'response') happenings.push({ kind: 'head', head, framing });
        },
        onBody: (data) => happenings.push({ kind: 'body', data: data.slice() }),
        onEnd: () => happenings.push({ kind: 'end' }),
      },
    );
    this.connection = host.connectTcp(server, port);
    this.connection.onConnect = () => happenings.push({ kind: 'connected' });
    this.connection.onData = (data) => {
      if (this.parser.push(data) !== undefined) happenings.push({ kind: 'closed', error: undefined });
    };
    this.connection.onEnd = () => void this.parser.end();
    this.connection.onClose = (error) => happenings.push({ kind: 'closed', error });
  }

  /** One request. `onBody` sees how much has come of an answer that is wanted; another's body is read and dropped. */
  *request(
    method: 'HEAD' | 'GET',
    target: string,
    hostField: string,
    onBody: (doneBytes: number) => Task<void>,
    isWanted: (head: HttpResponse) => boolean,
  ): Task<HttpAnswer | HttpFailure> {
    if (this.failure !== undefined) return this.failure;
    if (!this.isConnected) {
      const first = yield* this.next(CONNECT_TIMEOUT_NS);
      if (first.kind !== 'connected') return this.fail(first);
      this.isConnected = true;
    }
    this.parser.expectResponseTo(method);
    const fields = `Host: ${hostField}\r\nAccept: */*\r\nUser-Agent: ${AGENT}\r\n`;
    this.connection.write(latin1(`${method} ${target} HTTP/1.1\r\n${fields}\r\n`));
    const first = yield* this.next();
    if (first.kind !== 'head') return this.fail(first);
    const { head, framing } = first;
    const body: Uint8Array[] = [];
    let doneBytes = 0;
    const wanted = isWanted(head);
    for (;;) {
      const happening = yield* this.next();
      if (happening.kind === 'end') return { head, framing, body };
      if (happening.kind !== 'body') return this.fail(happening);
      if (!wanted) continue;
      body.push(happening.data);
      doneBytes += happening.data.length;
      yield* onBody(doneBytes);
    }
  }

  /** The firmware resets its connections. */
  close(): void {
    this.connection.onClose = undefined;
    this.connection.abort();
  }

  private *next(timeoutNs = HTTP_TIMEOUT_NS): Task<Happening | { readonly kind: 'timeout' }> {
    return (yield* takeWithin(this.clock, this.happenings, timeoutNs)) ?? { kind: 'timeout' };
  }

  private fail(happening: Happening | { readonly kind: 'timeout' }): HttpFailure {
    if (happening.kind === 'timeout') {
      this.failure = 'busy';
      return 'timeout';
    }
    this.failure = happening.kind === 'closed' && !this.isConnected ? 'refused' : 'broken';
    return this.failure;
  }
}
