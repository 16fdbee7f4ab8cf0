/**
 * What is said when a machine or a server cannot go on: not a fault that the lab was asked to make; in
 * English. Events carry ids and parameters for other languages.
 */
import type { EventBody } from './event-log.ts';
import { fillIn, type ParametersOf } from './sentence.ts';

export const FAILURE_TEXTS = {
  'failure.machine/triple-fault':
    'Triple fault: the CPU could not begin to handle a double fault, shut down, and the board resets the machine.',
  'failure.machine/emulator-trap': 'The emulator stopped: {reason}',
  'failure.machine/failed': 'The machine failed: {reason}',
  'failure.server/failed': 'The server failed and is silent from here on: {reason}',
  'failure.lab/watch-failed': 'What this means for the boot could not be worked out: {reason}',
} as const;

type FailureCode = keyof typeof FAILURE_TEXTS extends `failure.${infer Code}` ? Code : never;

export function failureEvent<Code extends FailureCode>(
  code: Code,
  parameters: ParametersOf<(typeof FAILURE_TEXTS)[`failure.${Code}`]>,
): EventBody & { readonly kind: 'fault' } {
  const id = `failure.${code}` as const;
  return { kind: 'fault', code, text: fillIn(FAILURE_TEXTS[id], parameters), says: { id, parameters } };
}

/** The message of an error. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
