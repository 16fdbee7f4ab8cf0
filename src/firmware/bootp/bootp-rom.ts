/**
 * The personality `bootp`: a boot ROM of the years between RARP and DHCP (RFC 951). One reply brings address, server and
 * file, through routers too; the file goes to 0:7C00 and is entered there.
 */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { startTask, type Task } from '../../base/task.ts';
import { classMask, onEachCard, type LoaderCard } from '../loaders/card.ts';
import { loaderMessage } from '../loaders/messages.ts';
import { loadByTftp, tftpWords } from '../loaders/tftp-load.ts';
import { NBP_ADDRESS, type BootOutcome, type Personality } from '../platform.ts';
import { askBootp } from './bootp-client.ts';

const BANNER = 'Netboot Lab BOOTP boot ROM';
const DOT_BYTES = 0x1000;

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
  const { platform } = card;
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
