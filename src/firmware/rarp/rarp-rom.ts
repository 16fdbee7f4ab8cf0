/**
 * The personality `rarp`: a boot ROM from before BOOTP. RARP tells it its address and nothing else, so that it takes the
 * server that answered for the server of its file, and makes the name of the file from the address, as Sun's machines did:
 * eight hexadecimal digits, and the architecture behind a dot.
 */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { hexNumber } from '../../base/bytes.ts';
import { startTask, type Task } from '../../base/task.ts';
import { onEachCard, type LoaderCard } from '../loaders/card.ts';
import { loaderMessage } from '../loaders/messages.ts';
import { loadByTftp, tftpWords } from '../loaders/tftp-load.ts';
import { NBP_ADDRESS, type BootOutcome, type Personality } from '../platform.ts';
import { askRarp } from './rarp-client.ts';

const BANNER = 'Netboot Lab RARP boot ROM';
const DOT_BYTES = 0x1000;

/** `architecture` is put behind the address in the name of the file: `SUN4C`. Empty: none is. */
export function createRarpRom(architecture = ''): Personality {
  return {
    id: 'rarp',
    *init(platform) {
      yield* platform.console.write(`${BANNER}\n`);
    },
    boot: (platform) => onEachCard(platform, 'rarp', (card) => bootFrom(card, architecture)),
  };
}

function* bootFrom(card: LoaderCard, architecture: string): Task<BootOutcome> {
  const { platform } = card;
  yield* card.print(`\nEthernet address ${formatMac(card.nic.mac)}\n`);
  const link = yield* card.waitForLink();
  if (!link.ok) {
    yield* card.print('No link.\n');
    return card.giveUp(link.failure);
  }
  yield* card.print('RARP: who am I? ');
  const answer = yield* askRarp(card, () => card.print('.'));
  if (!answer.ok) {
    yield* card.print(answer.failure.code === 'rarp/no-server' ? '\nRARP: no server.\n' : '\nRARP: no answer.\n');
    return card.giveUp(answer.failure);
  }
  const { address, server } = answer.value;
  const filename = hexNumber(address, 8) + (architecture === '' ? '' : `.${architecture}`);
  yield* card.print(`\nI am ${formatIpv4(address)}, says ${formatIpv4(server)}.\nTFTP: ${filename} `);
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
