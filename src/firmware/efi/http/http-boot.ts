/** HTTP boot over IPv4 as UEFI firmware does it (EDK2; UEFI §24.7): an address and a URI by DHCP, HEAD, then GET. */
import { formatIpv4, parseIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { concatBytes } from '../../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time/clock.ts';
import type { Message } from '../../../base/sentence.ts';
import { sleep, takeWithin } from '../../../base/time/task.ts';
import type { Task } from '../../../base/time/task.ts';
import { DNS_PORT, DNS_TYPE, decodeDns, dnsQuery, encodeDns } from '../../../protocols/dns/codec.ts';
import { HTTP_PORT, httpField, httpReason } from '../../../protocols/http/codec.ts';
import type { HttpResponse } from '../../../protocols/http/codec.ts';
import { decide, print, stage } from '../attempt.ts';
import type { Attempt, LoadedFile } from '../attempt.ts';
import { MAX_MESSAGE, clientOptions } from '../dhcp-options.ts';
import { configure, dora, explainChoice } from '../dora.ts';
import { EfiHttpClient, HTTP_TIMEOUT_NS } from './http-client.ts';
import type { HttpAnswer, HttpFailure } from './http-client.ts';
import { selectHttpOffer } from './http-offers.ts';
import type { HttpChoice } from './http-offers.ts';
import { readHttpUrl } from './http-url.ts';
import { efiMessage } from '../messages.ts';
import { EFI_HTTP_ERRORS } from '../screen-texts.ts';
import type { EfiHttpErrorCode } from '../screen-texts.ts';

/** What the firmware does between a DHCPACK and its next request. */
const SETTLE_NS = 60 * NS_PER_MS;
const RULE = 'UEFI §24.7';

interface Failure {
  readonly code: EfiHttpErrorCode;
  /** The size of the file could not be found out, which is said first. */
  readonly isSizeUnknown: boolean;
  readonly detail: Message;
}

type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

function failed(code: EfiHttpErrorCode, detail: Message, isSizeUnknown = true): { ok: false; error: Failure } {
  return { ok: false, error: { code, detail, isSizeUnknown } };
}

export function* bootByHttp(attempt: Attempt): Task<LoadedFile | undefined> {
  yield* print(attempt, '\n>>Start HTTP Boot over IPv4');
  stage(attempt, 'boot-option', efiMessage('efi.http-start', { arch: attempt.clientArch }), RULE);
  const loaded = yield* load(attempt);
  if (loaded.ok) return loaded.value;
  const { code, detail, isSizeUnknown } = loaded.error;
  if (isSizeUnknown) yield* print(attempt, `\n  Error: ${EFI_HTTP_ERRORS['no-size']}\n`);
  const error = `Error: ${EFI_HTTP_ERRORS[code]}`;
  yield* print(attempt, `\n  ${error}\n`);
  decide(attempt, `http-${code}`, efiMessage('efi.failed', { error, detail }), RULE, 'error');
  return undefined;
}

function* load(attempt: Attempt): Task<Step<LoadedFile>> {
  if (!attempt.nic.port.linkUp)
    return failed('device', efiMessage('efi.why-failed.no-link', { card: attempt.nic.name }), false);
  const found = yield* findUri(attempt);
  if (!found.ok) return found;
  const { uri, dnsServers } = found.value;
  const url = readHttpUrl(uri);
  if (url?.scheme !== 'http') {
    yield* print(attempt, '\n  Error: Invalid URI address.\n');
    return failed('unexpected', efiMessage('efi.why-not.bad-uri', { file: uri }));
  }
  const { host, port = HTTP_PORT, target } = url;
  const hostField = port === HTTP_PORT ? host : `${host}:${port}`;
  const transfer = new HttpTransfer(attempt, { uri, host, port, hostField, target, dnsServers });
  try {
    return yield* transfer.load();
  } finally {
    transfer.close();
  }
}

function* findUri(attempt: Attempt): Task<Step<HttpChoice>> {
  const options = clientOptions(
    { client: 'HTTPClient', arch: attempt.clientArch },
    attempt.platform.identity,
    MAX_MESSAGE,
  );
  let passedOver: ReturnType<typeof selectHttpOffer>['passedOver'] = [];
  const outcome = yield* dora<HttpChoice>(attempt, {
    discover: options,
    request: options,
    choose: (replies) => {
      const selection = selectHttpOffer(replies);
      ({ passedOver } = selection);
      return selection.chosen;
    },
    // A dot for each message, but for those that are sent again.
    onMessage: () => print(attempt, '.'),
  });
  const chosen = outcome.kind === 'bound' || outcome.kind === 'not-confirmed' ? outcome.chosen : undefined;
  explainChoice(attempt, chosen, passedOver, RULE);
  switch (outcome.kind) {
    case 'silence':
      return failed('timeout', efiMessage('efi.why-failed.silence'));
    case 'no-offer':
      return failed('timeout', efiMessage('efi.why-failed.no-offer'));
    case 'not-confirmed': {
      const server = formatIpv4(outcome.chosen.reply.serverId);
      return failed('timeout', efiMessage('efi.why-failed.not-confirmed', { server }));
    }
    case 'bound':
      break;
  }
  const { ip } = configure(attempt, outcome.ack);
  yield* sleep(attempt.platform.clock, SETTLE_NS);
  yield* print(attempt, `\n  Station IP address is ${formatIpv4(ip)}\n`);
  yield* sleep(attempt.platform.clock, SETTLE_NS);
  return { ok: true, value: outcome.chosen };
}

interface Target {
  readonly uri: string;
  readonly host: string;
  readonly port: number;
  readonly hostField: string;
  readonly target: string;
  readonly dnsServers: readonly Ipv4Address[];
}

class HttpTransfer {
  private readonly attempt: Attempt;
  private readonly to: Target;
  private client: EfiHttpClient | undefined;
  private server = '';

  constructor(attempt: Attempt, to: Target) {
    this.attempt = attempt;
    this.to = to;
  }

  close(): void {
    this.client?.close();
  }

  *load(): Task<Step<LoadedFile>> {
    const { uri } = this.to;
    const head = yield* this.ask('HEAD', undefined);
    let size = head.ok ? sizeOf(head.value.head) : undefined;
    if (size === undefined) {
      // The size may be known from the answer to GET, or by counting.
      const got = yield* this.ask('GET', undefined);
      if (!got.ok) return got;
      if (got.value.framing.kind === 'chunked') return yield* this.loaded(got.value);
      // Seen with EDK2 2022.11: it reads into a buffer that it has not got, without end.
      decide(this.attempt, 'http-hangs', efiMessage('efi.http-hangs', { uri }), RULE, 'error');
      yield () => () => {};
      size = 0;
    }
    const text = efiMessage('efi.http-size', { uri, bytes: size });
    decide(this.attempt, 'http-size', text, 'RFC 9110 §8.6');
    const got = yield* this.ask('GET', size);
    return got.ok ? yield* this.loaded(got.value) : got;
  }

  // oxlint-disable-next-line require-yield -- nothing to wait for
  private *loaded({ body }: HttpAnswer): Task<Step<LoadedFile>> {
    const { uri } = this.to;
    const bytes = concatBytes(body);
    const done = efiMessage('efi.file-done', { file: uri, bytes: bytes.length });
    stage(this.attempt, 'file-done', done, 'RFC 9110 §9.3.1');
    return { ok: true, value: { name: uri, bytes } };
  }

  /** A request whose answer is a file that the firmware would start. With a size the body is wanted. */
  private *ask(method: 'HEAD' | 'GET', size: number | undefined): Task<Step<HttpAnswer>> {
    const { attempt, to } = this;
    const { uri, target, hostField } = to;
    stage(attempt, 'file-request', efiMessage('efi.http-request', { method, uri }), 'RFC 9110 §9.3');
    const ready = yield* this.connected();
    if (method === 'GET') yield* print(attempt, `\n  URI: ${uri}\n`);
    if (!ready.ok) return ready;
    let shown = -1;
    const onBody = function* (doneBytes: number): Task<void> {
      if (size === undefined) return yield* print(attempt, `\r  Downloading...${doneBytes} Bytes`);
      const percent = size === 0 ? 100 : Math.floor((doneBytes * 100) / size);
      if (percent === shown) return;
      shown = percent;
      yield* print(attempt, `\r  Downloading...${percent}%`);
    };
    const isWanted = (head: HttpResponse): boolean =>
      isGood(head) && isImage(uri, head) && (method === 'HEAD' || size !== undefined || sizeOf(head) === undefined);
    if (size !== undefined) yield* print(attempt, `  File Size: ${size} Bytes\n`);
    const answer = yield* ready.value.request(method, target, hostField, onBody, isWanted);
    if (typeof answer === 'string') return this.broken(answer);
    return yield* this.judge(answer);
  }

  private *judge(answer: HttpAnswer): Task<Step<HttpAnswer>> {
    const { attempt, to, server } = this;
    const { head } = answer;
    const { status } = head;
    const { uri } = to;
    const location = httpField(head, 'Location');
    if (status >= 300 && status < 400 && location !== undefined) {
      yield* print(attempt, `\n  HTTP ERROR: Resource Redirected.\n  New Location: ${location}\n`);
      decide(attempt, 'http-redirect', efiMessage('efi.http-redirect', { uri, location }), 'RFC 9110 §15.4', 'warn');
    }
    if (!isGood(head)) {
      const kind = status < 400 ? 'Redirection' : status < 500 ? 'Client Error' : 'Server Error';
      yield* print(attempt, `\n\n  ${kind}: ${status} ${httpReason(status)}`);
      const detail = efiMessage('efi.why-failed.http-status', { server, status, uri });
      return failed(status === 401 ? 'denied' : 'unexpected', detail);
    }
    if (!isImage(uri, head)) return failed('unexpected', efiMessage('efi.image.type'));
    return { ok: true, value: answer };
  }

  private broken(failure: HttpFailure): Step<never> {
    const { server } = this;
    if (failure === 'timeout' || failure === 'busy') {
      const code = failure === 'busy' ? 'denied' : 'timeout';
      return failed(code, efiMessage('efi.why-failed.http-silent', { server }));
    }
    const id = failure === 'refused' ? 'efi.why-failed.connect' : 'efi.why-failed.http-broken';
    return failed('unexpected', efiMessage(id, { server }));
  }

  /** One connection for all requests. A name is asked for at each request until it is known. */
  private *connected(): Task<Step<EfiHttpClient>> {
    if (this.client !== undefined) return { ok: true, value: this.client };
    const { attempt, to } = this;
    const address = parseIpv4(to.host) ?? (yield* resolve(attempt, to.host, to.dnsServers));
    if (address === undefined) return failed('timeout', efiMessage('efi.why-failed.dns', { name: to.host }));
    this.server = formatIpv4(address);
    this.client = new EfiHttpClient(attempt.host, address, to.port);
    return { ok: true, value: this.client };
  }
}

const DNS_TIMEOUT_NS = 3 * NS_PER_S;

/** Asks the first server, once. When it knows no address, the request that waits for one still takes its time. */
function* resolve(attempt: Attempt, name: string, servers: readonly Ipv4Address[]): Task<Ipv4Address | undefined> {
  const { platform, host, nic } = attempt;
  const [server] = servers;
  if (server === undefined) return undefined;
  const startNs = platform.clock.nowNs;
  const socket = host.openUdp({ interfaceName: nic.name });
  const id = platform.rng.below(0x10000);
  const text = efiMessage('efi.dns-request', { name, server: formatIpv4(server) });
  decide(attempt, 'dns-request', text, 'RFC 1035 §4.1');
  socket.send(server, DNS_PORT, encodeDns(dnsQuery(id, name, DNS_TYPE.a)));
  try {
    for (;;) {
      const leftNs = startNs + DNS_TIMEOUT_NS - platform.clock.nowNs;
      const datagram = leftNs <= 0 ? undefined : yield* takeWithin(platform.clock, socket.inbox, leftNs);
      if (datagram === undefined) return undefined;
      const decoded = decodeDns(datagram.data);
      if (!decoded.ok || decoded.value.id !== id) continue;
      for (const { data } of decoded.value.answers) {
        if (data.kind !== 'a') continue;
        const answer = efiMessage('efi.dns-answer', { name, address: formatIpv4(data.address) });
        decide(attempt, 'dns-answer', answer, 'RFC 1035 §4.1');
        return data.address;
      }
      yield* sleep(platform.clock, startNs + HTTP_TIMEOUT_NS - platform.clock.nowNs);
      return undefined;
    }
  } finally {
    socket.close();
  }
}

function isGood({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

function sizeOf(head: HttpResponse): number | undefined {
  const text = httpField(head, 'Content-Length');
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

const IMAGE_TYPES: readonly string[] = ['application/efi', 'application/vnd.efi-iso', 'application/vnd.efi-img'];

/** The firmware goes by the type that the server gives, else by the end of the name (UEFI §24.7.3.1). */
function isImage(uri: string, head: HttpResponse): boolean {
  const type = httpField(head, 'Content-Type')?.toLowerCase();
  if (type !== undefined && IMAGE_TYPES.includes(type)) return true;
  return /\.(efi|iso|img)$/i.test(readHttpUrl(uri)?.path ?? '');
}
