/** The description of the switch that came by LLDP: `net0.lldp/5` is its name; tags are types of TLVs, or `type.index`. */
import { err, ok } from '../../../base/result.ts';
import type { LldpTlv } from '../../../protocols/lldp/codec.ts';
import { Err, type Status } from '../errors.ts';
import { SettingsBlock, type Setting, type SettingValue } from './block.ts';
import { defaultHexType, type Outcome } from './types.ts';

export class LldpBlock extends SettingsBlock {
  private readonly tlvs: readonly LldpTlv[];

  constructor(tlvs: readonly LldpTlv[]) {
    super('lldp', 'lldp');
    this.tlvs = tlvs;
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'lldp';
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const { tag } = setting;
    const [type, index] = tag <= 0xff ? [tag, 0] : [tag >>> 8, tag & 0xff];
    const found = this.tlvs.filter((tlv) => tlv.type === type)[index];
    if (found === undefined) return err(Err.settingNotFound);
    return ok({ raw: found.data, type: setting.type ?? defaultHexType });
  }

  store(): Status {
    return Err.settingUnsupported;
  }
}
