/** A line typed at the cursor: prompt, editing, history. */
import { itemAt } from '../../../base/lists/list.ts';
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err } from '../errors.ts';
import { CTRL_C, ENTER } from '../control-keys.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { EditString } from './edit-string.ts';

export interface ReadLineOptions {
  readonly prompt?: string;
  readonly prefill?: string;
  /** For the first key only; 0: no timeout. */
  readonly timeoutMs?: number;
  /** Oldest first. */
  readonly history?: readonly string[];
}

/** Moves from one shown state to the next with as few characters as a serial line can bear. */
function repaint(shown: string, cursor: number, edit: EditString): string {
  let same = 0;
  while (same < shown.length && same < edit.text.length && shown[same] === edit.text[same]) same++;
  let out = '';
  if (shown === edit.text) {
    if (edit.cursor < cursor) return '\b'.repeat(cursor - edit.cursor);
    return edit.text.slice(cursor, edit.cursor);
  }
  out += cursor > same ? '\b'.repeat(cursor - same) : shown.slice(cursor, same);
  out += edit.text.slice(same);
  const left = shown.length - edit.text.length;
  if (left > 0) out += ' '.repeat(left) + '\b'.repeat(left);
  return out + '\b'.repeat(edit.text.length - edit.cursor);
}

export function* readLine(ipxe: Ipxe, options: ReadLineOptions): Task<Outcome<string>> {
  const edit = new EditString(options.prefill ?? '');
  const history = options.history ?? [];
  // Lines of the history may be edited before one is chosen; the last entry is the new line.
  const lines = [...history, edit.text];
  let line = lines.length - 1;
  yield* ipxe.print((options.prompt ?? '') + edit.text);
  let timeoutMs = options.timeoutMs ?? 0;
  for (;;) {
    const key = yield* ipxe.key(timeoutMs);
    timeoutMs = 0;
    if (key === undefined || key.ascii === CTRL_C) {
      yield* ipxe.print('\n');
      return err(key === undefined ? Err.readTimeout : Err.readCancelled);
    }
    if (key.ascii === ENTER || key.ascii === 0x0a) {
      yield* ipxe.print('\n');
      return ok(edit.text);
    }
    const { text, cursor } = edit;
    const isUp = key.name === 'Up' || key.ascii === 0x10;
    const isDown = key.name === 'Down' || key.ascii === 0x0e;
    if (isUp || isDown) {
      const next = line + (isUp ? -1 : 1);
      if (next < 0 || next >= lines.length) continue;
      lines[line] = text;
      line = next;
      edit.set(itemAt(lines, line));
    } else edit.press(key);
    yield* ipxe.print(repaint(text, cursor, edit));
  }
}
