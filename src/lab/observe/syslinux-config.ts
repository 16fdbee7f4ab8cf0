/**
 * Reads the configuration of PXELINUX and its menu modules as far as menus need it: entries, submenus, default, timeout,
 * files to include. Written from the public documentation of the format (Syslinux wiki, "Config" and "Menu"). Keywords
 * are read in any case; what is not known is passed over, as PXELINUX does.
 */

import { itemAt } from '../../base/lists/list.ts';

export interface SyslinuxEntry {
  readonly kind: 'entry';
  readonly name: string;
  /** As the menu shows it, without the caret of the hot key. */
  readonly label: string;
  readonly key?: string;
  readonly isHidden: boolean;
  /** Shown, but the cursor passes over it. */
  readonly isDisabled: boolean;
  /** Instead of starting something, it shows another menu: the one above, or one by its name. */
  readonly shows?: { readonly kind: 'parent' } | { readonly kind: 'menu'; readonly name: string };
}

export type SyslinuxItem =
  | SyslinuxEntry
  | {
      readonly kind: 'menu';
      readonly name: string;
      readonly label: string;
      readonly key?: string;
      readonly menu: SyslinuxMenu;
    }
  | { readonly kind: 'separator' };

export interface SyslinuxMenu {
  readonly title: string;
  /** In order. */
  readonly items: readonly SyslinuxItem[];
  /** Index into `items` of the initial cursor position. */
  readonly defaultItem: number | undefined;
}

/** The configuration is its top menu, and more. */
export interface SyslinuxConfig extends SyslinuxMenu {
  /** The program that is run first: `ui`, or a `default` that is not the name of an entry. Without its arguments. */
  readonly ui: string | undefined;
  /** Tenths of a second until the default is taken; 0: no timeout. */
  readonly timeoutDs: number;
  /** The first of what each entry starts, of submenus too, as written in the file. */
  readonly kernels: readonly string[];
  /** Other configurations that entries change to. */
  readonly configs: readonly string[];
  /** Where the configuration names files that are fetched, in order: for each the line that does. */
  readonly named: readonly NamedFile[];
  /** All DEFAULT lines, of which the last one counts. */
  readonly defaults: readonly SyslinuxLine[];
  /** The line that tells the default entry to boot from a local disk. */
  readonly localBoot: SyslinuxLine | undefined;
  /** Paths of the files read, the first with them, in order. */
  readonly files: readonly string[];
}

/** A line of a configuration, counted from 1. */
export interface SyslinuxLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** A file by the name that a line gives it. */
export interface NamedFile {
  readonly name: string;
  readonly where: SyslinuxLine;
}

export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** Titles may contain a bell, and menus colour codes: control characters are left out. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}

/** Real configurations nest three deep; one that includes itself must end. */
const MAX_INCLUDES = 100;

/** Maximum nesting of submenus; a deeper one is merged into the menu at that depth. */
const MAX_MENU_DEPTH = 64;

interface OpenEntry {
  readonly name: string;
  label: string | undefined;
  isHidden: boolean;
  isDisabled: boolean;
  shows?: NonNullable<SyslinuxEntry['shows']>;
}

type OpenItem =
  | { readonly kind: 'entry'; readonly entry: OpenEntry }
  | { readonly kind: 'menu'; readonly menu: OpenMenu }
  | { readonly kind: 'separator' };

interface OpenMenu {
  readonly parent: OpenMenu | undefined;
  /** 0 for the top menu. */
  readonly depth: number;
  readonly tag: string;
  label: string | undefined;
  title: string;
  readonly items: OpenItem[];
  defaultItem: number | undefined;
}

/** `^Install` is shown as `Install` and found by I. */
function readLabel(text: string): { readonly label: string; readonly key?: string } {
  const caret = text.indexOf('^');
  if (caret < 0 || caret === text.length - 1) return { label: text };
  return { label: text.slice(0, caret) + text.slice(caret + 1), key: itemAt(text, caret + 1).toUpperCase() };
}

