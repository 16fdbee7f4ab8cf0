/** The watchdog ends a process whose only thread is lost in a loop, and leaves one alone that has ended. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

function run(code: string): {
  readonly signal: string | null;
  readonly status: number | null;
  readonly stderr: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'watchdog-'));
  try {
    const file = join(folder, 'run.mts');
    const watchdog = JSON.stringify(join(import.meta.dirname, 'watchdog.ts'));
    writeFileSync(file, `import { startWatchdog } from ${watchdog};\n${code}\n`);
    return spawnSync(process.execPath, ['--import', 'tsx', file], { encoding: 'utf8', timeout: 50_000 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('kills an endless loop, with its message', () => {
  const { signal, stderr } = run("startWatchdog(100, 'the limit is over'); for (;;);");
  expect(stderr).toBe('the limit is over\n');
  expect(signal).toBe('SIGKILL');
});

it('does not keep a process alive that has come to its end', () => {
  const { status, stderr } = run("startWatchdog(1e9, 'never'); process.exitCode = 3;");
  expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
});
