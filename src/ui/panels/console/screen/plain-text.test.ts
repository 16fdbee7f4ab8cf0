import { expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

it('leaves out colours and what a countdown rubbed out, and shows other control characters', () => {
  expect(plainText('\x1b[0m\n\x1b[1miPXE 2.0.0+\x1b[0m -- \x1b[36mhttps://ipxe.org\x1b[0m\n')).toBe(
    '\niPXE 2.0.0+ -- https://ipxe.org\n',
  );
  expect(plainText('Press F8 (2)\b \b\b \b\b \b\b \b (1)\r\n')).toBe('Press F8 (1)\n');
  expect(plainText('a\x07b\x1bc')).toBe('a\\x07b\\x1Bc');
});
