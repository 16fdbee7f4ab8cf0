/**
 * The personality `openboot`: the PROM of a Sun workstation as protocols go (RARP, TFTP), and behind it what the program that it
 * loads asks next (bootparams, NFS), up to the kernel. There is no SPARC here: nothing of it runs.
 */
import { formatIpv4, formatMac } from '../../base/address.ts';
import { hexNumber } from '../../base/bytes.ts';
import { startTask, type Task } from '../../base/time/task.ts';
import { race } from '../clients/race.ts';
import { onEachCard, type LoaderCard } from '../loaders/card.ts';
import { loaderMessage } from '../loaders/messages.ts';
import { loadByTftp, tftpWords } from '../loaders/tftp-load.ts';
import type { BootOutcome, Personality, Platform } from '../platform.ts';
import { askRarp } from '../rarp/rarp-client.ts';
import { BootparamsClient } from './bootparams-client.ts';
import { openbootMessage } from './messages.ts';
import { NfsRoot } from './nfs-root.ts';
import { UdpRpc } from '../loaders/udp-rpc.ts';

export interface OpenBootOptions {
  /** `auto-boot?`: boots when it is switched on; else the ok prompt waits. */
  readonly autoBoot: boolean;
  /** Behind the address in the name of the file; `.SUN4M` and its like were asked for by machines before the Ultra. */
  readonly suffix: string;
}

const DEVICE = '/pci@1f,0/pci@1,1/network@1,1';
/** The architecture of the machine on the screen, where the name of the file does not tell it. */
const DEFAULT_MACHINE = 'sun4u';
/** Where OpenBoot puts what it loads. */
const LOAD_BASE = 0x4000;
/** The counter on the screen. */
const COUNTER_BYTES = 0x2000;

export function createOpenBoot(options: OpenBootOptions): Personality {
  return {
    id: 'openboot',
    *init(platform) {
      yield* platform.console.write(banner(platform));
    },
    boot: (platform) => run(platform, options),
  };
}

function banner({ nics, memory }: Platform): string {
  const mac = nics[0]?.mac ?? 0;
  const short = formatMac(mac).replaceAll(/\b0(?=.)/g, '');
  const megabytes = Math.floor(memory.sizeBytes / 0x10_0000);
  // Of a Sun the last three bytes of the Ethernet address are those of the host id, whose first byte is the machine's kind.
  const id = `80${hexNumber(mac % 0x100_0000, 6).toLowerCase()}`;
  return (
    'Sun Ultra 5/10 UPA/PCI (UltraSPARC-IIi 333MHz), Keyboard Present\n' +
    `OpenBoot 3.31, ${megabytes} MB memory installed, Serial #${mac % 0x100_0000}.\n` +
    `Ethernet address ${short}, Host ID: ${id}.\n\n`
  );
}

/** The prompt comes back after each boot that fails; nothing else follows it. */
function* run(platform: Platform, options: OpenBootOptions): Task<BootOutcome> {
  let command = options.autoBoot ? 'boot' : undefined;
  for (;;) {
    if (command === undefined) {
      yield* platform.console.write('ok ');
      command = yield* readLine(platform);
    }
    const [word = '', ...words] = command.trim().split(/\s+/);
    command = undefined;
    if (word === 'boot') {
      const isInstall = words.includes('install');
      const outcome = yield* interruptible(platform, bootNet(platform, options, isInstall));
      if (outcome !== undefined && outcome.kind !== 'next-device') return outcome;
    } else if (word === 'banner') yield* platform.console.write(banner(platform));
    else if (word === 'reset-all' || word === 'reset') return { kind: 'reboot' };
    else if (word === 'power-off') return { kind: 'power-off' };
    else if (word !== '') yield* platform.console.write(`${word} ?\n`);
  }
}

function* readLine({ console, log }: Platform): Task<string> {
  let line = '';
  for (;;) {
    const key = yield* console.key();
    if (key === undefined) continue;
    if (key.name === 'Enter') break;
    if (key.name === 'Backspace') {
      if (line !== '') yield* console.write('\b \b');
      line = line.slice(0, -1);
    } else if (key.ascii >= 0x20 && key.ascii < 0x7f && line.length < 70) {
      line += String.fromCharCode(key.ascii);
      yield* console.write(String.fromCharCode(key.ascii));
    }
  }
  yield* console.write('\n');
  log.emit({ kind: 'input', channel: 'openboot', ...openbootMessage('openboot.command', { command: line }) });
  return line;
}

