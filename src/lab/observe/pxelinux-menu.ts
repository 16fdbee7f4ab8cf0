/**
 * The menu of a PXELINUX as structure. The machine does not report it, but the server sees which files are fetched, and
 * has them: a configuration, the menu module that shows it, the kernel of the entry that was chosen.
 */
import { fromUtf8 } from '../../base/bytes.ts';
import type { MenuItem, MenuSnapshot } from '../../base/event-log.ts';
import { itemAt } from '../../base/lists/list.ts';
import { normalizePath, type FileTree } from '../../services/files/file-tree.ts';
import { MenuCursor } from './pxelinux-cursor.ts';
import { parseSyslinuxConfig, type SyslinuxConfig, type SyslinuxItem, type SyslinuxLine } from './syslinux-config.ts';

const CONFIG_FOLDER = '/pxelinux.cfg/';
const NS_PER_DS = 100_000_000;

export interface PxelinuxMenuHooks {
  /** Shows a menu; one without items takes it away. */
  readonly show: (menu: MenuSnapshot) => void;
  /** A configuration was read. */
  readonly read: (config: SyslinuxConfig) => void;
  /** A menu module was fetched: the user has a choice. */
  readonly opened: (title: string) => void;
}

interface Loaded {
  readonly path: string;
  /** Where PXELINUX itself lies: names are relative to it. */
  readonly folder: string;
  readonly config: SyslinuxConfig;
  readonly cursor: MenuCursor;
}

export class PxelinuxMenu {
  private readonly hooks: PxelinuxMenuHooks;
  private loaded: Loaded | undefined;
  private hasModule = false;
  private isShown = false;

  constructor(hooks: PxelinuxMenuHooks) {
    this.hooks = hooks;
  }

  /** The machine begins to fetch `path`. */
  fetching(path: string): void {
    const { loaded } = this;
    if (!this.isShown || loaded === undefined) return;
    const isKernel = loaded.config.kernels.some((name) => {
      const kernel = below(loaded.folder, name);
      // PXELINUX tries some endings to a name that it does not find.
      return path === kernel || path.startsWith(`${kernel}.`);
    });
    if (isKernel) this.close();
  }

  /** The machine has got the file at `path` of the tree. */
  fetched(path: string, files: FileTree, nowNs: number): void {
    const { loaded } = this;
    const isModule = /\/(vesa)?menu\.c32$/i.test(path);
    if (isModule && loaded !== undefined && !this.hasModule) {
      this.hasModule = true;
      this.hooks.opened(loaded.config.title);
      this.show(nowNs);
      return;
    }
    const folder = this.configFolder(path);
    if (folder !== undefined && path !== loaded?.path) {
      this.close();
      this.hasModule = false;
      this.load(path, folder, files);
      return;
    }
    // The module reads the configuration once more before it begins to count.
    const counts = loaded !== undefined && loaded.config.timeoutDs > 0 && loaded.config.files.includes(path);
    if (this.hasModule && counts) this.show(nowNs);
  }

  /** The line of the configuration that names the file at `path`, by itself or without an ending that PXELINUX tries. */
  whereNamed(path: string): SyslinuxLine | undefined {
    const { loaded } = this;
    if (loaded === undefined) return undefined;
    return loaded.config.named.findLast(({ name }) => {
      const file = below(loaded.folder, name);
      return path === file || normalizePath(name) === path || path.startsWith(`${file}.`);
    })?.where;
  }

  /** The line that makes the default entry boot from a local disk. */
  get localBoot(): SyslinuxLine | undefined {
    return this.loaded?.config.localBoot;
  }

  /** Keys were pressed: menu modules stop counting, their cursor moves, another menu may be shown. */
  keysPressed(keys: readonly string[], nowNs: number): void {
    const { loaded } = this;
    if (!this.isShown || loaded === undefined || keys.length === 0) return;
    const hasMoved = keys.map((key) => loaded.cursor.press(key)).includes(true);
    if (hasMoved || loaded.config.timeoutDs > 0) this.show(nowNs, false);
  }

  /** The machine does something else. */
  close(): void {
    if (!this.isShown) return;
    this.isShown = false;
    this.hooks.show({ source: 'pxelinux', title: '', items: [] });
  }

  /** The folder that names in this file are relative to; undefined when it is no configuration. */
  private configFolder(path: string): string | undefined {
    const at = path.lastIndexOf(CONFIG_FOLDER);
    if (at >= 0) return path.slice(0, at);
    const { loaded } = this;
    const isTarget = loaded?.config.configs.some((name) => below(loaded.folder, name) === path);
    return isTarget === true ? loaded?.folder : undefined;
  }

  private load(path: string, folder: string, files: FileTree): void {
    const bytes = files.read(path);
    if (bytes === undefined) return;
    const config = parseSyslinuxConfig({ path, text: fromUtf8(bytes) }, (name) => {
      const included = below(folder, name);
      const content = files.read(included);
      return content === undefined ? undefined : { path: included, text: fromUtf8(content) };
    });
    this.loaded = { path, folder, config, cursor: new MenuCursor(config) };
    this.hooks.read(config);
  }

  private show(nowNs: number, counts = true): void {
    if (this.loaded === undefined) return;
    const { cursor, config } = this.loaded;
    const menu = snapshot(config, counts ? nowNs : undefined, cursor);
    if (menu.items.length === 0) return;
    this.isShown = true;
    this.hooks.show(menu);
  }
}

/** Names are relative to PXELINUX's folder; a server with a root takes a leading slash for the root. */
function below(folder: string, name: string): string {
  return normalizePath(`${folder}/${name.replace(/^::/, '')}`);
}

/** The menu that the cursor is in. `nowNs` is when it begins to count. */
export function snapshot(
  { timeoutDs }: SyslinuxConfig,
  nowNs: number | undefined,
  { menu, index }: MenuCursor,
): MenuSnapshot {
  const ids = new Set<string>();
  const unique = (wanted: string): string => {
    let id = wanted;
    for (let n = 2; ids.has(id); n++) id = `${wanted}-${n}`;
    ids.add(id);
    return id;
  };
  const shown = menu.items.filter((item) => item.kind !== 'entry' || !item.isHidden);
  const items = shown.map((item) => menuItem(item, unique));
  const selected = index === undefined ? undefined : items[shown.indexOf(itemAt(menu.items, index))];
  return {
    source: 'pxelinux',
    title: menu.title,
    items,
    ...(selected === undefined ? {} : { defaultId: selected.id }),
    ...(nowNs === undefined || timeoutDs === 0 ? {} : { deadlineNs: nowNs + timeoutDs * NS_PER_DS }),
  };
}

/** Gaps are the items that the cursor skips. */
function menuItem(item: SyslinuxItem, unique: (wanted: string) => string): MenuItem {
  switch (item.kind) {
    case 'separator':
      return { id: unique('separator'), label: '', isGap: true };
    case 'menu':
      return {
        id: unique(`menu ${item.name}`),
        label: item.label,
        ...(item.key === undefined ? {} : { key: item.key }),
      };
    case 'entry':
      return item.isDisabled
        ? { id: unique(item.name), label: item.label, isGap: true }
        : { id: unique(item.name), label: item.label, ...(item.key === undefined ? {} : { key: item.key }) };
  }
}
