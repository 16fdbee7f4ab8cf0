/**
 * The personality `uboot`: U-Boot 2023.01 on a 64-bit ARM board, as Debian's `u-boot-qemu` was recorded
 * (`test/uboot/`). Somebody types `dhcp` at its prompt: it asks as itself (option 93 = 22) and loads the file that the
 * reply names. With `bootcmd` it starts by itself instead: first for its own script, then as UEFI firmware (option 93 = 11).
 * It stops where the code would start.
 */
import { formatIpv4, sameSubnet } from '../../base/address.ts';
import { hexNumber } from '../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { after, startTask, type Task } from '../../base/time/task.ts';
import { failed, onEachCard, type Loaded, type LoaderCard, type LoaderFailure } from '../loaders/card.ts';
import { loadByTftp } from '../loaders/tftp-load.ts';
import type { BootOutcome, Personality } from '../platform.ts';
import { getAddress, type UbootAddress, type UbootQuestion } from './address.ts';
import { ubootMessage } from './messages.ts';

const AS_ITSELF = { vendorClass: 'U-Boot.armv8', clientArch: 22, bootfile: '' };
const AS_UEFI = { vendorClass: 'PXEClient:Arch:00011:UNDI:003000', clientArch: 11 };
const SCRIPT = 'boot.scr.uimg';
/** The environment's `scriptaddr` and `kernel_addr_r`. */
const SCRIPT_ADDRESS = 0x4020_0000;
const KERNEL_ADDRESS = 0x4040_0000;
/** From the end of one command to the first frame of the next. */
const COMMAND_NS = 10 * NS_PER_MS;
const DEVICE = 'virtio-net#31';
/** Each wait, and with it ten repeats. */
const TFTP_TIMEOUTS_NS: readonly number[] = Array.from({ length: 11 }, () => 5 * NS_PER_S);
const TFTP_OPTIONS = { timeout: 5, blksize: 1468 };
/** A mark for so many blocks, a line for so many marks. */
const MARK_BLOCKS = 10;
const LINE_MARKS = 65;

interface Wanted {
  readonly as: UbootQuestion;
  /** Asked for whatever the reply names. */
  readonly file?: string;
  readonly loadAddress: number;
}

/** `bootcmd`: what the board does when nobody stops it, instead of the command `dhcp`. */
export function createUboot({ bootcmd = false }: { readonly bootcmd?: boolean } = {}): Personality {
  let poweredOnNs = 0;
  return {
    id: 'uboot',
    isWhole: true,
    *init(platform) {
      poweredOnNs = platform.clock.nowNs;
      yield* platform.console.write(`U-Boot 2023.01\n\nNet:   eth0: ${DEVICE}\n`);
    },
    boot: (platform) =>
      onEachCard(platform, 'uboot', function* (card) {
        const link = yield* card.waitForLink();
        if (!link.ok) return card.giveUp(link.failure);
        if (!bootcmd) yield* card.print('=> dhcp\n');
        const wanted: Wanted = { as: AS_ITSELF, loadAddress: SCRIPT_ADDRESS };
        const outcome = bootcmd
          ? yield* runBootcmd(card, poweredOnNs)
          : end(card, yield* dhcp(card, wanted, poweredOnNs), SCRIPT_ADDRESS);
        yield* card.print('=> ');
        return outcome;
      }),
  };
}

/** `bootcmd_dhcp`: its script, else a program of UEFI, for which it also asks for a device tree. */
function* runBootcmd(card: LoaderCard, poweredOnNs: number): Task<BootOutcome> {
  const as = { ...AS_ITSELF, bootfile: SCRIPT };
  const script = yield* dhcp(card, { as, file: SCRIPT, loadAddress: SCRIPT_ADDRESS }, poweredOnNs);
  if (script.ok) return end(card, script, SCRIPT_ADDRESS);
  yield after(card.platform.clock, COMMAND_NS);
  const asUefi = { ...AS_UEFI, bootfile: SCRIPT };
  const program = yield* dhcp(card, { as: asUefi, loadAddress: KERNEL_ADDRESS }, poweredOnNs);
  if (program.ok) yield* tftp(card, program.value.source, 'dtb/', SCRIPT_ADDRESS);
  return end(card, program, KERNEL_ADDRESS);
}

type Source = Pick<UbootAddress, 'server' | 'gateway'>;

interface InMemory {
  readonly file: string;
  readonly source: Source;
}