function split(text: string): readonly [word: string, rest: string] {
  const match = /^(\S*)\s*(.*)$/s.exec(text);
  return [match?.[1] ?? '', (match?.[2] ?? '').trimEnd()];
}

/** Several are separated by commas. */
function initrdsOf(list: string): readonly string[] {
  return list.trim().split(',');
}

const MAX_NAMED = 1000;

const KERNEL_KEYWORDS = new Set(['kernel', 'linux', 'boot', 'bss', 'pxe', 'fdimage', 'com32', 'comboot']);

class Reader {
  readonly top: OpenMenu = newMenu(undefined, '');
  readonly files: string[] = [];
  readonly kernels: string[] = [];
  readonly configs: string[] = [];
  readonly named: NamedFile[] = [];
  readonly defaults: SyslinuxLine[] = [];
  /** By the name of an entry, in small letters. */
  readonly localBoots = new Map<string, SyslinuxLine>();
  defaultCommand = '';
  ui: string | undefined;
  timeoutDs = 0;
  private where: SyslinuxLine = { path: '', line: 0, text: '' };
  private menu = this.top;
  private entry: OpenEntry | undefined;
  private inHelp = false;
  /** Submenus that begin too deep to be read. */
  private tooDeep = 0;
  private readonly include: (name: string) => ConfigFile | undefined;

  constructor(include: (name: string) => ConfigFile | undefined) {
    this.include = include;
  }

  read(file: ConfigFile): void {
    this.files.push(file.path);
    for (const [at, text] of file.text.split(/\r?\n/).entries()) {
      this.where = { path: file.path, line: at + 1, text: text.trim() };
      this.line(text.trim());
    }
  }

  /** Files that a line names. */
  private name(...names: readonly string[]): void {
    const { where } = this;
    if (this.named.length < MAX_NAMED)
      this.named.push(...names.filter((name) => name !== '').map((name) => ({ name, where })));
  }

  private line(line: string): void {
    const [word, rest] = split(line);
    const keyword = word.toLowerCase();
    if (this.inHelp) {
      this.inHelp = keyword !== 'endtext';
      return;
    }
    if (KERNEL_KEYWORDS.has(keyword)) {
      if (this.entry !== undefined) this.kernels.push(split(rest)[0]);
      this.name(split(rest)[0]);
      return;
    }
    switch (keyword) {
      case 'include':
        this.includeFile(rest);
        return;
      case 'label':
        this.entry = { name: rest, label: undefined, isHidden: false, isDisabled: false };
        this.menu.items.push({ kind: 'entry', entry: this.entry });
        return;
      case 'default':
        this.defaultCommand = rest;
        this.defaults.push(this.where);
        this.name(split(rest)[0]);
        return;
      case 'ontimeout':
      case 'onerror':
        this.name(split(rest)[0]);
        return;
      case 'append':
        this.name(...initrdsOf(/(?:^|\s)initrd=(\S+)/.exec(rest)?.[1] ?? ''));
        return;
      case 'initrd':
        this.name(...initrdsOf(rest));
        return;
      case 'localboot':
        if (this.entry !== undefined) this.localBoots.set(this.entry.name.toLowerCase(), this.where);
        return;
      case 'ui':
        this.ui = rest;
        this.name(split(rest)[0]);
        return;
      case 'timeout':
        this.timeoutDs = Math.max(0, Number.parseInt(rest, 10) || 0);
        return;
      case 'config':
        this.configs.push(split(rest)[0]);
        return;
      case 'text':
        this.inHelp = split(rest)[0].toLowerCase() === 'help';
        return;
      case 'menu':
        this.menuLine(rest);
        return;
      default:
    }
  }

  private includeFile(rest: string): void {
    if (this.files.length >= MAX_INCLUDES) return;
    const file = this.include(split(rest)[0]);
    if (file !== undefined) this.read(file);
  }

