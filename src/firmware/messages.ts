/** English messages about machines that boot from option ROMs. */
import { defineMessages } from '../base/sentence.ts';

export const FIRMWARE_TEXTS = {
  'firmware.power-on': 'Power on',
  'firmware.power-off': 'Power off',
  'firmware.rom-init': 'Option ROM {rom} initialises',
  'firmware.rom-boot': 'Boot by option ROM {rom}',
  'firmware.cannot-go-on': 'The machine cannot go on; only a reset helps',
  'firmware.no-device': 'No boot device is left',
  'firmware.bare-stops': 'The bare machine stops where guest code would start',
  'firmware.bare-loaded': '{program} is loaded: guest code would start here',
  'firmware.program-starts': '{program} starts',
  'firmware.program-returned': '{program} came back: {reason}',
  'firmware.program-returned-ax': '{program} came back, AX={ax}h',
  'pxe-api.unsupported': '{function} is not offered: the program gets PXENV_STATUS_UNSUPPORTED.',
} as const;

export const firmwareMessage = defineMessages(FIRMWARE_TEXTS);
