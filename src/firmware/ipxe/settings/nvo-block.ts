/** Settings that stay through a restart: DHCP options in the card's own store, `netN.nvo`. */
import { concatBytes } from '../../../base/bytes.ts';
import { BOOTREPLY, decodeDhcp, emptyDhcpMessage, encodeDhcp } from '../../../protocols/dhcp/codec.ts';
import type { NonVolatileStore } from '../../platform.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Setting } from './block.ts';
import { DhcpBlock } from './dhcp-block.ts';

/** The capacity of a card. */
const STORE_BYTES = 256;
/** A DHCP message up to its options. */
const HEADER_BYTES = 240;
const HEADER = encodeDhcp(emptyDhcpMessage(BOOTREPLY)).subarray(0, HEADER_BYTES);

function load(stored: Uint8Array | undefined): ReturnType<typeof emptyDhcpMessage> {
  const decoded = decodeDhcp(concatBytes([HEADER, stored ?? new Uint8Array(0)]));
  return decoded.ok ? decoded.value : emptyDhcpMessage(BOOTREPLY);
}

export class NvoBlock extends DhcpBlock {
  private readonly nvs: NonVolatileStore;
  private readonly key: string;

  constructor(nvs: NonVolatileStore, device: string) {
    const key = `ipxe/${device}/nvo`;
    super('nvo', load(nvs.get(key)));
    this.nvs = nvs;
    this.key = key;
  }

  /** Nothing here has a header field: every setting is an option. */
  override store(setting: Setting, raw: Uint8Array | undefined): Status {
    const before = this.optionBytes();
    const status = this.storeOption(setting.tag, raw);
    if (status !== OK) return status;
    const after = this.optionBytes();
    if (after.length > STORE_BYTES) {
      this.replaceOptions(load(before));
      return Err.dhcpOptionNoSpace;
    }
    this.nvs.set(this.key, after.length === 0 ? undefined : after);
    return OK;
  }
}
