/**
 * Settings blocks: the tree in which a setting is looked for. A block answers for itself; the tree (`tree.ts`)
 * walks them.
 */
import type { EventId } from '../../../base/event-log.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { err, ok } from '../../../base/result.ts';
import { Err, OK, type Status } from '../errors.ts';
import { predefined, type Scope } from './predefined.ts';
import { stringType, integerValue, type Outcome, type SettingType } from './types.ts';

/** A setting as asked for: a name or a tag in a scope, perhaps with a type. */
export interface Setting {
  readonly name: string;
  /** 0 when it has none. */
  readonly tag: number;
  readonly scope: Scope;
  readonly type: SettingType | undefined;
}

export interface SettingValue {
  readonly raw: Uint8Array;
  readonly type: SettingType;
}

/** Tags decide where both have one, names otherwise. */
export function sameSetting(a: Setting, b: Setting): boolean {
  if (a.tag !== 0 && a.tag === b.tag && a.scope === b.scope) return true;
  return a.name !== '' && a.name === b.name;
}

export abstract class SettingsBlock {
  readonly name: string;
  /** What a numeric tag means in this block. */
  readonly defaultScope: Scope;
  parent: SettingsBlock | undefined;
  readonly children: SettingsBlock[] = [];
  /** The event that brought these settings: a DHCP answer, a command. */
  source: EventId | undefined;

  constructor(name: string, defaultScope: Scope = 'dhcp') {
    this.name = name;
    this.defaultScope = defaultScope;
  }

  /** Where the settings really are: `netX` is an alias of another block. */
  resolve(): Outcome<SettingsBlock> {
    return ok(this);
  }

  abstract applies(setting: Setting): boolean;
  abstract fetch(setting: Setting): Outcome<SettingValue>;
  /** Undefined deletes. */
  abstract store(setting: Setting, raw: Uint8Array | undefined): Status;

  /** `net0.dhcp`; empty for the root. */
  get path(): string {
    const above = this.parent?.path ?? '';
    return above === '' ? this.name : `${above}.${this.name}`;
  }

  /** Option 175.1 of this very block; 0 when absent. */
  get priority(): number {
    const setting = predefined('priority');
    if (!this.applies(setting)) return 0;
    const found = this.fetch(setting);
    if (!found.ok) return 0;
    const value = integerValue(found.value.raw, true);
    return value.ok ? value.value : 0;
  }
}

/** A block that keeps everything stored in it, each free setting with the type of its last store. */
export class GenericBlock extends SettingsBlock {
  private readonly stored: { setting: Setting; raw: Uint8Array }[] = [];
  /** Of all values together. */
  heldBytes = 0;

  applies(_setting: Setting): boolean {
    return true;
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const entry = this.stored.find((each) => sameSetting(each.setting, setting));
    if (entry === undefined) return err(Err.settingNotFound);
    return ok({ raw: entry.raw, type: setting.type ?? entry.setting.type ?? stringType });
  }

  store(setting: Setting, raw: Uint8Array | undefined): Status {
    const at = this.stored.findIndex((each) => sameSetting(each.setting, setting));
    this.heldBytes += (raw?.length ?? 0) - (at >= 0 ? itemAt(this.stored, at).raw.length : 0);
    if (raw === undefined) {
      if (at >= 0) this.stored.splice(at, 1);
    } else if (at >= 0) this.stored[at] = { setting, raw };
    else this.stored.push({ setting, raw });
    return OK;
  }

  /** The stored settings, in the order in which they were first stored. */
  get entries(): readonly { readonly setting: Setting; readonly raw: Uint8Array }[] {
    return this.stored;
  }
}
