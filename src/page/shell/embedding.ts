/**
 * The messages between an embedding page and the lab: plain data by `postMessage`. The embedder sends ids of commands;
 * the lab reports its progress. `docs/page.md` describes it for authors.
 */
import type { Message } from '../../base/sentence.ts';
import type { PageCommands } from '../commands/all.ts';
import { commandMessage } from '../commands/messages.ts';
import type { Controller } from '../controller.ts';
import { useLive, useView, type LiveState } from '../store.ts';

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
const LONGEST_NAME = 80;

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
export function speakWithEmbedder(controller: Pick<Controller, 'isOfLink' | 'labName'>, commands: PageCommands): void {
  if (window.parent === window || !useView.getState().embed) return;
  const embedder = window.parent;
  const post = (message: MessageToEmbedder): void => {
    if (controller.isOfLink) embedder.postMessage(message, '*');
  };
  addEventListener('message', ({ data, source }: MessageEvent<unknown>) => {
    if (source !== embedder || !controller.isOfLink) return;
    const request = parseRequest(data);
    if (request === undefined) return;
    void (async () => {
      const error = await carryOut(commands, request);
      post({
        netbootLab: 1,
        event: 'done',
        id: request.id,
        ok: error === undefined,
        ...(error === undefined ? {} : { error: error.text }),
      });
    })();
  });
  const announceReady = (): void => {
    const name = controller.labName();
    if (name !== undefined) post({ netbootLab: 1, event: 'ready', name });
  };
  let reported: Pick<LiveState, 'history' | 'count'> = useLive.getState();
  useLive.subscribe((state, before) => {
    if (state.progress?.kind === 'ready' && before.progress?.kind !== 'ready') announceReady();
    const from = state.history === reported.history ? reported.count : 0;
    reported = { history: state.history, count: state.count };
    for (const event of state.history.range(from, state.count)) {
      if (event.kind !== 'stage') continue;
      const { node, stage, text, timeNs } = event;
      post({ netbootLab: 1, event: 'stage', machine: node, stage, text, timeNs });
    }
    // The stages that led to it come first.
    const stopped = state.update?.stopped;
    if (stopped !== undefined && stopped !== before.update?.stopped && state.update?.mode.kind === 'paused')
      post({ netbootLab: 1, event: 'stopped', reason: stopped.kind, timeNs: state.update.timeNs });
  });
  if (useLive.getState().progress?.kind === 'ready') announceReady();
}

/** Carries out a request of the embedder. Returns the reason when it cannot. */
async function carryOut(commands: PageCommands, { command, argument }: Request): Promise<Message | undefined> {
  const isPanel = command.startsWith('panel.');
  if ((!ALLOWED.has(command) && !isPanel) || commands.get(command) === undefined)
    return commandMessage('command.unknown', { id: JSON.stringify(command.slice(0, LONGEST_NAME)) });
  if (typeof argument === 'string' && argument.length > LONGEST_ARGUMENT)
    return commandMessage('command.argument-too-long');
  return await commands.invoke(command, argument);
}
