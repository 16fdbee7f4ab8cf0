/**
 * The personality `rarp`: a boot ROM from before BOOTP. RARP tells it its address and nothing else, so that it takes the
 * server that answered for the server of its file, and makes the name of the file from the address, as Sun's machines did:
 * eight hexadecimal digits, and the architecture behind a dot.
 */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { hexNumber } from '../../base/bytes.ts';
import type { Task } from '../../base/time/task.ts';
import { onEachCard, type LoaderCard } from '../loaders/card.ts';
import { loadAndStart } from '../loaders/nbp.ts';
import type { BootOutcome, Personality } from '../platform.ts';
import { askRarp } from './rarp-client.ts';

const BANNER = 'Netboot Lab RARP boot ROM';
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
  return yield* loadAndStart(card, server, filename);
}
