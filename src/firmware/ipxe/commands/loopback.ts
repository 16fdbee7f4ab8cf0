/** `lotest`: frames of random bytes from one device to another over whatever lies between them, until Ctrl-C. */
import { equalBytes } from '../../../base/bytes.ts';
import { NS_PER_MS } from '../../../base/time/clock.ts';
import { anyOf, after, Inbox, type Task } from '../../../base/time/task.ts';
import { MAC_BROADCAST } from '../../../base/address.ts';
import { ETHERNET_HEADER_LENGTH } from '../../../protocols/ethernet/fields.ts';
import { writeEthernetHeader } from '../../../protocols/ethernet/codec.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { openDevice, waitForLink } from '../net/link/manage.ts';
import type { NetDevice } from '../net/link/netdev.ts';
import { orSay, readNetdev } from './arguments.ts';
import { flag, option, type CommandSpec } from './registry.ts';

/** An EtherType that nobody uses, "iP" in ASCII. */
const ETHERTYPE_TEST = 0x6950;
const DEFAULT_MTU = 1500;
/** More than a packet buffer holds. */
const MAX_MTU = 65_535;
/** The console shows each count: more than one a millisecond would be a test of the console. */
const PACE_NS = NS_PER_MS;
const KEY_POLL_NS = 100 * NS_PER_MS;

/** Sends a frame and waits for it to come back; there is no other limit to the wait than Ctrl-C. */
function* sendOne(ipxe: Ipxe, sender: NetDevice, frame: Uint8Array, inbox: Inbox<Uint8Array>): Task<Status> {
  sender.port.send(frame);
  for (;;) {
    const received = inbox.poll();
    if (received !== undefined) {
      // The cable pads short frames (IEEE 802.3 §4.2.3.3).
      return equalBytes(received.subarray(0, frame.length), frame) ? OK : Err.loopbackMismatch;
    }
    if (yield* ipxe.interrupted()) return Err.loopbackCancelled;
    yield anyOf(inbox.ready, after(ipxe.clock, KEY_POLL_NS));
  }
}

function* test(ipxe: Ipxe, sender: NetDevice, receiver: NetDevice, mtu: number, isBroadcast: boolean): Task<Status> {
  for (const device of [sender, receiver]) {
    const opened = yield* openDevice(ipxe, device);
    if (opened !== OK) return opened;
    const linked = yield* waitForLink(ipxe, device, 0);
    if (linked !== OK) return linked;
  }
  const kind = isBroadcast ? 'broadcast ' : '';
  yield* ipxe.print(`Performing ${kind}loopback test from ${sender.name} to ${receiver.name} with ${mtu} byte MTU\n`);
  if (mtu > MAX_MTU) return Err.loopbackNoMemory;
  const inbox = new Inbox<Uint8Array>();
  const { protocols } = receiver.port;
  protocols.set(ETHERTYPE_TEST, (frame) => inbox.push(frame));
  try {
    for (let successes = 0; ; successes++) {
      yield* ipxe.print(`\r${successes}`);
      const frame = new Uint8Array(ETHERNET_HEADER_LENGTH + mtu);
      writeEthernetHeader(frame, 0, isBroadcast ? MAC_BROADCAST : receiver.mac, sender.mac, ETHERTYPE_TEST);
      for (let i = ETHERNET_HEADER_LENGTH; i < frame.length; i++) frame[i] = ipxe.rng.below(256);
      const status = yield* sendOne(ipxe, sender, frame, inbox);
      if (status !== OK) return status;
      yield after(ipxe.clock, PACE_NS);
    }
  } finally {
    protocols.delete(ETHERTYPE_TEST);
  }
}

export const loopbackCommands: readonly CommandSpec[] = [
  {
    name: 'lotest',
    feature: 'LOTEST_CMD',
    options: [option('mtu', 'm', 'integer'), flag('broadcast', 'b')],
    minArguments: 2,
    maxArguments: 2,
    usage: '<sender> <receiver>',
    *run(ipxe, given) {
      const sender = yield* orSay(ipxe, readNetdev(ipxe, given.arg(0)));
      if (!sender.ok) return sender.error;
      const receiver = yield* orSay(ipxe, readNetdev(ipxe, given.arg(1)));
      if (!receiver.ok) return receiver.error;
      const mtu = given.number('mtu') ?? 0;
      const status = yield* test(
        ipxe,
        sender.value,
        receiver.value,
        mtu === 0 ? DEFAULT_MTU : mtu,
        given.flag('broadcast'),
      );
      yield* ipxe.print(`\nTest failed: ${strerror(status)}\n`);
      return status;
    },
  },
];