function end(card: LoaderCard, loaded: Loaded<InMemory>, address: number): BootOutcome {
  if (!loaded.ok) return card.giveUp(loaded.failure);
  const about = { file: loaded.value.file, address: `0x${hexNumber(address, 8)}` };
  card.stage('nbp-entry', ubootMessage('uboot.loaded', about));
  return { kind: 'stopped' };
}

function* dhcp(card: LoaderCard, { as, file, loadAddress }: Wanted, poweredOnNs: number): Task<Loaded<InMemory>> {
  const got = yield* getAddress(card, as, poweredOnNs);
  if (!got.ok) return got;
  const { address, server, file: named } = got.value;
  let filename = file ?? named;
  if (filename === '') {
    filename = `${hexNumber(address, 8)}.img`;
    yield* card.print(`*** Warning: no boot file name; using '${filename}'\n`);
    card.decide('uboot/own-name', ubootMessage('uboot.own-name', { file: filename }));
  }
  if (server === 0) {
    yield* card.print("*** ERROR: `serverip' not set\nCannot autoload with TFTPGET\n");
    return failed('uboot/no-server', ubootMessage('uboot.no-server'), 'RFC 951 §7.1');
  }
  const loaded = yield* tftp(card, got.value, filename, loadAddress);
  if (loaded.ok || named !== '' || file !== undefined || loaded.failure.tftp?.code !== 'server-error') return loaded;
  const detail = ubootMessage('uboot.no-file', { file: filename });
  return { ok: false, failure: { ...loaded.failure, code: 'uboot/no-file', detail } };
}

function* tftp(
  card: LoaderCard,
  { server, gateway }: Source,
  file: string,
  loadAddress: number,
): Task<Loaded<InMemory>> {
  const { clock } = card.platform;
  const print = (text: string): void => void startTask(card.print(text));
  yield* card.print(`Using ${DEVICE} device\n`);
  const own = formatIpv4(card.interface.address);
  yield* card.print(`TFTP from server ${formatIpv4(server)}; our IP address is ${own}`);
  const { address, mask } = card.interface;
  if (gateway !== undefined && !sameSubnet(server, address, mask))
    yield* card.print(`; sending through gateway ${formatIpv4(gateway)}`);
  yield* card.print(`\nFilename '${file}'.\nLoad address: 0x${loadAddress.toString(16)}\nLoading: *\b`);
  const startNs = clock.nowNs;
  let blocks = 0;
  const loaded = yield* loadByTftp(card, {
    server,
    filename: file,
    options: TFTP_OPTIONS,
    timeoutsNs: TFTP_TIMEOUTS_NS,
    onRepeat: () => print('T '),
    take: () => {
      if (blocks % MARK_BLOCKS === 0) print('#');
      blocks++;
      if (blocks % (MARK_BLOCKS * LINE_MARKS) === 0) print('\n\t ');
      return true;
    },
  });
  if (!loaded.ok) {
    yield* card.print(words(loaded.failure));
    return loaded;
  }
  const ms = Math.floor((clock.nowNs - startNs) / NS_PER_MS);
  const speed = ms === 0 ? '' : `\n\t ${sizeOf(Math.floor(loaded.value / ms) * 1000)}/s`;
  const hex = loaded.value.toString(16);
  yield* card.print(`${speed}\ndone\nBytes transferred = ${loaded.value} (${hex} hex)\n`);
  return { ok: true, value: { file, source: { server, gateway } } };
}

function words({ tftp: failure, code }: LoaderFailure): string {
  if (failure?.code === 'server-error') {
    const what = `\nTFTP error: '${failure.message}' (${failure.errorCode})\n`;
    return `${what}Not retrying...\n`;
  }
  if (code === 'loader/no-route') return '## Warning: gatewayip needed but not set\n';
  return code === 'loader/unresolved'
    ? '\nARP Retry count exceeded; starting again\n'
    : '\nRetry count exceeded; starting again\n';
}

/** In the largest unit that leaves a whole number, with a tenth when there is one. */
function sizeOf(bytes: number): string {
  const power = bytes >= 0x10_0000 ? 2 : bytes >= 0x400 ? 1 : 0;
  if (power === 0) return `${bytes} Bytes`;
  return `${String(Math.round((10 * bytes) / 1024 ** power) / 10)} ${power === 2 ? 'M' : 'K'}iB`;
}
