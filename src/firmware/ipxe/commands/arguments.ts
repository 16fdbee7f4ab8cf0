/**
 * How values on a command line, of options and of arguments, are parsed, and iPXE's errors for wrong ones. Every
 * command reads its values here, so that a wrong number has one text and one error number everywhere.
 */
import { err, ok, type Result } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { Err, OK, strerror, type Status } from '../errors.ts';
import type { Image } from '../images/image.ts';
import type { Ipxe } from '../ipxe.ts';
import type { NetDevice } from '../net/link/netdev.ts';
import type { SettingsBlock } from '../settings/block.ts';
import type { SettingRef } from '../settings/tree.ts';
import { parseInteger, parseUuid, type Outcome } from '../settings/types.ts';
import type { DynamicUi } from '../tui/dynamic-ui.ts';

/** A line that says what is wrong, and the number that becomes `errno`. */
export interface Wrong {
  readonly message: string;
  readonly status: Status;
}

type Read<T> = Result<T, Wrong>;

/** Keys above 0x7f that are no characters are numbered from here. */
const SPECIAL_KEYS = 0x110000;

function found<T>(value: T | undefined, message: string, status: Status): Read<T> {
  return value === undefined ? err({ message, status }) : ok(value);
}

export function readInteger(text: string): Read<number> {
  return found(parseInteger(text), `"${text}": invalid integer value`, Err.badInteger);
}

/** A single character, or a number. */
export function readKey(text: string): Read<number> {
  if (text.length === 1) return ok(text.charCodeAt(0));
  const number = readInteger(text);
  if (!number.ok) return number;
  const { value } = number;
  return ok(value >= 0x80 && value < SPECIAL_KEYS ? value + SPECIAL_KEYS : value);
}

export function readUuid(text: string): Read<Uint8Array> {
  return found(parseUuid(text), `"${text}": invalid UUID`, Err.uuid);
}

/** `create`: a block that is not there yet is made. */
export function readSetting(ipxe: Ipxe, text: string, create: boolean): Read<SettingRef> {
  const ref = ipxe.settings.parse(text, create);
  return ref.ok ? ref : err({ message: `"${text}": invalid setting`, status: ref.error });
}

export function readScope(ipxe: Ipxe, text: string): Read<SettingsBlock> {
  return found(ipxe.settings.findBlock(text), `"${text}": no such scope`, Err.badArgument);
}

export function readNetdev(ipxe: Ipxe, text: string): Read<NetDevice> {
  return found(ipxe.netdevs.find(text), `"${text}": no such network device`, Err.noSuchNetdev);
}

export function readConfigurator(ipxe: Ipxe, text: string): Read<string> {
  const isKnown = text === 'dhcp' || (text === 'ipv6' && ipxe.build.features.has('NET_PROTO_IPV6'));
  return found(isKnown ? text : undefined, `"${text}": no such configurator`, Err.noSuchConfigurator);
}

/** Without a name the unnamed menu or form is meant. */
export function readUi(ipxe: Ipxe, name: string | undefined): Read<DynamicUi> {
  const message = name === undefined ? 'No default user interface' : `"${name}": no such user interface`;
  return found(ipxe.uis.get(name ?? ''), message, Err.noSuchUi);
}

export function readImage(ipxe: Ipxe, name: string): Read<Image> {
  return found(ipxe.images.find(name), `"${name}": no such image`, Err.noSuchImage);
}

/** The value, or what is wrong with it on the screen. */
export function* orSay<T>(ipxe: Ipxe, read: Read<T>): Task<Outcome<T>> {
  if (read.ok) return read;
  yield* ipxe.print(`${read.error.message}\n`);
  return err(read.error.status);
}

/** `Could not WHAT: ERROR`, which most commands print of a failure. */
export function* couldNot(ipxe: Ipxe, what: string, status: Status): Task<Status> {
  if (status !== OK) yield* ipxe.print(`Could not ${what}: ${strerror(status)}\n`);
  return status;
}

export function* couldNotStore(ipxe: Ipxe, ref: SettingRef, status: Status): Task<Status> {
  return yield* couldNot(ipxe, `store "${ref.setting.name}"`, status);
}

/** Does something for each named device; unknown names are reported and passed over. The status is that of the last. */
export function* forDevices(
  ipxe: Ipxe,
  names: readonly string[],
  action: (device: NetDevice) => Task<Status>,
  stopsAtSuccess = false,
): Task<Status> {
  let status: Status = OK;
  for (const name of names) {
    const device = yield* orSay(ipxe, readNetdev(ipxe, name));
    status = device.ok ? yield* action(device.value) : device.error;
    if (ipxe.isEnding || (stopsAtSuccess && status === OK)) break;
  }
  return status;
}
