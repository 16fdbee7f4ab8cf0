/** Boot programs of the tests, from their sources in `test/boots/programs`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function assembled(name: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'netboot-lab-'));
  const program = join(folder, 'program.bin');
  const source = fileURLToPath(new URL(`../boots/programs/${name}.asm`, import.meta.url));
  try {
    execFileSync('nasm', ['-f', 'bin', '-o', program, source]);
    return readFileSync(program);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
