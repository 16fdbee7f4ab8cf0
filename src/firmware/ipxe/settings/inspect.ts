/**
 * The settings tree as plain data, for panels: every block with its values, their source, and which value takes effect.
 */
import type { EventId } from '../../../base/event-log.ts';
import { toHex } from '../../../base/bytes.ts';
import { DhcpBlock } from './dhcp-block.ts';
import { GenericBlock, type Setting, type SettingsBlock } from './block.ts';
import { findPredefined, predefinedSettings } from './predefined.ts';
import type { SettingsTree } from './tree.ts';

export interface SettingRow {
  readonly name: string;
  readonly type: string;
  readonly text: string;
  /** Whether `${name}` without a block gives this one. */
  readonly isEffective: boolean;
}

export interface BlockSnapshot {
  /** Empty for the root. */
  readonly path: string;
  readonly rows: readonly SettingRow[];
  readonly children: readonly BlockSnapshot[];
  /** The event that brought the block: for DHCP the frame of the answer. */
  readonly source?: EventId;
  /** `netX`: the block that it stands for. */
  readonly standsFor?: string;
}

/** The name that people know an option by, or its number; inner options as `175.8`. */
function tagName(tag: number): string {
  const known = findPredefined('', tag, 'dhcp');
  if (known !== undefined) return known.name;
  return tag <= 0xff ? String(tag) : `${tag >>> 8}.${tag & 0xff}`;
}

function settingsIn(block: SettingsBlock): Setting[] {
  const out: Setting[] = predefinedSettings.filter((setting) => block.applies(setting) && block.fetch(setting).ok);
  const add = (setting: Setting): void => {
    if (!out.some((each) => each.name === setting.name)) out.push(setting);
  };
  if (block instanceof GenericBlock) for (const { setting } of block.entries) add(setting);
  if (block instanceof DhcpBlock) {
    for (const tag of block.tags) add({ name: tagName(tag), tag, scope: 'dhcp', type: undefined });
  }
  return out;
}

function row(tree: SettingsTree, block: SettingsBlock, setting: Setting): SettingRow | undefined {
  const value = block.fetch(setting);
  if (!value.ok) return undefined;
  const { raw, type } = value.value;
  const text = type.format(raw);
  const winner = tree.fetch({ block: tree.root, setting });
  // An option that only its number names: a person sees text where it is text.
  const isBinary = setting.type === undefined && raw.some((byte) => byte < 0x20 || byte > 0x7e);
  return {
    name: setting.name,
    type: isBinary ? 'hex' : type.name,
    text: text.ok && !isBinary ? text.value : toHex(raw, ':'),
    isEffective: winner.ok && winner.value.origin === block,
  };
}

/** A snapshot of a block and all below it. */
export function inspectSettings(tree: SettingsTree, block: SettingsBlock = tree.root): BlockSnapshot {
  const target = block.resolve();
  const rows = settingsIn(block).flatMap((setting) => row(tree, block, setting) ?? []);
  const isOther = target.ok && target.value !== block;
  return {
    path: block.path,
    rows,
    children: block.children.map((child) => inspectSettings(tree, child)),
    ...(block.source === undefined ? {} : { source: block.source }),
    ...(isOther ? { standsFor: target.value.path } : {}),
  };
}
