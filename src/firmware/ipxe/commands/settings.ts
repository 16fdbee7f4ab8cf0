/** Commands on settings: show, set, clear, read, inc, config, login. */
import { ok } from '../../../base/result.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { SettingRef } from '../settings/tree.ts';
import { settingType, type Outcome } from '../settings/types.ts';
import { runConfig } from '../tui/config-ui.ts';
import { runForm } from '../tui/form-ui.ts';
import { readLine } from '../tui/readline.ts';
import { couldNot, couldNotStore, orSay, readInteger, readScope, readSetting } from './arguments.ts';
import { flag, MANY_ARGUMENTS, option, type CommandSpec } from './registry.ts';

const NAME_SHOWN = 31;
const BLOCK_SHOWN = 15;

/** The value of a setting as text, with where it came from. */
export function fetchText(
  ipxe: Ipxe,
  ref: SettingRef,
): Outcome<{ text: string; origin: string; name: string; type: string }> {
  const found = ipxe.settings.fetch(ref);
  if (!found.ok) return found;
  const text = found.value.type.format(found.value.raw);
  if (!text.ok) return text;
  return ok({
    text: text.value,
    origin: found.value.origin.path,
    name: found.value.setting.name,
    type: found.value.type.name,
  });
}

const setting = {
  feature: 'NVO_CMD',
} as const;

export const settingCommands: readonly CommandSpec[] = [
  {
    ...setting,
    name: 'show',
    options: [flag('quiet', 'q')],
    minArguments: 1,
    maxArguments: 1,
    usage: '<setting>',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), false));
      if (!ref.ok) return ref.error;
      const value = fetchText(ipxe, ref.value);
      if (!value.ok) return yield* couldNot(ipxe, `find "${ref.value.setting.name}"`, value.error);
      const { text, origin, name, type } = value.value;
      const block = origin === '' ? '' : `${origin.slice(0, BLOCK_SHOWN)}/`;
      yield* ipxe.print(given.flag('quiet') ? `${text}\n` : `${block}${name.slice(0, NAME_SHOWN)}:${type} = ${text}\n`);
      return OK;
    },
  },
  {
    ...setting,
    name: 'set',
    options: [],
    minArguments: 1,
    maxArguments: MANY_ARGUMENTS,
    usage: '<setting> <value>',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      if (!ref.ok) return ref.error;
      const status = ipxe.settings.storeText(ref.value, given.args.slice(1).join(' '));
      return yield* couldNotStore(ipxe, ref.value, status);
    },
  },
  {
    ...setting,
    name: 'clear',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<setting>',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      if (!ref.ok) return ref.error;
      return yield* couldNotStore(ipxe, ref.value, ipxe.settings.store(ref.value, undefined));
    },
  },
  {
    ...setting,
    name: 'read',
    options: [option('timeout', 't', 'timeout')],
    minArguments: 1,
    maxArguments: 1,
    usage: '<setting>',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      if (!ref.ok) return ref.error;
      const before = fetchText(ipxe, ref.value);
      const line = yield* readLine(ipxe, {
        prefill: before.ok ? before.value.text : '',
        timeoutMs: given.number('timeout') ?? 0,
      });
      if (!line.ok) return line.error;
      return yield* couldNotStore(ipxe, ref.value, ipxe.settings.storeText(ref.value, line.value));
    },
  },
  {
    ...setting,
    name: 'inc',
    options: [],
    minArguments: 1,
    maxArguments: 2,
    usage: '<setting> [<increment>]',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), false));
      if (!ref.ok) return ref.error;
      const increment = yield* orSay(ipxe, readInteger(given.args[1] ?? '1'));
      if (!increment.ok) return increment.error;
      return yield* couldNotStore(ipxe, ref.value, increase(ipxe, ref.value, increment.value));
    },
  },
  {
    name: 'config',
    feature: 'CONFIG_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 1,
    usage: '[<scope>]',
    *run(ipxe, given) {
      const block = yield* orSay(ipxe, readScope(ipxe, given.args[0] ?? ''));
      return block.ok ? yield* couldNot(ipxe, 'save settings', yield* runConfig(ipxe, block.value)) : block.error;
    },
  },
  {
    name: 'login',
    feature: 'LOGIN_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      const status = yield* runForm(ipxe, {
        title: '',
        fields: [
          { label: 'Username', setting: 'username', isSecret: false },
          { label: 'Password', setting: 'password', isSecret: true },
        ],
      });
      return yield* couldNot(ipxe, 'set credentials', status);
    },
  },
];

/** Adds to a number setting; an unset one starts as a 32-bit zero. The sum keeps the width of the type. */
function increase(ipxe: Ipxe, ref: SettingRef, increment: number): Status {
  const found = ipxe.settings.fetch(ref);
  if (!found.ok && found.error !== Err.settingNotFound) return found.error;
  const type = found.ok ? found.value.type : (ref.setting.type ?? settingType('int32'));
  if (type.numeric === undefined) return Err.settingUnsupported;
  const value = found.ok ? type.numeric.value(found.value.raw) : ok(0);
  if (!value.ok) return value.error;
  const raw = type.numeric.bytes((value.value + increment) | 0);
  return ipxe.settings.store({ block: ref.block, setting: { ...ref.setting, type } }, raw);
}
