/**
 * The disk of the SAN scenarios: GRUB, a Linux kernel, an initramfs whose kernel attaches the disk again by iSCSI, AoE
 * or FCoE, and a small system on it. All of it comes from Debian packages, apart from the scripts beside this file.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { utf8 } from '../../src/base/bytes.ts';
import { err, ok, type Result } from '../../src/base/result.ts';
import type { GrubImages } from '../../src/media/grub.ts';
import { makeMbrDisk, PARTITION_TYPE } from '../../src/media/mbr-disk.ts';
import { makeCpio } from './cpio.ts';
import { makeExt2 } from './ext2.ts';
import type { FileEntry } from './files.ts';
import { chooseModules } from './modules.ts';

/** As in `grub.cfg`, where the kernel is told its root by it. */
const SIGNATURE = 0x4e4c5341;
const ROOT_BYTES = 18 * 1024 ** 2;

const MODULES = [
  // The network cards of the lab's PCs.
  'ne2k-pci',
  'virtio_pci',
  'virtio_net',
  // iSCSI with the table that the firmware leaves, AoE, FCoE, and a disk in the PC itself.
  'iscsi_ibft',
  'iscsi_tcp',
  'aoe',
  'fcoe',
  '8021q',
  'ata_piix',
  'sd_mod',
  // `ext4` reads ext2 too; it and the disks ask for their checksums by name, so no module says that it needs them.
  'ext4',
  'crc32c_generic',
  'crct10dif_generic',
];

/** What the initiator's login program is linked with. */
const LIBRARIES = [
  'ld-linux.so.2',
  'libc.so.6',
  'libcrypto.so.3',
  'libkmod.so.2',
  'liblzma.so.5',
  'libzstd.so.1',
  'libopeniscsiusr.so.0.2.0',
];

/** Packages whose files are on the disk, beside the kernel's and `busybox-static`: the login program and `LIBRARIES`. */
export const SYSTEM_LIBRARIES = [
  'open-iscsi',
  'libopeniscsiusr',
  'libkmod2',
  'liblzma5',
  'libzstd1',
  'libssl3',
  'libc6',
] as const;

const here = dirname(fileURLToPath(import.meta.url));

export interface DiskSources {
  /** The kernel's package, `busybox-static` and `SYSTEM_LIBRARIES`, unpacked into one tree. */
  readonly system: string;
  /** `EXT2_PACKAGES`, unpacked. */
  readonly tools: string;
  readonly grub: GrubImages;
  /** An empty folder. */
  readonly scratch: string;
}

/** Returns the disk's bytes. */
export function makeSanDisk({ system, tools, grub, scratch }: DiskSources): Result<Uint8Array, string> {
  const kernel = only(join(system, 'boot'), /^vmlinuz-/);
  if (!kernel.ok) return kernel;
  const release = kernel.value.slice('vmlinuz-'.length);
  const initramfs = makeInitramfs(system, release);
  if (!initramfs.ok) return initramfs;
  const script = (name: string): Uint8Array => readFileSync(join(here, name));
  const root = makeExt2(
    [
      { kind: 'file', path: 'boot/vmlinuz', bytes: readFileSync(join(system, 'boot', kernel.value)) },
      { kind: 'file', path: 'boot/initrd.gz', bytes: gzipSync(initramfs.value, { level: 9 }) },
      { kind: 'file', path: 'boot/grub/grub.cfg', bytes: script('grub.cfg') },
      { kind: 'file', path: 'bin/busybox', bytes: readFileSync(join(system, 'bin/busybox')), executable: true },
      { kind: 'file', path: 'sbin/init', bytes: script('system.sh'), executable: true },
      { kind: 'file', path: 'var/log/boots', bytes: new Uint8Array(0) },
      ...['dev', 'proc', 'sys', 'run', 'tmp'].map((path): FileEntry => ({ kind: 'folder', path })),
    ],
    ROOT_BYTES,
    tools,
    scratch,
  );
  if (!root.ok) return root;
  const partition = { type: PARTITION_TYPE.linux, active: true, content: root.value };
  const disk = makeMbrDisk({ partitions: [partition], grub, signature: SIGNATURE });
  return disk.ok ? disk : err(disk.error.text);
}

/** An uncompressed archive. */
function makeInitramfs(system: string, release: string): Result<Uint8Array, string> {
  const chosen = chooseModules(join(system, 'lib/modules', release), MODULES);
  if (!chosen.ok) return chosen;
  const { modules, dependencyList, aliasList } = chosen.value;
  const folder = `lib/modules/${release}`;
  const libraries = LIBRARIES.map((name) => findLibrary(system, name));
  for (const library of libraries) if (!library.ok) return library;
  return ok(
    makeCpio([
      { kind: 'file', path: 'init', bytes: readFileSync(join(here, 'init.sh')), executable: true },
      { kind: 'file', path: 'bin/busybox', bytes: readFileSync(join(system, 'bin/busybox')), executable: true },
      { kind: 'link', path: 'sbin/modprobe', to: '../bin/busybox' },
      { kind: 'file', path: 'sbin/iscsistart', bytes: readFileSync(join(system, 'sbin/iscsistart')), executable: true },
      ...libraries.flatMap((library, index): FileEntry[] =>
        library.ok
          ? [{ kind: 'file', path: `lib/${LIBRARIES[index]}`, bytes: readFileSync(library.value), executable: true }]
          : [],
      ),
      { kind: 'file', path: `${folder}/modules.dep`, bytes: utf8(dependencyList) },
      { kind: 'file', path: `${folder}/modules.alias`, bytes: utf8(aliasList) },
      ...modules.map(({ name, file }): FileEntry => ({
        kind: 'file',
        path: `${folder}/${name}.ko`,
        bytes: readFileSync(file),
      })),
      ...['dev', 'proc', 'sys', 'run', 'root', 'tmp'].map((path): FileEntry => ({ kind: 'folder', path })),
    ]),
  );
}

function findLibrary(system: string, name: string): Result<string, string> {
  for (const folder of ['lib/i386-linux-gnu', 'usr/lib/i386-linux-gnu', 'lib']) {
    const path = join(system, folder, name);
    if (existsSync(path)) return ok(path);
  }
  return err(`the packages have no ${name}`);
}

/** The one name in a folder that fits. */
function only(folder: string, pattern: RegExp): Result<string, string> {
  const [name, second] = readdirSync(folder).filter((entry) => pattern.test(entry));
  return name !== undefined && second === undefined ? ok(name) : err(`not one ${pattern.source} in ${folder}`);
}
