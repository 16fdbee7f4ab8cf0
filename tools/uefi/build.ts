/** Builds the UEFI firmware from Debian's source package `edk2`. About four minutes of CPU time, so results are kept. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { err, ok, type Result } from '../../src/base/result.ts';
import { DXEFV, PEIFV, SECFV } from '../../src/machine/uefi/layout.ts';
import { unpack, type Apt } from '../images/apt.ts';
import { BUILD_OPTIONS, CHANGES, OUTPUT, recipeHash, REVERTED_PATCHES } from './recipe.ts';

/** Programs that must be on this computer, and the Debian packages that have them. */
const COMPILERS: Readonly<Record<string, string>> = {
  gcc: 'gcc',
  'g++': 'g++',
  make: 'make',
  python3: 'python3',
  patch: 'patch',
  'dpkg-source': 'dpkg-dev',
};
/** Packages that are used from where they are unpacked. */
const UNPACKED = ['nasm', 'acpica-tools', 'uuid-dev', 'libuuid1'] as const;

/** RAM from here on is OVMF's `MEMFD`. */
const MEMFD_BASE = 0x80_0000;
/** A volume's erased end is left out up to here. */
const PAGE = 0x1000;

export interface UefiBuild {
  /** Has `secfv.fv`, `peifv.fv`, `dxefv.fv` and `copyright`. */
  readonly folder: string;
  /** That of the source, and what the lab has done to it. */
  readonly version: string;
  readonly sourceVersion: string;
}

function versionOf(source: string): string {
  return `${source}+lab.${recipeHash()}`;
}

/** Whether a file of the manifest comes from a build as it would be made now; one from elsewhere is left as it is. */
export function isBuiltByRecipe(version: string): boolean {
  return !version.includes('+lab.') || version.endsWith(`+lab.${recipeHash()}`);
}

/** Why there is no firmware: this computer cannot have what the build needs, or the build has failed. */
export interface UefiFailure {
  readonly kind: 'unavailable' | 'failed';
  readonly reason: string;
}

interface Options {
  readonly apt: Apt;
  /** Finished builds are kept below it. */
  readonly cache: string;
  readonly scratch: string;
  readonly say: (text: string) => void;
}

function has(program: string): boolean {
  return spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
}

/** As root on Debian they are installed. */
function ensureCompilers(say: Options['say']): Result<undefined, string> {
  const missing = (): string[] => [
    ...new Set(Object.entries(COMPILERS).flatMap(([program, name]) => (has(program) ? [] : [name]))),
  ];
  const names = missing();
  if (names.length === 0) return ok(undefined);
  if (process.getuid?.() === 0) {
    say(`uefi: installing ${names.join(', ')} with apt-get`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...names]])
      spawnSync('apt-get', ['-q', ...args], { env, stdio: 'ignore' });
    if (missing().length === 0) return ok(undefined);
  }
  return err(
    `building UEFI firmware needs ${missing().join(', ')}: on Debian or Ubuntu "sudo apt-get install ${missing().join(' ')}", ` +
      'or give the public/images/ of a checkout that has it by --from FOLDER',
  );
}

function applyChanges(source: string): Result<undefined, string> {
  for (const { file, find, replace } of CHANGES) {
    const path = join(source, file);
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const lineEnds = (change: string): string => (text.includes('\r\n') ? change.replaceAll('\n', '\r\n') : change);
    const parts = text.split(lineEnds(find));
    if (parts.length !== 2) return err(`this version of edk2 is not known: "${find}" is not once in ${file}`);
    writeFileSync(path, parts.join(lineEnds(replace)));
  }
  for (const { patch } of REVERTED_PATCHES) {
    const path = join(source, 'debian/patches', patch);
    if (!existsSync(path)) continue;
    const done = spawnSync('patch', ['-R', '-p1', '-s', '-i', path], { cwd: source, encoding: 'utf8' });
    if (done.status !== 0) return err(`${patch} cannot be taken back: ${done.stdout.trim()}`);
  }
  return ok(undefined);
}

