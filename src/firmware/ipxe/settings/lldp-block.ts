/**
 * The description of the switch that came by LLDP, as `net0.lldp/PREFIX.TYPE.INDEX.OFFSET.LENGTH`: the bytes from OFFSET on
 * of the TLV of that type, LENGTH of them or, for 0, all. A prefix is what the OFFSET bytes before (four at most) must be;
 * INDEX counts the TLVs that fit. The switch's name is `net0.lldp/5.0.0.0`.
 */
import { equalBytes } from '../../../base/bytes.ts';
import { err, ok } from '../../../base/result.ts';
import type { LldpTlv } from '../../../protocols/lldp/codec.ts';
import { Err, type Status } from '../errors.ts';
import { SettingsBlock, type Setting, type SettingValue } from './block.ts';
import { defaultHexType, parseInteger, stringType, uint32Bytes, type Outcome } from './types.ts';

/** Bytes of a prefix that are compared. */
const MAX_PREFIX_BYTES = 4;

/** The 64 bits of a tag, eight for each part: prefix and the rest. Unlike `Setting.tag` they have no limit of 53 bits. */
function tagWords(name: string): readonly [prefix: number, rest: number] {
  let tag = 0n;
  for (const part of name.split('.')) tag = BigInt.asUintN(64, (tag << 8n) | BigInt(parseInteger(part) ?? 0));
  return [Number(tag >> 32n), Number(tag & 0xffffffffn)];
}

export class LldpBlock extends SettingsBlock {
  /** Of the last unit that came. */
  tlvs: readonly LldpTlv[] = [];

  constructor() {
    super('lldp', 'lldp');
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'lldp';
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const [prefix, rest] = tagWords(setting.name);
    const [type = 0, index = 0, offset = 0, length = 0] = uint32Bytes(rest);
    const matched = prefix === 0 ? 0 : Math.min(offset, MAX_PREFIX_BYTES);
    const start = uint32Bytes(prefix).subarray(MAX_PREFIX_BYTES - matched);
    const fitting = this.tlvs.filter((tlv) => tlv.type === type && equalBytes(tlv.data.subarray(0, matched), start));
    const found = fitting[index];
    if (found === undefined) return err(Err.settingNotFound);
    const raw = found.data.subarray(offset, length === 0 ? undefined : offset + length);
    return ok({ raw, type: setting.type ?? (length === 0 ? stringType : defaultHexType) });
  }

  store(): Status {
    return Err.settingUnsupported;
  }
}
