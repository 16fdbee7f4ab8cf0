/** From the first line on the screen to the return to the BIOS: banner, Ctrl-B, embedded script, automatic boot. */
import { latin1, utf8, fromLatin1 } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import { assert } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import type { BootOutcome } from '../../platform.ts';
import { featureNames, type IpxeBuild } from '../build.ts';
import { addImage, executeImage } from '../images/manage.ts';
import { Image } from '../images/image.ts';
import type { Ipxe } from '../ipxe.ts';
import { runLine } from '../script/exec.ts';
import { runShell } from '../script/shell.ts';
import { SGR_RESET } from '../tui/colours.ts';
import { OK } from '../errors.ts';
import { autobootDevice, reportFailure } from './autoboot.ts';
import { useCachedDhcp } from './cached-dhcp.ts';
import { ipxeMessage } from '../messages.ts';

const SGR_BOLD = '\x1b[1m';
const SGR_CYAN = '\x1b[36m';
export const CTRL_B = 0x02;
const DS_NS = NS_PER_S / 10;

export function banner(build: IpxeBuild): string {
  const { productName, productShortName, version, productTagLine, productUri } = build;
  return (
    `${SGR_RESET}\n\n${productName}\n${SGR_BOLD}${productShortName} ${version}${SGR_RESET} -- ${productTagLine} -- ` +
    `${SGR_CYAN}${productUri}${SGR_RESET}\nFeatures: ${featureNames(build).join(' ')}\n`
  );
}

/** Waits for Ctrl-B; any other key ends the wait. */
export function* offerShell(ipxe: Ipxe): Task<boolean> {
  const { bannerTimeoutDs, productShortName } = ipxe.build;
  if (bannerTimeoutDs === 0) return false;
  const prompt = `Press Ctrl-B for the ${productShortName} command line...`;
  yield* ipxe.print(`\n${prompt}`);
  const key = yield* ipxe.platform.console.key(bannerTimeoutDs * DS_NS);
  yield* ipxe.print('\b \b'.repeat(prompt.length));
  if (key?.ascii !== CTRL_B) return false;
  yield* runShell(ipxe);
  return true;
}

/** Runs the embedded script, trusted and selected. */
function* runEmbedded(ipxe: Ipxe, text: string): Task<void> {
  const added = addImage(ipxe, new Image('<EMBED>', latin1(fromLatin1(utf8(text)))));
  // A script of a megabyte at most, in memory of eight or more.
  assert(added.ok, 'memory holds the embedded script');
  const image = added.value;
  image.isTrusted = true;
  ipxe.images.select(image);
  const status = yield* executeImage(ipxe, image);
  if (status !== OK && !ipxe.isEnding) reportFailure(ipxe, image.name, status);
}

function* bootAll(ipxe: Ipxe): Task<void> {
  const { embeddedScript } = ipxe.build;
  if (embeddedScript !== undefined) return yield* runEmbedded(ipxe, embeddedScript);
  if (yield* offerShell(ipxe)) return undefined;
  const scriptlet = ipxe.settings.getText('scriptlet');
  if (scriptlet !== undefined && scriptlet !== '') {
    yield* runLine(ipxe, scriptlet);
    return undefined;
  }
  for (const device of ipxe.netdevs.all) {
    yield* autobootDevice(ipxe, device);
    if (ipxe.isEnding) return undefined;
  }
  yield* ipxe.print('No more network devices\n');
  yield* offerShell(ipxe);
  return undefined;
}

/** One run of iPXE on a machine. */
export function* bootIpxe(ipxe: Ipxe): Task<BootOutcome> {
  try {
    yield* ipxe.print(`${ipxe.build.productShortName} initialising devices...`);
    if (ipxe.chainedBy !== undefined) useCachedDhcp(ipxe, ipxe.chainedBy.network);
    yield* ipxe.print(banner(ipxe.build));
    yield* bootAll(ipxe);
    return ipxe.ending ?? { kind: 'next-device', reason: ipxeMessage('ipxe.nothing-left') };
  } finally {
    // A program that was entered keeps the network that PXE gives it.
    if (ipxe.ending?.kind !== 'stopped') {
      ipxe.transfers.forgetIdle();
      ipxe.netdevs.closeAll();
      ipxe.ip.close();
    }
  }
}
