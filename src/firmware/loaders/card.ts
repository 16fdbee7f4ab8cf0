/**
 * A network card as a small boot loader opens it, with a host stack of its own, and how the loader reports what it does.
 * Loaders older than PXE have little: an address from somewhere, one file, and a jump into it.
 */
import { prefixMask, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import type { Severity, StageId } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Rng } from '../../base/rng.ts';
import { after, type Task } from '../../base/time/task.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import type { Host, NetInterface, UdpSocket } from '../../net/host/types.ts';
import { DHCP_CLIENT_PORT } from '../../protocols/dhcp/codec.ts';
import { DhcpClient } from '../clients/dhcp-client.ts';
import type { TftpFailure } from '../clients/tftp-client.ts';
import type { BootOutcome, Platform, PlatformNic } from '../platform.ts';
import { loaderMessage } from './messages.ts';

/** How long a cable may take to come up. */
const LINK_TIMEOUT_NS = 3 * NS_PER_S;
const LINK_POLL_NS = 250 * NS_PER_MS;

/** Why a loader cannot boot from a card. `code` is stable and names the finding: `rarp/no-answer`. */
export interface LoaderFailure {
  readonly code: string;
  readonly detail: Message;
  readonly rule?: string;
  /** What a transfer ended with. */
  readonly tftp?: TftpFailure;
}

export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: LoaderFailure };

export function failed(code: string, detail: Message, rule?: string): Loaded<never> {
  return { ok: false, failure: { code, detail, ...(rule === undefined ? {} : { rule }) } };
}

export class LoaderCard {
  readonly platform: Platform;
  readonly nic: PlatformNic;
  readonly host: Host;
  readonly interface: NetInterface;

  constructor(platform: Platform, nic: PlatformNic, host: Host, card: NetInterface) {
    this.platform = platform;
    this.nic = nic;
    this.host = host;
    this.interface = card;
  }

  /** A DHCP client that asks for no broadcast. `name`: that of its random numbers. The socket is the caller's to close. */
  openDhcp(
    name: string,
    options: { readonly minimumLength?: number } = {},
  ): { readonly client: DhcpClient; readonly socket: UdpSocket; readonly rng: Rng } {
    const { host, nic, platform } = this;
    const socket = host.openUdp({ port: DHCP_CLIENT_PORT, interfaceName: nic.name });
    const rng = platform.rng.derive(`${name}-${nic.name}`);
    const { clock } = platform;
    const common = { clock, rng, socket, interfaceName: nic.name, mac: nic.mac, broadcast: false };
    return { client: new DhcpClient({ ...common, ...options }), socket, rng };
  }

  *print(text: string): Task<void> {
    yield* this.platform.console.write(text);
  }

  stage(stage: StageId, message: Message, rule?: string): void {
    this.platform.log.emit({ kind: 'stage', stage, ...message }, rule === undefined ? {} : { rule });
  }

  decide(code: string, message: Message, severity: Severity = 'info', rule?: string): void {
    const event = { kind: 'decision', code, severity, ...message } as const;
    this.platform.log.emit(event, rule === undefined ? {} : { rule });
  }

  setAddress(address: Ipv4Address, mask = classMask(address), gateway?: Ipv4Address): void {
    this.interface.setAddress(address, mask);
    this.host.setDefaultGateway(this.nic.name, gateway);
  }

  *waitForLink(): Task<Loaded<void>> {
    const { clock } = this.platform;
    const endNs = clock.nowNs + LINK_TIMEOUT_NS;
    while (!this.nic.port.linkUp) {
      if (clock.nowNs >= endNs)
        return failed('loader/no-link', loaderMessage('loader.no-link', { card: this.nic.name }));
      yield after(clock, LINK_POLL_NS);
    }
    return { ok: true, value: undefined };
  }

  /** The loader has said on the screen what is wrong; the BIOS tries the next device. */
  giveUp({ code, detail, rule }: LoaderFailure): BootOutcome {
    this.decide(code, detail, 'error', rule);
    this.stage('boot-failed', detail, rule);
    return { kind: 'next-device', reason: detail };
  }
}

/** RFC 950 §2.1: the mask of an address that comes without one is that of its class. */
export function classMask(address: Ipv4Address): Ipv4Address {
  return prefixMask(address >>> 31 === 0 ? 8 : address >>> 30 === 2 ? 16 : 24);
}

/** Tries each card in turn, each with a stack that is closed behind it. */
export function* onEachCard(
  platform: Platform,
  loader: string,
  boot: (card: LoaderCard) => Task<BootOutcome>,
): Task<BootOutcome> {
  let reason = loaderMessage('loader.no-card');
  for (const nic of platform.nics) {
    const { clock, log, name } = platform;
    const host = new HostStack({ name, clock, rng: platform.rng.derive(`${loader}-${nic.name}`), log });
    const card = host.addInterface({ name: nic.name, port: nic.port, mac: nic.mac });
    try {
      const outcome = yield* boot(new LoaderCard(platform, nic, host, card));
      if (outcome.kind !== 'next-device') return outcome;
      reason = outcome.reason;
    } finally {
      host.close();
    }
  }
  return { kind: 'next-device', reason };
}
