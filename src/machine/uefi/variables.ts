/**
 * The firmware's variables that outlive power (UEFI §8.2): boot options and their order, languages, what programs keep. OVMF
 * without a flash chip has them at the top of memory, in the format of EDK II's variable driver (`VariableFormat.h`). The
 * machine takes them out when the power goes and puts them back, as a flash chip would keep them.
 */
import { concatBytes, hexNumber, latin1 } from '../../base/bytes.ts';
import { guidBytes, guidText } from '../../base/data/guid.ts';
import { readLe16, readLe32, le16, le32, le64 } from './bytes.ts';

export interface UefiVariable {
  readonly name: string;
  /** Of the vendor, as UEFI writes it: `8be4df61-93ca-11d2-aa0d-00e098032b8c`. */
  readonly guid: string;
  /** UEFI §8.2.1: 1 kept, 2 for boot services, 4 for the operating system. */
  readonly attributes: number;
  readonly data: Uint8Array;
}

/** So much of the top of memory: the variables, and room in which the firmware changes them safely. */
export const STORE_BYTES = 0x8_4000;
/** The variables' own part. */
const VARIABLES_BYTES = 0x4_0000;
const SYSTEM_NV_DATA = 'fff12b8d-7696-4c8b-a985-2747075b4f50';
const AUTHENTICATED_VARIABLES = 'aaf32c78-947b-439a-a180-2e144ec37792';
const VOLUME_HEADER_BYTES = 0x48;
const STORE_HEADER_BYTES = 0x1c;
const FIRST_VARIABLE = VOLUME_HEADER_BYTES + STORE_HEADER_BYTES;
const BLOCK_BYTES = 0x1000;
const VOLUME_SIGNATURE = latin1('_FVH');
const STORE_FORMATTED = 0x5a;
const STORE_HEALTHY = 0xfe;
/** Before the name. */
const VARIABLE_HEADER_BYTES = 60;
const VARIABLE_START = 0x55aa;
/** In the header: states, one bit of each cleared; and what is found where. */
const ADDED = 0x3f;
const BEING_REPLACED = 0x3e;
const STATE = 2;
const ATTRIBUTES = 4;
const NAME_BYTES = 36;
const DATA_BYTES = 40;
const GUID = 44;

function ucs2(text: string): Uint8Array {
  return concatBytes([...Array.from(text, (character) => le16(character.charCodeAt(0))), le16(0)]);
}

function fromUcs2(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const code = readLe16(bytes, at);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

function aligned(offset: number): number {
  return (offset + 3) & ~3;
}

/** Undefined when there is no store: the firmware has not come to make one. */
export function readStore(store: Uint8Array): readonly UefiVariable[] | undefined {
  const isStore =
    store.length >= VARIABLES_BYTES &&
    guidText(store.subarray(16, 32)) === SYSTEM_NV_DATA &&
    guidText(store.subarray(VOLUME_HEADER_BYTES, VOLUME_HEADER_BYTES + 16)) === AUTHENTICATED_VARIABLES;
  if (!isStore) return undefined;
  const found = new Map<string, UefiVariable & { readonly isOld: boolean }>();
  let at = FIRST_VARIABLE;
  while (at + VARIABLE_HEADER_BYTES <= VARIABLES_BYTES && readLe16(store, at) === VARIABLE_START) {
    const name = at + VARIABLE_HEADER_BYTES;
    const data = name + readLe32(store, at + NAME_BYTES);
    const end = data + readLe32(store, at + DATA_BYTES);
    if (end > VARIABLES_BYTES) break;
    const state = store[at + STATE];
    if (state === ADDED || state === BEING_REPLACED) {
      const variable = {
        name: fromUcs2(store.subarray(name, data)),
        guid: guidText(store.subarray(at + GUID, at + GUID + 16)),
        attributes: readLe32(store, at + ATTRIBUTES),
        data: store.slice(data, end),
        isOld: state === BEING_REPLACED,
      };
      const key = `${variable.guid} ${variable.name}`;
      // Of one that is being replaced the new one counts, as soon as it is there.
      if (found.get(key) === undefined || !variable.isOld) found.set(key, variable);
    }
    at = aligned(end);
  }
  return [...found.values()].map(({ name, guid, attributes, data }) => ({ name, guid, attributes, data }));
}

function variableBytes({ name, guid, attributes, data }: UefiVariable): Uint8Array {
  const text = ucs2(name);
  const header = concatBytes([
    le16(VARIABLE_START),
    Uint8Array.of(ADDED, 0),
    le32(attributes),
    // Counter, time and key of authenticated variables.
    new Uint8Array(28),
    le32(text.length),
    le32(data.length),
    guidBytes(guid),
  ]);
  const whole = new Uint8Array(aligned(header.length + text.length + data.length)).fill(0xff);
  whole.set(concatBytes([header, text, data]));
  return whole;
}

/** The store as the firmware would have left it. What finds no room in it is left out. */
export function makeStore(variables: readonly UefiVariable[]): Uint8Array {
  const store = new Uint8Array(STORE_BYTES).fill(0xff);
  const header = concatBytes([
    new Uint8Array(16),
    guidBytes(SYSTEM_NV_DATA),
    le64(STORE_BYTES),
    VOLUME_SIGNATURE,
    le32(0x4_feff),
    le16(VOLUME_HEADER_BYTES),
    // Checksum, extended header, reserved, revision.
    Uint8Array.of(0, 0, 0, 0, 0, 2),
    le32(STORE_BYTES / BLOCK_BYTES),
    le32(BLOCK_BYTES),
    le64(0),
  ]);
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += readLe16(header, at);
  header.set(le16(-sum), 50);
  store.set(header);
  store.set(
    concatBytes([
      guidBytes(AUTHENTICATED_VARIABLES),
      le32(VARIABLES_BYTES - VOLUME_HEADER_BYTES),
      Uint8Array.of(STORE_FORMATTED, STORE_HEALTHY, 0, 0, 0, 0, 0, 0),
    ]),
    VOLUME_HEADER_BYTES,
  );
  let at = FIRST_VARIABLE;
  for (const variable of variables) {
    const bytes = variableBytes(variable);
    if (at + bytes.length > VARIABLES_BYTES) continue;
    store.set(bytes, at);
    at += bytes.length;
  }
  return store;
}

/** EFI_GLOBAL_VARIABLE (UEFI §3.3). */
const GLOBAL = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
/** Of EFI_LOAD_OPTION (UEFI §3.1.3), before its description: attributes, length of the device paths. */
const DESCRIPTION_AT = 6;

/** The boot order in the words of the boot manager: descriptions of the options, the number of one that has no variable. */
export function bootOrder(variables: readonly Pick<UefiVariable, 'name' | 'guid' | 'data'>[]): readonly string[] {
  const known = new Map(variables.flatMap(({ guid, name, data }) => (guid === GLOBAL ? [[name, data]] : [])));
  const order = known.get('BootOrder') ?? new Uint8Array(0);
  return Array.from({ length: order.length >> 1 }, (_, i) => {
    const name = `Boot${hexNumber(readLe16(order, 2 * i), 4)}`;
    const option = known.get(name);
    return option === undefined ? name : descriptionOf(option);
  });
}

/** UCS-2 up to a zero. */
function descriptionOf(option: Uint8Array): string {
  let text = '';
  for (let at = DESCRIPTION_AT; at + 2 <= option.length; at += 2) {
    const character = readLe16(option, at);
    if (character === 0) break;
    text += String.fromCharCode(character);
  }
  return text;
}
