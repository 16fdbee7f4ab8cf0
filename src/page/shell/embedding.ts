/**
 * The messages between an embedding page and the lab: plain data by `postMessage`. The embedder sends ids of commands;
 * the lab reports its progress. `docs/page.md` describes it for authors.
 */
import { isNameOf } from '../../scenario/machine-names.ts';
import type { Controller } from '../controller.ts';
import { useDocument, useLive, useView, type LiveState } from '../store.ts';

interface Request {
  readonly command: string;
  readonly argument: unknown;
  readonly id: string | number | undefined;
}

/**
 * Only these commands are accepted from outside: they show, run and step the lab of the link, and change nothing else.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  'time.run',
  'time.pause',
  'time.step-frame',
  'time.step-event',
  'time.until',
  'time.pace',
  'time.restart',
  'machine.power',
  'packets.filter',
]);

const LONGEST_ARGUMENT = 4096;

export type MessageToEmbedder =
  | { readonly netbootLab: 1; readonly event: 'ready'; readonly name: string }
  | { readonly netbootLab: 1; readonly event: 'stopped'; readonly reason: string; readonly timeNs: number }
  | {
      readonly netbootLab: 1;
      readonly event: 'stage';
      readonly machine: string;
      readonly stage: string;
      readonly text: string;
      readonly timeNs: number;
    }
  | {
      readonly netbootLab: 1;
      readonly event: 'done';
      readonly id: string | number | undefined;
      readonly ok: boolean;
      /** In English, when it is not ok. */
      readonly error?: string;
    };

function parseRequest(data: unknown): Request | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { netbootLab, command, argument, id } = data as Readonly<Record<string, unknown>>;
  if (netbootLab !== 1 || typeof command !== 'string') return undefined;
  return {
    command,
    argument,
    id: typeof id === 'string' || typeof id === 'number' ? id : undefined,
  };
}

/**
 * Does nothing when the page stands alone, or was not opened with `embed=1`. Any site may embed a lab, so messages and
 * commands concern only the lab of the embedder's own link: what is reported is a function of what the embedder wrote
 * into that link, and is sent to the embedding page only. A lab of the reader's own that is opened in the frame stays
 * private.
 */
export function speakWithEmbedder(controller: Controller): void {
  if (window.parent === window || !useView.getState().embed) return;
  const embedder = window.parent;
  const tell = (message: MessageToEmbedder): void => {
    if (controller.isOfLink) embedder.postMessage(message, '*');
  };
  addEventListener('message', ({ data, source }: MessageEvent<unknown>) => {
    if (source !== embedder || !controller.isOfLink) return;
    const request = parseRequest(data);
    if (request === undefined) return;
    void (async () => {
      const error = await carryOut(controller, request);
      tell({
        netbootLab: 1,
        event: 'done',
        id: request.id,
        ok: error === undefined,
        ...(error === undefined ? {} : { error }),
      });
    })();
  });
  const tellReady = (): void => {
    const name = controller.labName();
    if (name !== undefined) tell({ netbootLab: 1, event: 'ready', name });
  };
  let told: Pick<LiveState, 'history' | 'count'> = useLive.getState();
  useLive.subscribe((state, before) => {
    if (state.progress?.kind === 'ready' && before.progress?.kind !== 'ready') tellReady();
    const from = state.history === told.history ? told.count : 0;
    told = { history: state.history, count: state.count };
    for (const event of state.history.range(from, state.count)) {
      if (event.kind !== 'stage') continue;
      const { node, stage, text, timeNs } = event;
      tell({ netbootLab: 1, event: 'stage', machine: node, stage, text, timeNs });
    }
    // The stages that led to it come first.
    const stopped = state.update?.stopped;
    if (stopped !== undefined && stopped !== before.update?.stopped && state.update?.mode.kind === 'paused')
      tell({ netbootLab: 1, event: 'stopped', reason: stopped.kind, timeNs: state.update.timeNs });
  });
  if (useLive.getState().progress?.kind === 'ready') tellReady();
}

/** Carries out a request of the embedder. Returns the reason when it cannot. */
async function carryOut(controller: Controller, { command, argument }: Request): Promise<string | undefined> {
  const isPanel = command.startsWith('panel.');
  if (!ALLOWED.has(command) && !isPanel) return `there is no command ${JSON.stringify(command.slice(0, 80))}`;
  if (argument !== undefined && typeof argument !== 'string') return 'the argument is no string';
  if (argument !== undefined && argument.length > LONGEST_ARGUMENT) return 'the argument is too long';
  if (isPanel && controller.commands.get(command) === undefined)
    return `there is no panel ${JSON.stringify(command.slice('panel.'.length, 80))}`;
  const fault = await faultOf(controller, command, argument);
  if (fault !== undefined) return fault;
  return (await controller.commands.run(command, argument)) ? undefined : 'the lab is not ready';
}

/** What is wrong with the argument of a command. */
async function faultOf(
  { client }: Controller,
  command: string,
  argument: string | undefined,
): Promise<string | undefined> {
  switch (command) {
    case 'machine.power': {
      if (argument === undefined) return undefined;
      const nodes = useDocument.getState().scenario?.nodes ?? [];
      const isMachine = nodes.some((node) => (node.kind === 'pc' || node.kind === 'bare') && isNameOf(node, argument));
      return isMachine ? undefined : `there is no machine ${JSON.stringify(argument.slice(0, 80))}`;
    }
    case 'time.pace': {
      const isPace = argument === 'auto' || argument === 'frames' || (argument !== undefined && isFactor(argument));
      return isPace ? undefined : 'the pace is none of auto, frames, or a number from 0 up';
    }
    case 'time.until': {
      if (argument === undefined || argument.trim() === '') return 'a condition is missing';
      const fault = await client.lab.checkCondition(argument.trim());
      return fault === undefined ? undefined : `at ${fault.offset + 1}: ${fault.message}`;
    }
    case 'packets.filter': {
      const state = await client.analysis.checkFilter(argument ?? '');
      return state.ok ? undefined : `at ${(state.offset ?? 0) + 1}: ${state.message ?? ''}`;
    }
    default:
      return undefined;
  }
}

function isFactor(argument: string): boolean {
  return argument.trim() !== '' && Number(argument) >= 0 && Number.isFinite(Number(argument));
}
