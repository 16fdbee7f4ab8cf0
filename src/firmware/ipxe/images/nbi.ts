/** Tagged images (NBI), which Etherboot loaded: kernels with their RAM disk and command line in one file. */
import type { Task } from '../../../base/time/task.ts';
import { NBI_HEADER_BYTES, nbiProgram, placeNbi, readNbi } from '../../loaders/nbi.ts';
import { Err, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { ipxeMessage } from '../messages.ts';
import type { Image } from './image.ts';
import { startProgram } from './programs.ts';

export function* startNbi(ipxe: Ipxe, image: Image): Task<Status> {
  const { platform } = ipxe;
  const read = readNbi(image.data.subarray(0, NBI_HEADER_BYTES), platform.memory.sizeBytes);
  if (!read.ok || image.data.length < read.value.fileBytes) return Err.notExecutable;
  const nbi = read.value;
  if (placeNbi(platform, nbi, image.data, () => undefined) !== undefined) return Err.segmentNoMemory;
  const about = { kernel: image.name, count: nbi.segments.length };
  ipxe.log.emit({ kind: 'stage', stage: 'kernel-loaded', ...ipxeMessage('ipxe.nbi-loaded', about) });
  ipxe.netdevs.closeAll();
  return yield* startProgram(ipxe, nbiProgram(image.uri ?? image.name, nbi));
}
