/** A command as the page's parts define it: with the schema of its argument, before there is a page to act on. */
import type * as z from 'zod/mini';
import type { Message } from '../../base/sentence.ts';
import type { Controller } from '../controller.ts';
import type { AnyText } from '../i18n/index.ts';
import { useDocument, useLive, useView } from '../store.ts';
import { commandMessage } from './messages.ts';
import type { Command } from './registry.ts';

/** The command once it can act, and the type of its argument. */
export interface CommandSpec<Id extends string, Argument> {
  readonly id: Id;
  /** Never there: it carries the type. */
  readonly argumentType?: Argument;
  readonly bind: (page: Controller) => Command;
}

interface Parts<Id extends string> {
  readonly id: Id;
  readonly title: AnyText;
  readonly key?: string;
  /** The key holds only while the focus is in this panel. */
  readonly panel?: string;
  readonly whyNot?: (page: Controller) => Message | undefined;
}

/** A command without an argument. */
export function defineCommand<const Id extends string>(
  spec: Parts<Id> & { readonly run: (page: Controller) => unknown },
): CommandSpec<Id, undefined> {
  const { whyNot, run, ...rest } = spec;
  return {
    id: spec.id,
    bind: (page) => ({
      ...rest,
      ...(whyNot === undefined ? {} : { whyNot: () => whyNot(page) }),
      run: async () => await run(page),
    }),
  };
}

/** A command with an argument, which `refusal` and `run` get as the schema gives it. */
export function defineCommandWith<const Id extends string, Schema extends z.ZodMiniType>(
  spec: Parts<Id> & {
    readonly argument: Schema;
    /** Why it cannot be done with this argument. */
    readonly refusal?: (
      page: Controller,
      argument: z.output<Schema>,
    ) => Message | undefined | Promise<Message | undefined>;
    readonly run: (page: Controller, argument: z.output<Schema>) => unknown;
  },
): CommandSpec<Id, z.input<Schema>> {
  const { whyNot, refusal, run, ...rest } = spec;
  return {
    id: spec.id,
    bind: (page) => ({
      ...rest,
      ...(whyNot === undefined ? {} : { whyNot: () => whyNot(page) }),
      ...(refusal === undefined ? {} : { refusal: async (given) => await refusal(page, given as z.output<Schema>) }),
      // The registry has parsed it with this schema.
      run: async (given) => await run(page, given as z.output<Schema>),
    }),
  };
}

/** The argument of each of a list of commands, by id. */
export type ArgumentsOf<Specs extends readonly CommandSpec<string, unknown>[]> = {
  readonly [Spec in Specs[number] as Spec['id']]:
    | NonNullable<Spec['argumentType']>
    | Extract<Spec extends CommandSpec<string, infer A> ? A : never, undefined>;
};

// Reasons that several subjects share.

export function unlessReady(): Message | undefined {
  return useLive.getState().progress?.kind === 'ready' ? undefined : commandMessage('command.not-ready');
}

export function unlessLab(): Message | undefined {
  return useDocument.getState().scenario === undefined ? commandMessage('command.no-lab') : undefined;
}

export function unlessPast(): Message | undefined {
  return useView.getState().pastNs === undefined ? commandMessage('command.live') : undefined;
}

/** What needs the lab itself cannot be done to a capture. */
export function unlessOfLab(): Message | undefined {
  return useView.getState().capture === undefined ? undefined : commandMessage('command.of-lab');
}

export function unlessProjector(): Message | undefined {
  return useView.getState().projector ? undefined : commandMessage('command.no-projector');
}
