/** Runs the steps of a long command one after another and says which of them failed. */
import { spawnSync } from 'node:child_process';

export interface StepCommand {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** Stops at the first step that fails, with its exit code. */
export function runSteps(steps: readonly StepCommand[]): number {
  for (const { name, command, env } of steps) {
    const startedMs = Date.now();
    console.log(`\n== ${name}`);
    const [program, ...args] = command;
    const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    if (error !== undefined) console.error(error.message);
    if (status !== 0) {
      console.error(`\nFailed: ${name} (${command.join(' ')})`);
      return status ?? 1;
    }
    console.log(`== ${name}: ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
  }
  return 0;
}
