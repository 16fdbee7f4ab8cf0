/** Runs the steps of a long command, one after another or in lanes side by side, and says which of them failed. */
import { spawn, spawnSync } from 'node:child_process';

export interface StepCommand {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

function sayFailure({ name, command }: StepCommand): void {
  console.error(`\nFailed: ${name} (${command.join(' ')})`);
}

function secondsSince(startedMs: number): string {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
}

/** Stops at the first step that fails, with its exit code. */
export function runSteps(steps: readonly StepCommand[]): number {
  for (const step of steps) {
    const startedMs = Date.now();
    console.log(`\n== ${step.name}`);
    const [program, ...args] = step.command;
    const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...step.env } });
    if (error !== undefined) console.error(error.message);
    if (status !== 0) {
      sayFailure(step);
      return status ?? 1;
    }
    console.log(`== ${step.name}: ${secondsSince(startedMs)}`);
  }
  return 0;
}

/**
 * Runs lanes of steps side by side; what a step prints is shown when it has ended. A lane stops at its first step that
 * fails. Returns the exit code of the last failure, or 0.
 */
export async function runLanes(lanes: readonly (readonly StepCommand[])[]): Promise<number> {
  let failure = 0;
  const runLane = async (steps: readonly StepCommand[]): Promise<void> => {
    for (const step of steps) {
      const startedMs = Date.now();
      const { code, output } = await runStep(step);
      console.log(`\n== ${step.name}\n${output}== ${step.name}: ${secondsSince(startedMs)}`);
      if (code === 0) continue;
      sayFailure(step);
      failure = code;
      return;
    }
  };
  await Promise.all(lanes.map(runLane));
  return failure;
}

function runStep({ command, env }: StepCommand): Promise<{ readonly code: number; readonly output: string }> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
