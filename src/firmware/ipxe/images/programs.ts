/** Entering programs that lie in guest memory, and putting the simplest of them there: PXE's boot programs. */
import { err, ok, unreachable } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { NBP_ADDRESS, type Program, type PxeContext, type PxeFiles } from '../../platform.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { Progress } from '../net/transfer/job.ts';
import type { NetDevice } from '../net/link/netdev.ts';
import { packetsForProgram } from '../net/dhcp/program-packets.ts';
import { runLine } from '../script/exec.ts';
import type { Image } from './image.ts';
import { ipxeMessage } from '../messages.ts';
import type { Message } from '../../../base/sentence.ts';

/** Enters a program; the status is that of its image once it has come back. */
export function* startProgram(ipxe: Ipxe, program: Program, device?: NetDevice): Task<Status> {
  // Programs begin on a screen of text.
  yield* ipxe.platform.console.setGraphics(undefined);
  ipxe.transfers.forgetIdle();
  const outcome = yield* ipxe.platform.startProgram(program);
  switch (outcome.kind) {
    case 'stopped':
      ipxe.ending = { kind: 'stopped' };
      return OK;
    case 'returned':
      // The program has ended the PXE stack, and this card's driver with it.
      if (outcome.stackIsDown === true) device?.close();
      return OK;
    default:
      return unreachable(outcome);
  }
}

/** iPXE's downloads, for the programs that it starts. A failure is the PXE status in the last byte of iPXE's number. */
function programFiles(ipxe: Ipxe, commandLine: string): PxeFiles {
  return {
    commandLine,
    *fetch(text) {
      const uri = ipxe.transfers.resolve(text);
      if (!uri.ok) return err(uri.error & 0xff);
      const fetched = yield* ipxe.transfers.fetch(uri.value, new Progress());
      return fetched.ok ? ok(fetched.value.data) : err(fetched.error & 0xff);
    },
    *execute(command) {
      const status = yield* runLine(ipxe, command);
      return status === OK ? 0 : Math.max(1, status & 0xff);
    },
  };
}

/** PXE's view of a device; undefined while it has no address. */
export function pxeContext(ipxe: Ipxe, device: NetDevice, commandLine = ''): PxeContext | undefined {
  const config = ipxe.ip.config(device);
  if (config === undefined) return undefined;
  return {
    nic: device.nic,
    openUdp: (port) => ipxe.ip.host.openUdp({ port }),
    ip: config.address,
    mask: config.mask,
    gateway: config.gateway,
    ...packetsForProgram(ipxe, device),
    files: programFiles(ipxe, commandLine),
  };
}

/** On a BIOS anything small that is nothing else is run as machine code: an error page, a script with a blank first line. */
function warnOfOddNbp(ipxe: Ipxe, image: Image): void {
  const emit = (code: string, message: Message): void => {
    ipxe.log.emit({ kind: 'decision', code, severity: 'warn', ...message });
  };
  if (image.type === 'PXE-NBP (may be EFI?)') {
    emit('nbp-may-be-efi', ipxeMessage('ipxe.nbp-may-be-efi', { image: image.name }));
  }
  const start = image.data.subarray(0, 64);
  const isText = start.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13 || byte >= 0x80,
  );
  if (!isText) return;
  if (ipxe.build.ancestor === undefined) emit('nbp-is-text', ipxeMessage('ipxe.nbp-is-text', { image: image.name }));
  else emit('nbp-is-text-to-gpxe', ipxeMessage('ipxe.nbp-is-text-to-gpxe', { image: image.name }));
}

/** PXE 2.1 §4.4.5: at 0000:7C00, with the API there. */
export function* startNbp(ipxe: Ipxe, image: Image): Task<Status> {
  const { memory, freeBaseBytes } = ipxe.platform;
  if (NBP_ADDRESS + image.data.length > freeBaseBytes) return Err.segmentNoMemory;
  warnOfOddNbp(ipxe, image);
  memory.write(NBP_ADDRESS, image.data);
  const device = ipxe.netdevs.lastOpened;
  const pxe = device === undefined ? undefined : pxeContext(ipxe, device, image.cmdline);
  const program: Program = {
    kind: 'nbp',
    name: image.uri ?? image.name,
    entry: { mode: 'real', cs: 0, ip: NBP_ADDRESS, interrupts: true },
    ...(pxe === undefined ? {} : { pxe }),
  };
  return yield* startProgram(ipxe, program, device);
}
