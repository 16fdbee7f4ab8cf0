/** The file that the lab makes says itself where its script is, as a boot loader would with an initrd. */
import { expect, it } from 'vitest';
import { fromUtf8 } from '../base/bytes.ts';
import { scriptedKernel } from './scripted-kernel.ts';

it('has its script behind the code, on a page of its own', () => {
  const kernel = new Uint8Array(6 * 512 + 5000).fill(0xa5);
  kernel[0x1f1] = 5;
  const made = scriptedKernel(kernel, '#!ipxe\necho ready\n');
  const view = new DataView(made.buffer);
  const [at, length] = [view.getUint32(0x218, true), view.getUint32(0x21c, true)];
  expect(at).toBe(0x10_2000);
  expect(fromUtf8(made.subarray(6 * 512 + at - 0x10_0000))).toBe('#!ipxe\necho ready\n');
  expect(length).toBe(made.length - 6 * 512 - 0x2000);
  // The code as loaders count it: in units of 16 bytes, with the script.
  expect(view.getUint32(0x1f4, true) * 16).toBeGreaterThanOrEqual(made.length - 6 * 512);
  // All else is the kernel's.
  expect(made.subarray(0x230, kernel.length)).toEqual(kernel.subarray(0x230));
});
