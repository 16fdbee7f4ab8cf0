/**
 * What an embedding page and the lab say to each other, by `postMessage`, in plain data. The embedder names commands by
 * their ids; the lab tells how far it is. `docs/page.md` describes it for authors.
 */
import type { LabEvent } from '../../base/event-log.ts';
import type { Controller } from '../controller.ts';
import { useLive, useView } from '../store.ts';

interface Request {
  readonly command: string;
  readonly argument: string | undefined;
  readonly id: string | number | undefined;
}

/** Only such commands are taken from outside: they show, run and step the lab of the link, and change nothing else. */
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
  | { readonly netbootLab: 1; readonly event: 'done'; readonly id: string | number | undefined; readonly ok: boolean };

function parseRequest(data: unknown): Request | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { netbootLab, command, argument, id } = data as Readonly<Record<string, unknown>>;
  if (netbootLab !== 1 || typeof command !== 'string') return undefined;
  return {
    command,
    argument: typeof argument === 'string' && argument.length <= 4096 ? argument : undefined,
    id: typeof id === 'string' || typeof id === 'number' ? id : undefined,
  };
}

/**
 * Does nothing when the page stands alone, or was not opened with `embed=1`. Any site may embed a lab, so nothing is told
 * and nothing obeyed but about the lab of its own link: what it tells is a function of what the embedder has written
 * there, and goes to whoever embeds it. A lab of the reader's own, opened in the frame, is nobody else's business.
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
      const known = ALLOWED.has(request.command) || request.command.startsWith('panel.');
      const ok = known && (await controller.commands.run(request.command, request.argument));
      tell({ netbootLab: 1, event: 'done', id: request.id, ok });
    })();
  });
  const tellReady = (): void => {
    const name = controller.labName();
    if (name !== undefined) tell({ netbootLab: 1, event: 'ready', name });
  };
  useLive.subscribe((state, before) => {
    if (state.progress?.kind === 'ready' && before.progress?.kind !== 'ready') tellReady();
    const stopped = state.update?.stopped;
    if (stopped !== undefined && stopped !== before.update?.stopped && state.update?.mode.kind === 'paused')
      tell({ netbootLab: 1, event: 'stopped', reason: stopped.kind, timeNs: state.update.timeNs });
    if (state.events !== before.events)
      for (const event of newEvents(state.events, before.events))
        if (event.kind === 'stage') {
          const { node, stage, text, timeNs } = event;
          tell({ netbootLab: 1, event: 'stage', machine: node, stage, text, timeNs });
        }
  });
  if (useLive.getState().progress?.kind === 'ready') tellReady();
}

function newEvents(now: readonly LabEvent[], before: readonly LabEvent[]): readonly LabEvent[] {
  return now.length > before.length ? now.slice(before.length) : now;
}
