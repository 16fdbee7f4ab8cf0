/**
 * The personality `bootp`: a boot ROM of the years between RARP and DHCP (RFC 951). One reply brings address, server and
 * file, through routers too; the file goes to 0:7C00 and is entered there.
 */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { startTask, type Task } from '../../base/time/task.ts';
import { classMask, onEachCard, type LoaderCard } from '../loaders/card.ts';
import { loadAndStart } from '../loaders/nbp.ts';
import type { BootOutcome, Personality } from '../platform.ts';
import { askBootp } from './bootp-client.ts';

const BANNER = 'Netboot Lab BOOTP boot ROM';
/** `file`: the generic name that is asked for (RFC 951 §7.1), such as `unix`; empty leaves it to the server. */
export function createBootpRom(file = ''): Personality {
  return {
    id: 'bootp',
    *init(platform) {
      yield* platform.console.write(`${BANNER}\n`);
    },
    boot: (platform) => onEachCard(platform, 'bootp', (card) => bootFrom(card, file)),
  };
}

function* bootFrom(card: LoaderCard, wanted: string): Task<BootOutcome> {
  yield* card.print(`\nEthernet address ${formatMac(card.nic.mac)}\n`);
  const link = yield* card.waitForLink();
  if (!link.ok) {
    yield* card.print('No link.\n');
    return card.giveUp(link.failure);
  }
  yield* card.print('BOOTP');
  const asked = yield* askBootp(card, wanted, () => void startTask(card.print('.')));
  if (!asked.ok) {
    yield* card.print(asked.failure.code === 'bootp/no-file' ? '\nBOOTP: no boot file.\n' : '\nBOOTP: no answer.\n');
    return card.giveUp(asked.failure);
  }
  const { address, mask = classMask(address), gateway, server, file: filename, blocks } = asked.value;
  yield* card.print(`\nMy address ${formatIpv4(address)}, mask ${formatIpv4(mask)}`);
  yield* card.print(gateway === undefined ? '\n' : `, gateway ${formatIpv4(gateway)}\n`);
  yield* card.print(`Server ${formatIpv4(server)}, file ${filename}`);
  yield* card.print(blocks === undefined ? '\nTFTP' : ` (${blocks} blocks)\nTFTP`);
  return yield* loadAndStart(card, server, filename);
}