/** Stop-A, which is Escape on this keyboard, ends a boot. */
function* interruptible(platform: Platform, boot: Task<BootOutcome>): Task<BootOutcome | undefined> {
  const watch = function* (): Task<void> {
    for (;;) {
      const key = yield* platform.console.key();
      if (key?.name === 'Escape') return;
    }
  };
  const raced = yield* race(boot, watch());
  if (raced.first === 'a') return raced.value;
  yield* platform.console.write("\nType  'go' to resume\n");
  return { kind: 'next-device', reason: openbootMessage('openboot.interrupted') };
}

function* bootNet(platform: Platform, options: OpenBootOptions, isInstall: boolean): Task<BootOutcome> {
  const args = isInstall ? '- install' : '';
  yield* platform.console.write(`Boot device: ${DEVICE}  File and args: ${args}\n`);
  return yield* onEachCard(platform, 'openboot', (card) => bootFrom(card, options, isInstall));
}

function* bootFrom(card: LoaderCard, { suffix }: OpenBootOptions, isInstall: boolean): Task<BootOutcome> {
  const { platform } = card;
  const link = yield* card.waitForLink();
  if (!link.ok) {
    yield* card.print('Link Down - cable problem?\n');
    return card.giveUp(link.failure);
  }
  const answer = yield* askRarp(card, () => card.print('Timeout waiting for ARP/RARP packet\n'));
  if (!answer.ok) return card.giveUp(answer.failure);
  const { address, server } = answer.value;
  const filename = hexNumber(address, 8) + suffix;
  let shown = 0;
  const loaded = yield* loadByTftp(card, {
    server,
    filename,
    take: (offset, data) => {
      if (LOAD_BASE + offset + data.length > platform.memory.sizeBytes) return false;
      platform.memory.write(LOAD_BASE + offset, data);
      const now = offset + data.length;
      if (now - shown >= COUNTER_BYTES) {
        shown = now;
        startTask(card.print(`\r${now.toString(16)} `));
      }
      return true;
    },
  });
  if (!loaded.ok) {
    yield* card.print(`${tftpWords(loaded.failure)}\n`);
    return card.giveUp(loaded.failure);
  }
  yield* card.print(`\r${loaded.value.toString(16)} \n`);
  return yield* secondStage(card, suffix, address, isInstall);
}

/** What the loaded program (inetboot, boot.net) asks, in its words. */
function* secondStage(card: LoaderCard, suffix: string, own: number, isInstall: boolean): Task<BootOutcome> {
  const rpc = new UdpRpc(card, 'bootparams');
  const client = new BootparamsClient(card, rpc);
  try {
    const who = yield* client.whoami(own, () => card.print('whoami: no bootparam server responding; still trying\n'));
    if (!who.ok) return card.giveUp(who.failure);
    const { name, domain, router } = who.value;
    if (router !== 0) card.host.setDefaultGateway(card.nic.name, router);
    yield* card.print(`hostname: ${name}\ndomainname: ${domain}\n`);
    const root = yield* client.getFile(who.value, 'root');
    if (!root.ok) {
      yield* card.print('getfile: root: no answer\n');
      return card.giveUp(root.failure);
    }
    yield* card.print(`root server: ${root.value.server} (${formatIpv4(root.value.address)})\n`);
    yield* card.print(`root directory: ${root.value.path}\n`);
    if (isInstall) {
      const install = yield* client.getFile(who.value, 'install');
      if (!install.ok) {
        yield* card.print('getfile: install: no answer\n');
        return card.giveUp(install.failure);
      }
      yield* card.print(`install server: ${install.value.server}:${install.value.path}\n`);
    }
    const kernel = `/platform/${(suffix === '' ? DEFAULT_MACHINE : suffix.slice(1)).toLowerCase()}/kernel/unix`;
    const loaded = yield* new NfsRoot(card, rpc, root.value, name).load(kernel);
    if (!loaded.ok) {
      yield* card.print(`cannot load ${kernel}\n`);
      return card.giveUp(loaded.failure);
    }
    yield* card.print(`${kernel}: ${loaded.value} bytes\n`);
    const outcome = yield* card.platform.startProgram({
      kind: 'elf',
      name: kernel,
      entry: { mode: 'protected', eip: LOAD_BASE },
    });
    if (outcome.kind === 'stopped') return { kind: 'stopped' };
    const returned = { file: kernel, status: outcome.ax.toString(16) };
    return { kind: 'next-device', reason: loaderMessage('loader.returned', returned) };
  } finally {
    rpc.close();
  }
}
