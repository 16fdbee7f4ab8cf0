/** PXE over IPv4 as UEFI firmware does it (EDK2; UEFI §24.3, PXE 2.1): an address, who says what to boot, the file. */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { fromCString } from '../../../base/bytes.ts';
import { NS_PER_MS } from '../../../base/time/clock.ts';
import type { Result } from '../../../base/result.ts';
import { sleep } from '../../../base/time/task.ts';
import type { Task } from '../../../base/time/task.ts';
import { collectOption } from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import { DISCOVERY_BOOTSTRAP_OVERRIDE } from '../../../protocols/pxe/vendor-options.ts';
import type { DhcpReply } from '../../clients/dhcp-client.ts';
import { decide, print, stage } from '../attempt.ts';
import type { Attempt, LoadedFile, Station } from '../attempt.ts';
import { MAX_MESSAGE, REQUEST_MAX_MESSAGE, clientOptions } from '../dhcp-options.ts';
import { configure, dora, explainChoice } from '../dora.ts';
import type { PxeChoice, PxeOffer } from './pxe-offers.ts';
import { readPxeOffer, selectPxeOffer } from './pxe-offers.ts';
import { efiMessage } from '../messages.ts';
import { LOCAL_BOOT } from '../../clients/boot-menu.ts';
import { chooseItem } from './pxe-menu.ts';
import { askService, discoverBootServer } from './pxe-service.ts';
import { EFI_PXE_ERRORS } from '../screen-texts.ts';
import { tftpLoad, tftpSize } from './tftp-load.ts';
import type { LoadFailure, TftpPlace } from './tftp-load.ts';

/** What the firmware does between a DHCPACK and its next request. */
const SETTLE_NS = 8 * NS_PER_MS;
const BETWEEN_TRANSFERS_NS = 8 * NS_PER_MS;

type Step<T> = Result<T, LoadFailure>;

function failed(code: LoadFailure['code'], detail: LoadFailure['detail']): { ok: false; error: LoadFailure } {
  return { ok: false, error: { code, detail } };
}

export function* bootByPxe(attempt: Attempt): Task<LoadedFile | undefined> {
  yield* print(attempt, '\n>>Start PXE over IPv4');
  stage(attempt, 'boot-option', efiMessage('efi.pxe-start', { arch: attempt.clientArch }), 'RFC 4578 §2.1');
  yield* print(attempt, '.');
  const loaded = yield* load(attempt);
  if (loaded.ok) return loaded.value;
  const { code, detail } = loaded.error;
  const error = `PXE-${code}: ${EFI_PXE_ERRORS[code]}`;
  yield* print(attempt, `\n  ${error}\n`);
  decide(attempt, code, efiMessage('efi.failed', { error, detail }), 'UEFI §24.3', 'error');
  return undefined;
}

function* load(attempt: Attempt): Task<Step<LoadedFile>> {
  if (!attempt.nic.port.linkUp) return failed('E12', efiMessage('efi.why-failed.no-link', { card: attempt.nic.name }));
  const found = yield* findPlace(attempt);
  if (!found.ok) return found;
  const place = found.value;
  const from = { file: place.file, server: formatIpv4(place.server) };
  stage(attempt, 'file-request', efiMessage('efi.file-request', from), 'RFC 1350 §2');
  yield* sleep(attempt.platform.clock, SETTLE_NS);
  const size = yield* tftpSize(attempt, place);
  const bytes = size.ok ? size.value : 0;
  yield* print(
    attempt,
    `\n  Server IP address is ${from.server}\n  NBP filename is ${place.file}\n  NBP filesize is ${bytes} Bytes`,
  );
  if (!size.ok) return size;
  yield* print(attempt, '\n Downloading NBP file...\n');
  if (bytes === 0) return failed('E99', efiMessage('efi.why-failed.empty', { file: place.file }));
  yield* sleep(attempt.platform.clock, BETWEEN_TRANSFERS_NS);
  const loaded = yield* tftpLoad(attempt, place);
  if (!loaded.ok) return loaded;
  const done = efiMessage('efi.file-done', { file: place.file, bytes: loaded.value.length });
  stage(attempt, 'file-done', done, 'RFC 1350 §6');
  yield* print(attempt, '\n  NBP file downloaded successfully.\n');
  return { ok: true, value: { name: place.file, bytes: loaded.value } };
}

