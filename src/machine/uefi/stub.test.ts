/** The first code of a machine with UEFI firmware: the same bytes as an assembler gives, and where it goes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../base/bytes.ts';
import { assembleStub, makeStub } from './stub.ts';

const OPTIONS = { volume: 0x7c_c000, entry: 0x7c_d234 };

/** What it is, in the words of an assembler. */
const SOURCE = `
bits 16
org 0
  cli
  cld
  o32 lgdt [cs:gdtr]
  mov eax, 0x23
  mov cr0, eax
  jmp dword 0x10:(0xF0000 + flat)
bits 32
flat:
  mov eax, 0x640
  mov cr4, eax
  mov ax, 8
  mov es, ax
  mov ss, ax
  mov ds, ax
  mov fs, ax
  mov gs, ax
  mov ecx, 0x1b
  rdmsr
  or eax, 0x900
  wrmsr
  xor eax, eax
  mov edi, 'BP'
  mov ebp, 0x7cc000
  mov esi, 0x7cd234
  jmp esi
align 8, db 0
gdt:
  dq 0, 0x00CF93000000FFFF, 0x00CF9B000000FFFF, 0x00CF93000000FFFF
  dq 0x00009B0000000000, 0x0000930000000000, 0x00CF93000000FFFF, 0x00CF9B000000FFFF
gdtr:
  dw gdtr - gdt - 1
  dd 0xF0000 + gdt
`;

/** As nasm 2.16 makes it of that. */
const BYTES = fromHex(`
fafc2e660f0116980066b8230000000f22c066ea1a000f001000b8400600000f22e066b808008ec08ed08ed88ee08ee8b91b
0000000f320d000900000f3031c0bf42500000bd00c07c00be34d27c00ffe6000000000000000000000000000000ffff0000
0093cf00ffff0000009bcf00ffff00000093cf0000000000009b00000000000000930000ffff00000093cf00ffff0000009b
cf003f0058000f00
`);

it('is the code that it says', () => {
  expect(toHex(assembleStub(OPTIONS).assemble(0xf_0000))).toBe(toHex(BYTES ?? new Uint8Array(0)));
});

it.skipIf(spawnSync('nasm', ['-v']).status !== 0)('is what nasm makes of the source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stub-'));
  try {
    writeFileSync(join(folder, 'stub.asm'), SOURCE);
    execFileSync('nasm', ['-f', 'bin', '-o', join(folder, 'stub.bin'), join(folder, 'stub.asm')]);
    const assembled = readFileSync(join(folder, 'stub.bin'));
    expect(toHex(assembleStub(OPTIONS).assemble(0xf_0000))).toBe(toHex(assembled));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('is reached from the reset vector', () => {
  const stub = makeStub(OPTIONS);
  expect(stub.length).toBe(0x1_0000);
  expect(toHex(stub.subarray(0xfff0, 0xfff5))).toBe('ea000000f0');
});