  private menuLine(line: string): void {
    const [word, rest] = split(line);
    const { menu, entry } = this;
    switch (word.toLowerCase()) {
      case 'title':
        menu.title = plain(rest);
        return;
      case 'label':
        if (entry === undefined) menu.label = plain(rest);
        else entry.label = plain(rest);
        return;
      case 'hide':
        if (entry !== undefined) entry.isHidden = true;
        return;
      case 'exit':
        if (entry !== undefined) entry.shows = rest === '' ? { kind: 'parent' } : { kind: 'menu', name: rest };
        return;
      case 'goto':
        if (entry !== undefined) entry.shows = { kind: 'menu', name: rest };
        return;
      case 'disable':
      case 'disabled':
        if (entry !== undefined) entry.isDisabled = true;
        return;
      case 'default':
        // In an entry it is that entry; in a submenu before any entry, the submenu among those beside it.
        if (entry !== undefined) menu.defaultItem = menu.items.length - 1;
        else if (menu.parent !== undefined) menu.parent.defaultItem = menu.parent.items.length - 1;
        return;
      case 'separator':
        this.entry = undefined;
        menu.items.push({ kind: 'separator' });
        return;
      case 'begin':
        this.entry = undefined;
        if (menu.depth >= MAX_MENU_DEPTH) {
          this.tooDeep++;
          return;
        }
        this.menu = newMenu(menu, rest);
        menu.items.push({ kind: 'menu', menu: this.menu });
        return;
      case 'end':
        this.entry = undefined;
        if (this.tooDeep > 0) this.tooDeep--;
        else this.menu = menu.parent ?? menu;
        return;
      case 'include':
        this.includeFile(rest);
        return;
      default:
    }
  }
}

function newMenu(parent: OpenMenu | undefined, tag: string): OpenMenu {
  return {
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    tag,
    label: undefined,
    title: '',
    items: [],
    defaultItem: undefined,
  };
}

function closeItem(item: OpenItem): SyslinuxItem {
  switch (item.kind) {
    case 'separator':
      return item;
    case 'entry': {
      const { name, label, isHidden, isDisabled, shows } = item.entry;
      const more = shows === undefined ? {} : { shows };
      return { kind: 'entry', name, ...readLabel(label ?? name), isHidden, isDisabled, ...more };
    }
    case 'menu': {
      const { tag, label, title } = item.menu;
      return {
        kind: 'menu',
        name: tag,
        ...readLabel(label ?? (title === '' ? tag : title)),
        menu: closeMenu(item.menu),
      };
    }
  }
}

function closeMenu({ title, items, defaultItem }: OpenMenu): SyslinuxMenu {
  return { title, items: items.map(closeItem), defaultItem };
}

/** `include` finds a file that the configuration names; undefined when there is none, which is no error. */
export function parseSyslinuxConfig(
  file: ConfigFile,
  include: (name: string) => ConfigFile | undefined,
): SyslinuxConfig {
  const reader = new Reader(include);
  reader.read(file);
  const items = reader.top.items.map(closeItem);
  const [command] = split(reader.defaultCommand);
  const named = items.findIndex((item) => item.kind === 'entry' && item.name.toLowerCase() === command.toLowerCase());
  const isEntry = named >= 0 || hasEntry(reader.top, command);
  const ui = reader.ui ?? (isEntry || command === '' ? undefined : command);
  return {
    title: reader.top.title,
    items,
    defaultItem: reader.top.defaultItem ?? (named < 0 ? undefined : named),
    ui: ui === undefined ? undefined : split(ui)[0],
    timeoutDs: reader.timeoutDs,
    kernels: reader.kernels,
    configs: reader.configs,
    named: reader.named,
    defaults: reader.defaults,
    localBoot: ui === undefined ? reader.localBoots.get(command.toLowerCase()) : undefined,
    files: reader.files,
  };
}

function hasEntry(menu: OpenMenu, name: string): boolean {
  return menu.items.some((item) =>
    item.kind === 'entry'
      ? item.entry.name.toLowerCase() === name.toLowerCase()
      : item.kind === 'menu' && hasEntry(item.menu, name),
  );
}
