/**
 * A PC of QEMU in a network of its own with the real dnsmasq: what is on its screen once a text has come. Needs root, for
 * the network namespace.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAMS = ['qemu-system-i386', 'dnsmasq', 'unshare', 'ip'] as const;

export function qemuAvailable(): boolean {
  return process.getuid?.() === 0 && PROGRAMS.every((program) => spawnSync('which', [program]).status === 0);
}

const SCREEN = { address: 0xb8000, columns: 80, rows: 25 } as const;
const LOOK_EVERY_MS = 1000;
/** Much longer than a boot takes, which is 18 s where nothing else runs. */
const LOOKS = 300;

export interface QemuOptions {
  /** Arguments that put the medium in: `-cdrom FILE`, `-drive ...`. */
  readonly drive: readonly string[];
  readonly dnsmasq: string;
  readonly serverAddress: string;
  /** Files by name, which the configuration finds below `FOLDER`. */
  readonly files: Readonly<Record<string, string>>;
  readonly until: string;
}

/** The lines of the text screen. */
function screenLines(path: string): readonly string[] {
  const bytes = readFileSync(path);
  return Array.from({ length: SCREEN.rows }, (_, row) =>
    Array.from({ length: SCREEN.columns }, (_unused, column) =>
      String.fromCharCode(bytes[2 * (row * SCREEN.columns + column)] ?? 0x20),
    )
      .join('')
      .trimEnd(),
  );
}

export async function bootInQemu(options: QemuOptions): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'qemu-'));
  const [config, screen] = [join(folder, 'dnsmasq.conf'), join(folder, 'screen')];
  writeFileSync(config, options.dnsmasq.replaceAll('FOLDER', folder));
  for (const [name, text] of Object.entries(options.files)) writeFileSync(join(folder, name), text);
  const commands = [
    'ip tuntap add tap0 mode tap',
    `ip addr add ${options.serverAddress} dev tap0`,
    'ip link set lo up',
    'ip link set tap0 up',
    `dnsmasq --conf-file=${config} --user=root --pid-file --dhcp-leasefile=${folder}/leases`,
    `exec qemu-system-i386 -m 128 -display none -serial none -monitor stdio -nic tap,ifname=tap0,script=no,downscript=no ${options.drive.join(' ')}`,
  ];
  // With a process namespace of its own nothing of it is left when QEMU ends.
  const qemu = spawn('unshare', ['-n', '-p', '-f', '--kill-child', 'sh', '-ec', commands.join('\n')], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  qemu.stderr.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise<void>((resolve) => qemu.on('close', () => resolve()));
  try {
    for (let look = 0; look < LOOKS && qemu.exitCode === null; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      qemu.stdin.write(`pmemsave ${SCREEN.address} ${2 * SCREEN.columns * SCREEN.rows} "${screen}"\n`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS / 5));
      try {
        const lines = screenLines(screen);
        if (lines.some((line) => line.includes(options.until))) return lines;
      } catch {
        // QEMU has not written it yet.
      }
    }
    throw new Error(`QEMU did not show “${options.until}”: ${said}`);
  } finally {
    // `unshare` lets SIGTERM pass; when it is gone the kernel ends all that it has started.
    qemu.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}
