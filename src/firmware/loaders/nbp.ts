/** Loads a boot program by TFTP to 0:7C00 and enters it: the last step of the ROMs from before DHCP. */
import type { Ipv4Address } from '../../base/address.ts';
import { startTask, type Task } from '../../base/time/task.ts';
import { NBP_ADDRESS, type BootOutcome } from '../platform.ts';
import type { LoaderCard } from './card.ts';
import { loaderMessage } from './messages.ts';
import { loadByTftp, tftpWords } from './tftp-load.ts';

/** Bytes for each dot on the screen. */
const DOT_BYTES = 0x1000;

export function* loadAndStart(card: LoaderCard, server: Ipv4Address, filename: string): Task<BootOutcome> {
  const { platform } = card;
  let shown = 0;
  const roomBytes = platform.freeBaseBytes - NBP_ADDRESS;
  const loaded = yield* loadByTftp(card, {
    server,
    filename,
    take: (offset, data) => {
      if (offset + data.length > roomBytes) return false;
      platform.memory.write(NBP_ADDRESS + offset, data);
      for (; shown + DOT_BYTES <= offset + data.length; shown += DOT_BYTES) startTask(card.print('.'));
      return true;
    },
  });
  if (!loaded.ok) {
    yield* card.print(`\n${tftpWords(loaded.failure)}\n`);
    return card.giveUp(loaded.failure);
  }
  yield* card.print(`\n${loaded.value} bytes.\n`);
  const outcome = yield* platform.startProgram({
    kind: 'nbp',
    name: filename,
    entry: { mode: 'real', cs: 0, ip: NBP_ADDRESS, interrupts: true },
  });
  if (outcome.kind === 'stopped') return { kind: 'stopped' };
  const returned = { file: filename, status: outcome.ax.toString(16) };
  return { kind: 'next-device', reason: loaderMessage('loader.returned', returned) };
}
