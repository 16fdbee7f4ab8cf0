/**
 * The personality `pxe`: a plain PXE 2.1 boot ROM, as network cards carry it. It gets an address, finds out what
 * to boot, loads it and enters it; every end without a program has a PXE-Exx message.
 */
import { formatIpv4, formatMac, parseIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import { fromCString, latin1 } from '../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { after } from '../../base/time/task.ts';
import type { Task } from '../../base/time/task.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import { collectOption } from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { DhcpClient } from '../clients/dhcp-client.ts';
import type { OptionValue } from '../clients/dhcp-client.ts';
import { multicastGet } from '../clients/multicast-client.ts';
import { race } from '../clients/race.ts';
import type { BootOutcome, Personality, Platform, PlatformNic, PxeContext } from '../platform.ts';
import { getAddress } from './address.ts';
import type { Addressed } from './address.ts';
import { decide, failed, print, stage } from './attempt.ts';
import type { Attempt, PxeRomOptions, Step } from './attempt.ts';
import { discoverBootServer } from './boot-server.ts';
import { NBP_ADDRESS } from '../platform.ts';
import { loadBootFile } from './download.ts';
import { LOCAL_BOOT } from '../clients/boot-menu.ts';
import { chooseItem } from './menu.ts';
import { PXE_ERRORS } from './errors.ts';
import type { PxeError } from './errors.ts';
import { discoveryOf } from './offers.ts';
import type { Offer } from './offers.ts';
import { pxeMessage } from './messages.ts';
import { verbatim, type Message } from '../../base/sentence.ts';
import { tftpHabits } from './quirks.ts';

const DEFAULTS: PxeRomOptions = {
  banner: 'Netboot Lab PXE boot ROM, PXE 2.1',
  blksize: 1456,
  windowsize: 1,
  quirks: [],
};

/** How long a cable may take to come up. */
const LINK_TIMEOUT_NS = 3 * NS_PER_S;
const LINK_POLL_NS = 250 * NS_PER_MS;
const SPINNER = ['-', '\\', '|', '/'];
const SPIN_NS = 250 * NS_PER_MS;

/** Parameter request list (option 55) of PXE 2.1 clients: what the spec names, then what ROMs ask for beside it. */
const PARAMETERS = [
  1, 2, 3, 4, 5, 6, 11, 12, 13, 15, 16, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 128, 129,
  130, 131, 132, 133, 134, 135,
];

export function createPxeRom(options: Partial<PxeRomOptions> = {}): Personality {
  const rom = { ...DEFAULTS, ...options };
  return {
    id: 'pxe',
    *init(platform) {
      yield* platform.console.write(`${rom.banner}\n`);
    },
    boot: (platform) => bootFromNetwork(platform, rom),
  };
}

function* bootFromNetwork(platform: Platform, rom: PxeRomOptions): Task<BootOutcome> {
  let reason = pxeMessage('pxe.no-card');
  for (const nic of platform.nics) {
    const host = new HostStack({
      name: platform.name,
      clock: platform.clock,
      rng: platform.rng.derive(`pxe-${nic.name}`),
      log: platform.log,
    });
    try {
      const outcome = yield* bootFromCard(platform, rom, nic, host);
      if (outcome.kind !== 'next-device') return outcome;
      reason = outcome.reason;
    } finally {
      host.close();
    }
  }
  return { kind: 'next-device', reason };
}

function* bootFromCard(platform: Platform, rom: PxeRomOptions, nic: PlatformNic, host: HostStack): Task<BootOutcome> {
  const { clock } = platform;
  host.addInterface({ name: nic.name, port: nic.port, mac: nic.mac });
  const socket = host.openUdp({ port: 68, interfaceName: nic.name });
  const dhcp = new DhcpClient({
    clock,
    rng: platform.rng.derive(`dhcp-${nic.name}`),
    socket,
    interfaceName: nic.name,
    mac: nic.mac,
    broadcast: true,
    // PXE 2.1 §2.2: clients send the whole minimum of RFC 2131 §2, less the headers.
    minimumLength: 548,
  });
  const attempt: Attempt = { platform, rom, nic, host, dhcp, options: requestOptions(platform, rom) };
  const mac = formatMac(nic.mac).toUpperCase().replaceAll(':', ' ');
  yield* print(attempt, `\nCLIENT MAC ADDR: ${mac}  GUID: ${platform.identity.uuid.toUpperCase()}\n`);

  const found = yield* findFile(attempt);
  socket.close();
  if (!found.ok) return yield* giveUp(attempt, found.error);
  if (found.value === 'local') {
    return yield* nextDevice(attempt, pxeMessage('pxe.local-boot'));
  }
  const { context, filename } = found.value;
  const outcome = yield* platform.startProgram({
    kind: 'nbp',
    name: filename,
    entry: { mode: 'real', cs: 0, ip: NBP_ADDRESS, interrupts: true },
    pxe: context,
  });
  if (outcome.kind === 'stopped') return { kind: 'stopped' };
  const returned = { file: filename, status: outcome.ax.toString(16) };
  return yield* nextDevice(attempt, pxeMessage('pxe.program-returned', returned));
}

/** Back to the BIOS, which is where some ROMs never arrive. */
function* nextDevice(attempt: Attempt, reason: Message): Task<BootOutcome> {
  if (attempt.rom.quirks.includes('hangs-on-local-boot')) {
    decide(attempt, 'hangs', pxeMessage('pxe.hangs', { reason }), 'PXE 2.1 §2.2', 'error');
    // Not even Escape ends it.
    yield () => () => {};
  }
  return { kind: 'next-device', reason };
}

/** Options 55, 57, 97, 93, 94 and 60 (PXE 2.1 §2.2, RFC 4578). */
function requestOptions(platform: Platform, { quirks }: PxeRomOptions): readonly OptionValue[] {
  const uuid = Uint8Array.from(platform.identity.uuid.replaceAll('-', '').match(/../g) ?? [], (pair) =>
    Number(`0x${pair}`),
  );
  return [
    { code: DHCP_OPTION.parameterRequestList, data: Uint8Array.from(PARAMETERS) },
    { code: DHCP_OPTION.maxMessageSize, data: Uint8Array.of(0x04, 0xec) },
    ...(quirks.includes('no-uuid') ? [] : [{ code: DHCP_OPTION.clientUuid, data: Uint8Array.of(0, ...uuid) }]),
    { code: DHCP_OPTION.clientArch, data: Uint8Array.of(0, 0) },
    { code: DHCP_OPTION.clientNdi, data: Uint8Array.of(1, 2, 1) },
    { code: DHCP_OPTION.vendorClass, data: latin1('PXEClient:Arch:00000:UNDI:002001') },
  ];
}

interface Found {
  readonly filename: string;
  readonly context: PxeContext;
}

function* findFile(attempt: Attempt): Task<Step<Found | 'local'>> {
  if (!(yield* waitForLink(attempt)))
    return failed({ code: 'E61', detail: pxeMessage('pxe.why-failed.no-link', { card: attempt.nic.name }) });
  yield* print(attempt, 'DHCP');
  const addressed = yield* cancellable(attempt, withSpinner(attempt, getAddress(attempt)));
  if (!addressed.ok) return addressed;
  const { ip, boot } = addressed.value;

  let source: Offer = boot;
  const discovery = discoveryOf(boot);
  if (discovery !== undefined) {
    const item = yield* chooseItem(attempt, discovery);
    if (!item.ok) return item;
    if (item.value?.type === LOCAL_BOOT) return { ok: true, value: 'local' };
    // Without a menu the type of the first listed server is looked for.
    const type = item.value?.type ?? discovery.bootServers?.[0]?.type ?? LOCAL_BOOT;
    const server = yield* cancellable(attempt, discoverBootServer(attempt, ip, discovery, type));
    if (!server.ok) return server;
    source = server.value;
  }
  const { bootFile: filename } = source;
  if (filename === '')
    return failed({
      code: 'E53',
      detail: pxeMessage('pxe.why-failed.no-file', { server: formatIpv4(source.reply.serverId) }),
    });
  const server = fileServer(attempt, source);
  const loaded = yield* cancellable(attempt, loadBootFile(attempt, server, filename, source.pxe));
  if (!loaded.ok) return loaded;
  return { ok: true, value: { filename, context: pxeContext(attempt, addressed.value, source, server) } };
}

/** PXE 2.1 §2.2: the TFTP server is `siaddr`; without one, the address in option 66. */
function fileServer(attempt: Attempt, source: Offer): Ipv4Address {
  const { siaddr } = source.reply.message;
  if (siaddr !== 0) return siaddr;
  const { serverId } = source.reply;
  const rule = 'RFC 2131 §2';
  const name = collectOption(source.reply.message, DHCP_OPTION.tftpServerName);
  const address = name === undefined ? undefined : parseIpv4(fromCString(name));
  if (address !== undefined) {
    const named = pxeMessage('pxe.server-by-option-66', { server: formatIpv4(address) });
    decide(attempt, 'server-by-option-66', named, 'RFC 2132 §9.4');
    return address;
  }
  const id = name === undefined ? 'pxe.no-next-server' : 'pxe.no-next-server-but-name';
  decide(attempt, 'no-next-server', pxeMessage(id, { server: formatIpv4(serverId) }), rule, 'warn');
  return serverId;
}

function pxeContext(attempt: Attempt, addressed: Addressed, source: Offer, server: Ipv4Address): PxeContext {
  const { host, nic } = attempt;
  const { ip, mask, gateway, discover, ack } = addressed;
  return {
    nic,
    openUdp: (localPort) => host.openUdp({ port: localPort, interfaceName: nic.name }),
    ip,
    mask,
    gateway,
    serverIp: server,
    discover,
    ack: ack.bytes,
    reply: source.reply.bytes,
    multicast: (request, sink) => multicastGet(attempt.platform.clock, host, request, sink),
    tftpHabits: tftpHabits(attempt.rom.quirks),
  };
}

function* waitForLink(attempt: Attempt): Task<boolean> {
  const { clock } = attempt.platform;
  const endNs = clock.nowNs + LINK_TIMEOUT_NS;
  while (!attempt.nic.port.linkUp) {
    if (clock.nowNs >= endNs) return false;
    yield after(clock, LINK_POLL_NS);
  }
  return true;
}

/** Escape and Ctrl-C end the attempt wherever it waits for the network. */
function* cancellable<T>(attempt: Attempt, work: Task<Step<T>>): Task<Step<T>> {
  const { console } = attempt.platform;
  const watch = function* (): Task<void> {
    for (;;) {
      const key = yield* console.key();
      if (key?.name === 'Escape' || key?.name === 'Ctrl-C') return;
    }
  };
  const raced = yield* race(work, watch());
  return raced.first === 'a' ? raced.value : failed({ code: 'EA0', detail: pxeMessage('pxe.why-failed.escape') });
}

function* withSpinner<T>(attempt: Attempt, work: Task<T>): Task<T> {
  const spin = function* (): Task<never> {
    for (let turn = 0; ; turn = (turn + 1) % SPINNER.length) {
      yield* print(attempt, `${SPINNER[turn]}\b`);
      yield after(attempt.platform.clock, SPIN_NS);
    }
  };
  const raced = yield* race(work, spin());
  return raced.value;
}

function* giveUp(attempt: Attempt, error: PxeError): Task<BootOutcome> {
  const { text, rule } = PXE_ERRORS[error.code];
  if (error.serverText !== undefined) yield* print(attempt, `\n${error.serverText}`);
  const line = `PXE-${error.code}: ${text}`;
  yield* print(attempt, `\n${line}\n\nPXE-M0F: Exiting PXE ROM.\n`);
  decide(attempt, error.code, pxeMessage('pxe.failed', { error: line, detail: error.detail }), rule, 'error');
  const printed = verbatim(line);
  stage(attempt, 'boot-failed', printed, rule);
  return { kind: 'next-device', reason: printed };
}
