/** Commands on the machine: power, processor and bus, HTTP parameters, automatic boot. */
import { sleep } from '../../../base/time/task.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import { autobootDevice } from '../boot/autoboot.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Parameter, ParameterList } from '../net/transfer/params.ts';
import { busDevFn, CPUID_FEATURES } from '../settings/sources.ts';
import { integerValue, settingType, uint16Bytes } from '../settings/types.ts';
import { couldNotStore, forDevices, orSay, readInteger, readSetting } from './arguments.ts';
import { flag, MANY_ARGUMENTS, option, type CommandSpec, type Given } from './registry.ts';

/** Ends the boot as `ending` says; no command runs after it. */
function* end(ipxe: Ipxe, kind: 'reboot' | 'power-off'): Task<Status> {
  ipxe.ending = { kind };
  ipxe.netdevs.closeAll();
  yield* sleep(ipxe.clock, 0);
  return OK;
}

function* addParameter(ipxe: Ipxe, given: Given): Task<Status> {
  const name = given.text('params');
  const list: ParameterList | undefined = ipxe.params.get(name ?? '');
  if (list === undefined) {
    yield* ipxe.print(name === undefined ? 'No default parameter list\n' : `"${name}": no such parameter list\n`);
    return Err.noSuchUi;
  }
  const kind: Parameter['kind'] = given.flag('header') ? 'header' : 'form';
  list.items.push({ kind, key: given.arg(0), value: given.args.slice(1).join(' ') });
  return OK;
}

const NO_FEATURES = { edx: 0, ecx: 0 } as const;

export const systemCommands: readonly CommandSpec[] = [
  {
    name: 'autoboot',
    feature: 'AUTOBOOT_CMD',
    options: [],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '[<interface>...]',
    *run(ipxe, given) {
      const names = given.args.length > 0 ? given.args : ipxe.netdevs.all.map(({ name }) => name);
      if (names.length === 0) return Err.noBootDevice;
      return yield* forDevices(ipxe, names, (device) => autobootDevice(ipxe, device));
    },
  },
  {
    name: 'reboot',
    feature: 'REBOOT_CMD',
    options: [flag('warm', 'w'), flag('setup', 's')],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      return yield* end(ipxe, 'reboot');
    },
  },
  {
    name: 'poweroff',
    feature: 'POWEROFF_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    *run(ipxe) {
      return yield* end(ipxe, 'power-off');
    },
  },
  {
    name: 'cpuid',
    feature: 'CPUID_CMD',
    options: [flag('ext', 'e'), flag('amd', 'a'), flag('ecx', 'c')],
    minArguments: 1,
    maxArguments: 1,
    usage: '<bit>',
    *run(ipxe, given) {
      const bit = yield* orSay(ipxe, readInteger(given.arg(0)));
      if (!bit.ok) return bit.error;
      const isExtended = given.flag('ext') || given.flag('amd');
      const extended = ipxe.platform.hasLongMode === true ? CPUID_FEATURES.extended : NO_FEATURES;
      const { ecx, edx } = isExtended ? extended : CPUID_FEATURES;
      const word = given.flag('ecx') ? ecx : edx;
      return ((word >>> (bit.value & 31)) & 1) === 1 ? OK : Err.bitClear;
    },
  },
  {
    name: 'pciscan',
    feature: 'PCI_CMD',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<setting>',
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      if (!ref.ok) return ref.error;
      const before = ipxe.settings.fetch(ref.value);
      const number = before.ok ? integerValue(before.value.raw, false) : undefined;
      const last = number?.ok === true ? number.value : -1;
      const places = ipxe.platform.nics.map(({ bus }) => busDevFn(bus)).sort((a, b) => a - b);
      const next = places.find((place) => place > last);
      const { block, setting } = ref.value;
      if (next === undefined) return Err.noMoreDevices;
      const type = setting.type ?? settingType('uint16');
      const stored = ipxe.settings.store({ block, setting: { ...setting, type } }, uint16Bytes(next));
      return yield* couldNotStore(ipxe, ref.value, stored);
    },
  },
  {
    name: 'usbscan',
    feature: 'USB_CMD',
    options: [],
    minArguments: 1,
    maxArguments: 1,
    usage: '<setting>',
    // No machine of the lab has a USB controller.
    *run(ipxe, given) {
      const ref = yield* orSay(ipxe, readSetting(ipxe, given.arg(0), true));
      return ref.ok ? Err.noMoreDevices : ref.error;
    },
  },
  {
    name: 'params',
    feature: 'PARAM_CMD',
    options: [option('name', 'n', 'string'), option('method', 'm', 'string'), flag('delete', 'd')],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    // oxlint-disable-next-line require-yield
    *run(ipxe, given) {
      const name = given.text('name') ?? '';
      ipxe.params.delete(name);
      if (!given.flag('delete')) ipxe.params.set(name, { name, method: given.text('method'), items: [] });
      return OK;
    },
  },
  {
    name: 'param',
    feature: 'PARAM_CMD',
    options: [option('params', 'p', 'string'), flag('header', 'H')],
    minArguments: 1,
    maxArguments: MANY_ARGUMENTS,
    usage: '<key> [<value>...]',
    run: addParameter,
  },
  {
    name: 'shim',
    feature: 'SHIM_CMD',
    options: [],
    minArguments: 0,
    maxArguments: MANY_ARGUMENTS,
    usage: '',
    ignoresArguments: true,
    // oxlint-disable-next-line require-yield
    *run() {
      return OK;
    },
  },
  {
    name: 'profstat',
    feature: 'PROFSTAT_CMD',
    options: [],
    minArguments: 0,
    maxArguments: 0,
    usage: '',
    // Empty unless a build measures itself.
    // oxlint-disable-next-line require-yield
    *run() {
      return OK;
    },
  },
];
