/** Control characters that keys give. */
export const CTRL_C = 0x03;
export const ESCAPE = 0x1b;
export const ENTER = 0x0d;
