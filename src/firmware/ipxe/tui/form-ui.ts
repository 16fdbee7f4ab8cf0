/** The forms of `present` and `login`: labels, edit boxes, values checked by the type of their setting. */
import { NS_PER_S } from '../../../base/time/clock.ts';
import { itemAt } from '../../../base/lists/list.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import { CTRL_C, ENTER, ESCAPE } from '../control-keys.ts';
import type { Ipxe } from '../ipxe.ts';
import type { SettingRef } from '../settings/tree.ts';
import { stringType } from '../settings/types.ts';
import { EditString } from './edit-string.ts';
import { Screen } from './screen.ts';
import { ipxeMessage } from '../messages.ts';

const TITLE_ROW = 1;
const FIRST_ROW = 3;
/** A label, a box, a line for complaints. */
const FIELD_ROWS = 3;
const CTRL_X = 0x18;
const INSTRUCTIONS = 'Ctrl-X - save changes     Ctrl-C - discard changes';

export interface FormField {
  readonly label: string;
  /** Undefined: a line of text between the fields. */
  readonly setting: string | undefined;
  readonly isSecret: boolean;
  readonly isDefault?: boolean;
}

export interface Form {
  readonly title: string;
  readonly fields: readonly FormField[];
}

interface Box {
  readonly row: number;
  readonly ref: SettingRef;
  readonly edit: EditString;
  readonly isSecret: boolean;
}

export function* runForm(ipxe: Ipxe, form: Form): Task<Status> {
  const screen = new Screen(ipxe);
  const boxes: Box[] = [];
  const labels: { row: number; text: string }[] = [];
  const rows = form.fields.reduce((sum, field) => sum + (field.setting === undefined ? 1 : FIELD_ROWS), 0);
  const room = screen.rows - 2 - FIRST_ROW;
  let row = FIRST_ROW + Math.max(0, Math.floor((room - rows) / 2));
  let current = 0;
  for (const field of form.fields) {
    labels.push({ row, text: field.label });
    if (field.setting !== undefined) {
      const ref = ipxe.settings.parse(field.setting, true);
      if (!ref.ok) return ref.error;
      const found = ipxe.settings.fetch(ref.value);
      const text = found.ok ? found.value.type.format(found.value.raw) : found;
      if (field.isDefault === true) current = boxes.length;
      boxes.push({
        row: row + 1,
        ref: ref.value,
        edit: new EditString(text.ok ? text.value : ''),
        isSecret: field.isSecret,
      });
    }
    row += field.setting === undefined ? 1 : FIELD_ROWS;
  }
  if (boxes.length === 0) return Err.formNoFields;
  if (rows > room) return Err.formTooManyFields;

  const width = Math.floor(screen.columns / 2);
  const left = Math.floor((screen.columns - width) / 2);
  const drawBox = (box: Box): void => {
    const { edit } = box;
    const start = Math.max(0, edit.cursor - width + 1);
    const text = box.isSecret ? '*'.repeat(edit.text.length) : edit.text;
    screen.put(box.row, left, text.slice(start, start + width).padEnd(width, '_'), 'edit');
  };
  const isInvalid = (box: Box): boolean =>
    box.edit.text !== '' && !(box.ref.setting.type ?? stringType).parse(box.edit.text).ok;
  const drawState = (box: Box): void => {
    if (isInvalid(box)) screen.centre(box.row + 1, ' ERR ', 'alert');
    else screen.centre(box.row + 1, '     ');
  };
  screen.begin();
  screen.centre(TITLE_ROW, form.title, 'normal', true);
  for (const label of labels) screen.centre(label.row, label.text, 'normal', true);
  for (const box of boxes) drawBox(box);
  screen.centre(screen.rows - 2, INSTRUCTIONS);
  let status: Status = OK;
  ipxe.log.emit({
    kind: 'stage',
    stage: 'menu',
    ...(form.title === '' ? ipxeMessage('ipxe.form') : ipxeMessage('ipxe.form-titled', { title: form.title })),
  });
  for (;;) {
    const box = itemAt(boxes, current);
    drawBox(box);
    screen.cursorAt(box.row, left + Math.min(box.edit.cursor, width - 1));
    yield* screen.flush();
    const key = yield* ipxe.key();
    if (key === undefined) continue;
    if (key.ascii === CTRL_C || key.ascii === ESCAPE) {
      status = Err.formCancelled;
      break;
    }
    const isLast = current === boxes.length - 1;
    const saves = key.ascii === CTRL_X || (key.ascii === ENTER && isLast);
    if (saves) {
      const wrong = boxes.findIndex(isInvalid);
      if (wrong < 0) {
        status = save(ipxe, boxes);
        break;
      }
      for (const each of boxes) drawState(each);
      current = wrong;
    } else if (key.name === 'Up') current = Math.max(0, current - 1);
    else if (key.name === 'Down' || key.ascii === ENTER) current = Math.min(boxes.length - 1, current + 1);
    else if (key.name === 'Tab') current = (current + 1) % boxes.length;
    else {
      box.edit.press(key);
      drawState(box);
    }
  }
  yield* screen.end();
  return status;
}

function save(ipxe: Ipxe, boxes: readonly Box[]): Status {
  for (const { ref, edit } of boxes) {
    const status = ipxe.settings.storeText(ref, edit.text);
    if (status !== OK) return status;
  }
  return OK;
}

/** How long an alert stays. */
export const ALERT_NS = 2 * NS_PER_S;
