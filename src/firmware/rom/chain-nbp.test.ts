/** The lab's undionly.kpxe as bytes: code where a ROM enters it, a signature and options that can be read back. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../base/bytes.ts';
import { SparseMemory } from '../bare/sparse-memory.ts';
import { buildChainNbp, readChainNbp } from './chain-nbp.ts';

function loaded(bytes: Uint8Array): SparseMemory {
  const memory = new SparseMemory(0x10_0000);
  memory.write(0x7c00, bytes);
  return memory;
}

describe('chainloading image', () => {
  const options = '{"embeddedScript":"#!ipxe\\necho Ça va\\n"}';

  it('carries its options', () => {
    expect(readChainNbp(loaded(buildChainNbp(options)))).toBe(options);
  });

  it('is a few hundred bytes that begin with a jump over the signature', () => {
    const bytes = buildChainNbp('{}');
    expect(bytes.length).toBeLessThan(300);
    expect(toHex(bytes.subarray(0, 4))).toBe('e9130000');
    // cld, push cs, pop ds, mov bp, sp, les di, [bp+4]: !PXE lies above the return address.
    expect(toHex(bytes.subarray(0x16, 0x1e))).toBe('fc0e1f89e5c47e04');
  });

  it('is told from other programs', () => {
    expect(readChainNbp(loaded(new Uint8Array(512)))).toBeUndefined();
  });
});