function* findPlace(attempt: Attempt): Task<Step<TftpPlace>> {
  const kind = { client: 'PXEClient', arch: attempt.clientArch } as const;
  const { identity } = attempt.platform;
  let passedOver: ReturnType<typeof selectPxeOffer>['passedOver'] = [];
  const outcome = yield* dora<PxeChoice>(attempt, {
    discover: clientOptions(kind, identity, MAX_MESSAGE),
    request: clientOptions(kind, identity, REQUEST_MAX_MESSAGE),
    choose: (replies) => {
      const selection = selectPxeOffer(replies.map(readPxeOffer));
      ({ passedOver } = selection);
      return selection.chosen;
    },
  });
  const chosen = outcome.kind === 'bound' || outcome.kind === 'not-confirmed' ? outcome.chosen : undefined;
  explainChoice(attempt, chosen, passedOver, 'PXE 2.1 §2.2');
  switch (outcome.kind) {
    case 'silence':
      return failed('E18', efiMessage('efi.why-failed.silence'));
    case 'no-offer':
      return failed('E16', efiMessage('efi.why-failed.no-offer'));
    case 'not-confirmed': {
      const server = formatIpv4(outcome.chosen.reply.serverId);
      return failed('E18', efiMessage('efi.why-failed.not-confirmed', { server }));
    }
    case 'bound':
      break;
  }
  const station = configure(attempt, outcome.ack);
  yield* sleep(attempt.platform.clock, SETTLE_NS);
  const boot = yield* bootInformation(attempt, station, outcome.chosen, outcome.ack);
  yield* print(attempt, `\n  Station IP address is ${formatIpv4(station.ip)}\n`);
  if (!boot.ok) return boot;
  return yield* placeOf(attempt, station, boot.value);
}

/** The message that says what to boot: the acknowledgment, a ProxyDHCP's offer, or what comes from port 4011. */
function* bootInformation(attempt: Attempt, station: Station, chosen: PxeChoice, ack: DhcpReply): Task<Step<PxeOffer>> {
  const asked = chosen.proxies.length > 0 ? chosen.proxies : [chosen.offer];
  const [first] = asked;
  if (first !== undefined && first.kind !== 'service') {
    return { ok: true, value: first === chosen.offer ? readPxeOffer(ack) : first };
  }
  for (const { reply: pointer } of asked) {
    const reply = yield* askService(attempt, station, pointer);
    if (reply === undefined) continue;
    const offer = readPxeOffer(reply);
    if (offer.kind === 'discovery' || offer.bootFile !== '') return { ok: true, value: offer };
  }
  const server = asked.map(({ reply }) => formatIpv4(reply.serverId)).join(', ');
  return failed('E16', efiMessage('efi.why-failed.4011-silent', { server }));
}

function* placeOf(attempt: Attempt, station: Station, offer: PxeOffer): Task<Step<TftpPlace>> {
  const item = yield* chooseItem(attempt, offer);
  if (item === 'file' || offer.pxe === undefined) return fileOf(attempt, offer);
  if (item === LOCAL_BOOT) return failed('E21', efiMessage('efi.why-failed.local-boot'));
  const discovery = yield* discoverBootServer(attempt, station, offer.pxe, item);
  switch (discovery.kind) {
    case 'found':
      return fileOf(attempt, readPxeOffer(discovery.reply));
    case 'not-listed':
      return failed('E99', efiMessage('efi.why-failed.not-listed', { type: item }));
    case 'silence':
      return failed('E18', efiMessage('efi.why-failed.no-boot-server', { type: item }));
  }
}

function fileOf(attempt: Attempt, offer: PxeOffer): Step<TftpPlace> {
  const { bootFile: file, reply } = offer;
  if (file === '') return failed('E99', efiMessage('efi.why-failed.no-file', { server: formatIpv4(reply.serverId) }));
  return { ok: true, value: { server: fileServer(attempt, offer), file } };
}

/** The list's first server when there is no menu, else siaddr, else the server identifier. Option 66 is not read. */
function fileServer(attempt: Attempt, { reply, pxe }: PxeOffer): Ipv4Address {
  const { message, serverId } = reply;
  const overrides = ((pxe?.discoveryControl ?? 0) & DISCOVERY_BOOTSTRAP_OVERRIDE) !== 0;
  const listed = overrides ? pxe?.bootServers?.[0]?.addresses[0] : undefined;
  if (listed !== undefined) return listed;
  if (message.siaddr === 0) {
    const text = efiMessage('efi.server-by-option-54', { server: formatIpv4(serverId) });
    decide(attempt, 'server-by-option-54', text, 'RFC 2131 §2', 'note');
    return serverId;
  }
  const name = collectOption(message, DHCP_OPTION.tftpServerName);
  const server = formatIpv4(message.siaddr);
  if (name !== undefined && fromCString(name) !== server) {
    const text = efiMessage('efi.option-66-ignored', { name: fromCString(name), server });
    decide(attempt, 'option-66-ignored', text, 'RFC 2132 §9.4', 'note');
  }
  return message.siaddr;
}
