/** Byte offsets of AoE messages behind the Ethernet header, and their numbers (AoEr11, "ATA over Ethernet"). */

/** The header that all messages have (AoEr11 §2). */
export const AOE = { versionFlags: 0, error: 1, major: 2, minor: 4, command: 5, tag: 6 } as const;
export const AOE_HEADER_LENGTH = 10;
export const AOE_VERSION = 1;
export const AOE_FLAG = { response: 0x08, error: 0x04 } as const;
export const AOE_COMMAND = { ata: 0, config: 1, macMask: 2, reserve: 3 } as const;

/** Registers of an ATA device, behind the header (AoEr11 §3.1). */
export const AOE_ATA = { flags: 10, errorFeature: 11, sectorCount: 12, commandStatus: 13, lba: 14 } as const;
export const AOE_ATA_HEADER_LENGTH = 22;
export const AOE_ATA_FLAG = { extended: 0x40, deviceHead: 0x10, async: 0x02, write: 0x01 } as const;

/** Query Config Information, behind the header (AoEr11 §3.2). */
export const AOE_CONFIG = {
  bufferCount: 10,
  firmwareVersion: 12,
  sectorCount: 14,
  versionCommand: 15,
  stringLength: 16,
} as const;
export const AOE_CONFIG_HEADER_LENGTH = 18;

/** MAC Mask List and Reserve/Release, behind the header (AoEr11 §3.3, §3.4). */
export const AOE_MAC_MASK = { command: 11, error: 12, directiveCount: 13 } as const;
export const AOE_MAC_MASK_HEADER_LENGTH = 14;
export const AOE_RESERVE = { command: 10, macCount: 11 } as const;
export const AOE_RESERVE_HEADER_LENGTH = 12;
