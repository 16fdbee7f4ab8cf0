/** The full-screen settings editor of `config`: blocks to enter, settings to edit and delete. */
import { after, type Task } from '../../../base/time/task.ts';
import type { Key } from '../../platform.ts';
import { OK, strerror, type Status } from '../errors.ts';
import { CTRL_C, ENTER, ESCAPE } from '../control-keys.ts';
import type { Ipxe } from '../ipxe.ts';
import type { SettingsBlock } from '../settings/block.ts';
import { predefinedSettings, type PredefinedSetting } from '../settings/predefined.ts';
import { EditString } from './edit-string.ts';
import { ALERT_NS } from './form-ui.ts';
import { Screen } from './screen.ts';

const TITLE_ROW = 1;
const LIST_ROW = 3;
const LIST_COLUMN = 1;
const NAME_WIDTH = 15;
const CTRL_D = 0x04;
const CTRL_X = 0x18;
const UNSET = '<not specified>';
const LEAVING = 'Ctrl-X - exit configuration utility';
const BROWSING = `Ctrl-D - delete setting     ${LEAVING}`;
const EDITING = 'Enter - accept changes     Ctrl-C - discard changes';

type Row =
  | { readonly kind: 'block'; readonly name: string; readonly block: SettingsBlock }
  | { readonly kind: 'setting'; readonly setting: PredefinedSetting };

class Editor {
  private readonly ipxe: Ipxe;
  private readonly screen: Screen;
  private block: SettingsBlock;
  private rows: Row[] = [];
  private selected = 0;
  private first = 0;

  constructor(ipxe: Ipxe, block: SettingsBlock) {
    this.ipxe = ipxe;
    this.screen = new Screen(ipxe);
    this.block = block;
  }

  private get visible(): number {
    return this.screen.rows - 9;
  }

  private get infoRow(): number {
    return this.screen.rows - 5;
  }

  private load(): void {
    const target = this.block.resolve();
    const block = target.ok ? target.value : this.block;
    this.rows = [];
    if (this.block.parent !== undefined) this.rows.push({ kind: 'block', name: '../', block: this.block.parent });
    for (const child of block.children) this.rows.push({ kind: 'block', name: `${child.name}/`, block: child });
    const seen = new Set<string>();
    for (const setting of predefinedSettings) {
      if (!block.applies(setting) || seen.has(setting.name)) continue;
      seen.add(setting.name);
      this.rows.push({ kind: 'setting', setting });
    }
    this.selected = 0;
    this.first = 0;
  }

  /** The text of a setting here, and whether this very block has it. */
  private value(setting: PredefinedSetting): { text: string; isOwn: boolean } | undefined {
    const found = this.ipxe.settings.fetch({ block: this.block, setting });
    if (!found.ok) return undefined;
    const text = found.value.type.format(found.value.raw);
    const target = this.block.resolve();
    return text.ok ? { text: text.value, isOwn: target.ok && found.value.origin === target.value } : undefined;
  }

  private drawRow(at: number, isEdited = false): void {
    const line = at - this.first;
    if (line < 0 || line >= this.visible) return;
    const width = this.screen.columns - 2 * LIST_COLUMN;
    const row = this.rows[at];
    if (row === undefined) {
      this.screen.put(LIST_ROW + line, LIST_COLUMN, ' '.repeat(width));
      return;
    }
    let text = '';
    let bold = true;
    if (row.kind === 'block') text = row.name;
    else {
      const value = this.value(row.setting);
      text = `${row.setting.name.slice(0, NAME_WIDTH).padEnd(NAME_WIDTH, '.')} ${value?.text ?? UNSET}`;
      bold = value?.isOwn === true;
    }
    const pair = isEdited ? 'edit' : at === this.selected ? 'select' : 'normal';
    this.screen.put(LIST_ROW + line, LIST_COLUMN, ` ${text.slice(0, width - 2)}`.padEnd(width), pair, bold);
  }

  private drawAll(): void {
    const { screen } = this;
    screen.begin();
    const path = this.block.path;
    screen.centre(TITLE_ROW, `iPXE configuration settings${path === '' ? '' : ` - ${path}`}`, 'normal', true);
    this.drawList();
  }

  private drawList(): void {
    const isBelow = this.first + this.visible < this.rows.length;
    this.screen.put(LIST_ROW - 1, LIST_COLUMN + 1, this.first > 0 ? '...' : '   ', 'separator');
    this.screen.put(LIST_ROW + this.visible, LIST_COLUMN + 1, isBelow ? '...' : '   ', 'separator');
    for (let line = 0; line < this.visible; line++) this.drawRow(this.first + line);
    this.drawInfo();
  }

