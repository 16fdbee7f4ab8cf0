/**
 * An ext2 file system from a list of files, by `mke2fs` and `debugfs` of Debian's e2fsprogs. The same files give the same
 * bytes at any time and for any user: owner, times and identifiers are fixed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/base/result.ts';
import { libraryPath } from '../images/apt.ts';
import { withFolders, type FileEntry } from './files.ts';

/** What `mke2fs` is linked with, beside itself; a small system may lack it. */
export const EXT2_PACKAGES = ['e2fsprogs', 'libext2fs2', 'libcom-err2', 'libss2', 'libblkid1', 'libuuid1'] as const;

/** 2000-01-01. */
const TIME_S = '946684800';
const UUID = '4e4c5341-0000-4000-8000-000000000001';
const BLOCK_BYTES = 4096;

/** `tools` has `EXT2_PACKAGES` unpacked, `scratch` is an empty folder. */
export function makeExt2(
  entries: readonly FileEntry[],
  sizeBytes: number,
  tools: string,
  scratch: string,
): Result<Uint8Array, string> {
  const image = join(scratch, 'root.ext2');
  const run = (program: string, args: readonly string[]): Result<undefined, string> => {
    const env = { ...process.env, E2FSPROGS_FAKE_TIME: TIME_S, LD_LIBRARY_PATH: libraryPath(tools) };
    const done = spawnSync(join(tools, 'sbin', program), args, { encoding: 'utf8', env });
    // `debugfs` says what went wrong and ends with 0; its first line is its version.
    const complaints = program === 'debugfs' ? done.stderr.split('\n').slice(1).join(' ').trim() : '';
    if (done.status === 0 && complaints === '') return ok(undefined);
    return err(`${program}: ${done.error?.message ?? (complaints === '' ? done.stderr.trim() : complaints)}`);
  };
  const options = [
    '-q',
    '-t',
    'ext2',
    '-b',
    `${BLOCK_BYTES}`,
    '-I',
    '256',
    '-m',
    '0',
    '-N',
    '128',
    '-O',
    '^resize_inode',
  ];
  const identity = ['-L', 'lab-disk', '-U', UUID, '-E', `hash_seed=${UUID},root_owner=0:0`];
  const made = run('mke2fs', [...options, ...identity, image, `${Math.ceil(sizeBytes / BLOCK_BYTES)}`]);
  if (!made.ok) return made;
  const commands = ['rmdir lost+found'];
  for (const [index, entry] of withFolders(entries).entries()) {
    if (entry.kind === 'link') commands.push(`symlink ${entry.path} ${entry.to}`);
    else if (entry.kind === 'folder') commands.push(`mkdir ${entry.path}`);
    else {
      const file = join(scratch, `file-${index}`);
      writeFileSync(file, entry.bytes);
      commands.push(
        `write ${file} ${entry.path}`,
        `sif ${entry.path} mode ${entry.executable === true ? '0100755' : '0100644'}`,
        // Until here it belongs to the user that runs this.
        `sif ${entry.path} uid 0`,
        `sif ${entry.path} gid 0`,
      );
    }
  }
  const script = join(scratch, 'debugfs.commands');
  writeFileSync(script, `${commands.join('\n')}\n`);
  const filled = run('debugfs', ['-w', '-f', script, image]);
  return filled.ok ? ok(readFileSync(image)) : filled;
}
