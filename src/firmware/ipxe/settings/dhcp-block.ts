/** The settings in a DHCP packet: options by number, options inside options, and three header fields. */
import { byteAt, fromLatin1, readU32 } from '../../../base/bytes.ts';
import { err, ok } from '../../../base/result.ts';
import {
  BOOTREPLY,
  collectOption,
  emptyDhcpMessage,
  encodeDhcp,
  type DhcpMessage,
} from '../../../protocols/dhcp/codec.ts';
import { COOKIE_BYTES, FIXED_BYTES } from '../../../protocols/dhcp/fields.ts';
import { Err, OK, type Status } from '../errors.ts';
import { SettingsBlock, type Setting, type SettingValue } from './block.ts';
import { predefined } from './predefined.ts';
import { stringType, uint32Bytes, type Outcome } from './types.ts';

const OPTION_FILENAME = 67;
const OPTION_SERVER_NAME = 66;

/** Sub-options of an option, in order; bytes after an End (255) or past the end are ignored. */
export function readSubOptions(data: Uint8Array): { readonly code: number; readonly data: Uint8Array }[] {
  const out: { code: number; data: Uint8Array }[] = [];
  for (let at = 0; at < data.length && data[at] !== 255;) {
    if (data[at] === 0) {
      at++;
      continue;
    }
    const end = at + 2 + (data[at + 1] ?? 0);
    if (at + 1 >= data.length || end > data.length) break;
    out.push({ code: byteAt(data, at), data: data.slice(at + 2, end) });
    at = end;
  }
  return out;
}

/** Fields of the header that are read as options while they are not empty. */
function fieldsOf(message: DhcpMessage): Map<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  const overload = collectOption(message, 52)?.[0] ?? 0;
  const text = (field: Uint8Array): Uint8Array => {
    const nul = field.indexOf(0);
    return field.slice(0, nul < 0 ? field.length : nul);
  };
  if (message.yiaddr !== 0) fields.set(predefined('ip').tag, uint32Bytes(message.yiaddr));
  if (message.siaddr !== 0) fields.set(predefined('next-server').tag, uint32Bytes(message.siaddr));
  if ((overload & 2) === 0 && message.sname[0] !== 0) fields.set(OPTION_SERVER_NAME, text(message.sname));
  if ((overload & 1) === 0 && message.file[0] !== 0) fields.set(OPTION_FILENAME, text(message.file));
  return fields;
}

export class DhcpBlock extends SettingsBlock {
  /** As it came; stores do not change it. */
  readonly message: DhcpMessage;
  private readonly fields: Map<number, Uint8Array>;
  private readonly options = new Map<number, Uint8Array>();

  constructor(name: string, message: DhcpMessage) {
    super(name);
    this.message = message;
    this.fields = fieldsOf(message);
    this.replaceOptions(message);
  }

  protected replaceOptions(message: DhcpMessage): void {
    this.options.clear();
    for (const { code } of message.options) {
      const data = collectOption(message, code);
      if (data !== undefined) this.options.set(code, data);
    }
  }

  /** The options as they would stand in a packet, without End. */
  protected optionBytes(): Uint8Array {
    const options = [...this.options].map(([code, data]) => ({ code, data, area: 'options' as const }));
    if (options.length === 0) return new Uint8Array(0);
    return encodeDhcp({ ...emptyDhcpMessage(BOOTREPLY), options }).slice(FIXED_BYTES + COOKIE_BYTES, -1);
  }

  /** A packet with these settings and the rest of its header from `header`. */
  encode(header: DhcpMessage): Uint8Array {
    const options = [...this.options].map(([code, data]) => ({ code, data, area: 'options' as const }));
    const field = (tag: number, bytes: number): Uint8Array => {
      const out = new Uint8Array(bytes);
      out.set(this.fields.get(tag) ?? []);
      return out;
    };
    return encodeDhcp({
      ...header,
      yiaddr: readU32(field(predefined('ip').tag, 4), 0),
      siaddr: readU32(field(predefined('next-server').tag, 4), 0),
      sname: field(OPTION_SERVER_NAME, 64),
      file: field(OPTION_FILENAME, 128),
      options,
    });
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'dhcp' && setting.tag > 0 && setting.tag <= 0xffff;
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const raw = this.raw(setting.tag);
    return raw === undefined ? err(Err.dhcpOptionMissing) : ok({ raw, type: setting.type ?? stringType });
  }

  private raw(tag: number): Uint8Array | undefined {
    const field = this.fields.get(tag);
    if (field !== undefined) return field;
    if (tag <= 0xff) return this.options.get(tag);
    const outer = this.options.get(tag >>> 8);
    if (outer === undefined) return undefined;
    const pieces = readSubOptions(outer).filter((option) => option.code === (tag & 0xff));
    return pieces.at(-1)?.data;
  }

  store(setting: Setting, raw: Uint8Array | undefined): Status {
    const { tag } = setting;
    const hasField = [
      predefined('ip').tag,
      predefined('next-server').tag,
      OPTION_SERVER_NAME,
      OPTION_FILENAME,
    ].includes(tag);
    if (hasField) {
      const room = tag === OPTION_FILENAME ? 128 : tag === OPTION_SERVER_NAME ? 64 : 4;
      if (raw !== undefined && raw.length > room) return Err.dhcpPacketFull;
      if (raw === undefined) this.fields.delete(tag);
      else this.fields.set(tag, raw);
      if (tag <= 0xff) this.options.delete(tag);
      return OK;
    }
    return this.storeOption(tag, raw);
  }

  protected storeOption(tag: number, raw: Uint8Array | undefined): Status {
    if (raw !== undefined && raw.length > 255) return Err.dhcpOptionNoSpace;
    if (tag <= 0xff) {
      if (raw === undefined) this.options.delete(tag);
      else this.options.set(tag, raw);
      return OK;
    }
    const outer = tag >>> 8;
    const inner = tag & 0xff;
    const kept = readSubOptions(this.options.get(outer) ?? new Uint8Array(0)).filter((option) => option.code !== inner);
    if (raw !== undefined) kept.push({ code: inner, data: raw });
    if (kept.length === 0) this.options.delete(outer);
    else
      this.options.set(
        outer,
        Uint8Array.from(kept.flatMap((option) => [option.code, option.data.length, ...option.data])),
      );
    return OK;
  }

  /** Settings that are here, as tags in rising order: for listings. */
  get tags(): readonly number[] {
    return [...new Set([...this.fields.keys(), ...this.options.keys()])].sort((a, b) => a - b);
  }

  /** The bytes of an option or field by tag. */
  value(tag: number): Uint8Array | undefined {
    return this.raw(tag);
  }

  /** The text of a string option. */
  text(tag: number): string | undefined {
    const raw = this.raw(tag);
    if (raw === undefined) return undefined;
    const nul = raw.indexOf(0);
    return fromLatin1(raw, 0, nul < 0 ? raw.length : nul);
  }
}