  private drawInfo(): void {
    const { screen } = this;
    screen.blank(this.infoRow);
    screen.blank(this.infoRow + 1);
    const row = this.rows[this.selected];
    if (row?.kind !== 'setting') return;
    const { name, type, description } = row.setting;
    const found = this.ipxe.settings.fetch({ block: this.block, setting: row.setting });
    const { path } = found.ok ? found.value.origin : this.block;
    const where = path === '' ? '' : `${path}/`;
    screen.centre(this.infoRow, `${where}${name}:${type.name} - ${description}`, 'normal', true);
    screen.centre(this.infoRow + 1, `https://ipxe.org/cfg/${name}`, 'url');
  }

  private instruct(text: string): void {
    this.screen.blank(this.screen.rows - 2);
    this.screen.centre(this.screen.rows - 2, text);
  }

  private move(rows: number): void {
    const before = this.selected;
    this.selected = Math.max(0, Math.min(this.rows.length - 1, this.selected + rows));
    const first = Math.floor(this.selected / this.visible) * this.visible;
    if (first !== this.first) {
      this.first = first;
      this.drawList();
      return;
    }
    this.drawRow(before);
    this.drawRow(this.selected);
    this.drawInfo();
  }

  private *alert(status: Status): Task<void> {
    this.screen.blank(this.screen.rows - 2);
    this.screen.centre(this.screen.rows - 2, ` ${strerror(status)} `, 'alert');
    yield* this.screen.flush();
    yield after(this.ipxe.clock, ALERT_NS);
  }

  /** Edits the selected setting in its row; the key that began it may be its first character. */
  private *edit(setting: PredefinedSetting, begun: Key): Task<void> {
    const { screen, ipxe } = this;
    const edit = new EditString(this.value(setting)?.text ?? '');
    if (begun.ascii !== ENTER) edit.press(begun);
    const row = LIST_ROW + this.selected - this.first;
    const column = LIST_COLUMN + 1 + NAME_WIDTH + 1;
    const width = screen.columns - column - LIST_COLUMN - 1;
    this.drawRow(this.selected, true);
    this.instruct(EDITING);
    for (;;) {
      const start = Math.max(0, edit.cursor - width + 1);
      screen.put(row, column, edit.text.slice(start, start + width).padEnd(width, '_'), 'edit');
      screen.cursorAt(row, column + edit.cursor - start);
      yield* screen.flush();
      const key = yield* ipxe.key();
      if (key === undefined) continue;
      if (key.ascii === CTRL_C || key.ascii === ESCAPE) break;
      if (key.ascii === ENTER) {
        const status = ipxe.settings.storeText({ block: this.block, setting }, edit.text);
        if (status !== OK) yield* this.alert(status);
        break;
      }
      edit.press(key);
    }
    screen.hideCursor();
    this.drawRow(this.selected);
  }

  *run(): Task<void> {
    const { screen, ipxe } = this;
    this.load();
    this.drawAll();
    for (;;) {
      const row = this.rows[this.selected];
      // Only settings of this block itself can be deleted here.
      const isOwn = row?.kind === 'setting' && this.value(row.setting)?.isOwn === true;
      this.instruct(isOwn ? BROWSING : LEAVING);
      yield* screen.flush();
      const key = yield* ipxe.key();
      if (key === undefined) continue;
      if (key.ascii === CTRL_X) break;
      if (key.name === 'Up') this.move(-1);
      else if (key.name === 'Down') this.move(1);
      else if (key.name === 'PageUp') this.move(this.first - 1 - this.selected);
      else if (key.name === 'PageDown') this.move(this.first + this.visible - this.selected);
      else if (key.name === 'Home') this.move(-this.rows.length);
      else if (key.name === 'End') this.move(this.rows.length);
      else if (row === undefined) continue;
      else if (row.kind === 'block') {
        if (key.ascii !== ENTER) continue;
        this.block = row.block;
        this.load();
        this.drawAll();
      } else if (key.ascii === CTRL_D) {
        const status = ipxe.settings.store({ block: this.block, setting: row.setting }, undefined);
        if (status !== OK) yield* this.alert(status);
        this.drawRow(this.selected);
      } else yield* this.edit(row.setting, key);
    }
    yield* screen.end();
  }
}

/** Changes take effect at once; leaving saves nothing more. */
export function* runConfig(ipxe: Ipxe, block: SettingsBlock): Task<Status> {
  yield* new Editor(ipxe, block).run();
  return OK;
}
