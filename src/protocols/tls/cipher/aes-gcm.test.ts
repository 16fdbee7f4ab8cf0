/** AES-GCM of its own against the library's, and the test cases of the specification of GCM (McGrew and Viega, appendix B). */
import { gcm } from '@noble/ciphers/aes.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../base/bytes.ts';
import { AesGcm } from './aes-gcm.ts';

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);

describe('AesGcm', () => {
  it('gives the results of test cases 2 and 4', () => {
    const second = new AesGcm(new Uint8Array(16)).seal(new Uint8Array(12), new Uint8Array(0), new Uint8Array(16));
    expect(toHex(second)).toBe('0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf');
    const fourth = new AesGcm(hex('feffe9928665731c6d6a8f9467308308')).seal(
      hex('cafebabefacedbaddecaf888'),
      hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
      hex(
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      ),
    );
    expect(toHex(fourth.subarray(-16))).toBe('5bc94fbc3221a5db94fae95ae7121a47');
  });

  it('agrees with the library for keys and texts of any length, and refuses what was changed', () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(
        fc.oneof(bytes(16), bytes(32)),
        bytes(12),
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(),
        (key, nonce, additional, plain, flip) => {
          const cipher = new AesGcm(key);
          const sealed = cipher.seal(nonce, additional, plain);
          expect(toHex(sealed)).toBe(toHex(gcm(key, nonce, additional).encrypt(plain)));
          expect(cipher.open(nonce, additional, sealed)).toEqual(plain);
          const place = flip % sealed.length;
          sealed[place] = (sealed[place] ?? 0) ^ 1;
          expect(cipher.open(nonce, additional, sealed)).toBeUndefined();
        },
      ),
      { numRuns: 200 },
    );
  });
});