/** Runs the build's own scripts, with the unpacked packages in the paths. The log is kept when it fails. */
function compile(source: string, tools: string, { cache, say }: Options): Result<undefined, string> {
  const log = join(cache, 'build.log');
  const jobs = cpus().length;
  const script = [
    'set -eo pipefail',
    // The scripts of edk2 read variables that may be unset.
    'source ./edksetup.sh BaseTools >/dev/null',
    `make -C BaseTools -j${jobs} >"$LOG" 2>&1`,
    // One line in a hundred modules.
    `build -n ${jobs} ${BUILD_OPTIONS.join(' ')} 2>&1 | tee -a "$LOG" | ` +
      `awk '/^Building \\.\\.\\./ && ++n % 50 == 0 { print "images: uefi: " n " modules" >"/dev/stderr" }'`,
  ].join('\n');
  const libraries = join(tools, `usr/lib`, spawnSync('gcc', ['-print-multiarch'], { encoding: 'utf8' }).stdout.trim());
  say('uefi: compiling, about four minutes of CPU time');
  const done = spawnSync('nice', ['-n', '10', 'bash', '-c', script], {
    cwd: source,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      LOG: log,
      LC_ALL: 'C.UTF-8',
      // The system's own: another one in the path may lack parts.
      PYTHON_COMMAND: '/usr/bin/python3',
      PATH: `${join(tools, 'usr/bin')}:${process.env['PATH'] ?? ''}`,
      CPATH: join(tools, 'usr/include'),
      LIBRARY_PATH: libraries,
      WORKSPACE: source,
    },
  });
  return done.status === 0 ? ok(undefined) : err(`the build of UEFI firmware failed; its output is in ${log}`);
}

/** Without the erased end. */
function trimmed(volume: Uint8Array): Uint8Array {
  let end = volume.length;
  while (end > 0 && volume[end - 1] === 0xff) end--;
  return volume.subarray(0, Math.ceil(end / PAGE) * PAGE);
}

/** The licences of what is linked, and Debian's file about the whole source. */
function copyrightOf(source: string): string {
  const indented = (name: string): string => readFileSync(join(source, name), 'utf8').replaceAll(/^(?=.)/gm, '  ');
  return [
    'License: BSD-2-Clause-Patent\n',
    indented('License.txt'),
    'License: OpenSSL\nIn the driver of iSCSI:\n',
    indented('CryptoPkg/Library/OpensslLib/openssl/LICENSE'),
    "Debian's copyright file, of the whole source:\n",
    indented('debian/copyright'),
  ].join('\n');
}

function takeVolumes(source: string, folder: string): void {
  const read = (name: string): Uint8Array => readFileSync(join(source, OUTPUT, name));
  const memory = read('MEMFD.fd');
  const part = ({ address, bytes }: typeof PEIFV): Uint8Array =>
    memory.subarray(address - MEMFD_BASE, address - MEMFD_BASE + bytes);
  mkdirSync(folder, { recursive: true });
  const write = (image: string, volume: Uint8Array): void =>
    writeFileSync(join(folder, basename(image)), trimmed(volume));
  write(SECFV.image, read('SECFV.Fv'));
  write(PEIFV.image, part(PEIFV));
  write(DXEFV.image, part(DXEFV));
  writeFileSync(join(folder, 'copyright'), copyrightOf(source));
}

function unavailable(reason: string): Result<never, UefiFailure> {
  return err({ kind: 'unavailable', reason });
}

function failed(reason: string): Result<never, UefiFailure> {
  return err({ kind: 'failed', reason });
}

export function buildUefi(options: Options): Result<UefiBuild, UefiFailure> {
  const { apt, cache, scratch, say } = options;
  const compilers = ensureCompilers(say);
  if (!compilers.ok) return unavailable(compilers.error);
  const archive = apt.downloadSource('edk2');
  if (!archive.ok) return unavailable(archive.error);
  const description = readFileSync(archive.value, 'utf8');
  const sourceVersion = /^Version: (\S+)$/m.exec(description)?.[1] ?? 'unknown';
  const inputs = createHash('sha256').update(description).update(recipeHash()).digest('hex').slice(0, 16);
  const kept = join(cache, inputs);
  const build = { folder: kept, version: versionOf(sourceVersion), sourceVersion };
  if (existsSync(kept)) {
    say('uefi: built before from the same source');
    return ok(build);
  }
  const source = join(scratch, 'edk2');
  const tools = join(scratch, 'uefi-tools');
  mkdirSync(scratch, { recursive: true });
  say(`uefi: unpacking the source, version ${sourceVersion}`);
  const extracted = spawnSync('dpkg-source', ['-x', '--no-check', archive.value, source], { encoding: 'utf8' });
  if (extracted.status !== 0) return failed(`dpkg-source: ${extracted.stderr.trim()}`);
  for (const name of UNPACKED) {
    const program = apt.download(name);
    if (!program.ok) return unavailable(program.error);
    unpack(program.value, tools);
  }
  mkdirSync(cache, { recursive: true });
  const changed = applyChanges(source);
  if (!changed.ok) return failed(changed.error);
  const compiled = compile(source, tools, options);
  if (!compiled.ok) return failed(compiled.error);
  const parts = `${kept}.part`;
  rmSync(parts, { recursive: true, force: true });
  takeVolumes(source, parts);
  renameSync(parts, kept);
  return ok(build);
}
