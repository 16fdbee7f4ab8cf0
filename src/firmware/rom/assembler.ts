/**
 * A tiny x86 assembler: the instructions that the firmware's stubs need, named labels, 16-bit code unless a
 * method says otherwise. It keeps a listing, so that a reader can follow the bytes.
 */
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';

export type Reg16 = 'ax' | 'cx' | 'dx' | 'bx' | 'sp' | 'bp' | 'si' | 'di';
export type Reg32 = 'eax' | 'ecx' | 'edx' | 'ebx' | 'esp' | 'ebp' | 'esi' | 'edi';
export type SegReg = 'es' | 'cs' | 'ss' | 'ds' | 'fs' | 'gs';
export type Condition = 'o' | 'no' | 'c' | 'nc' | 'z' | 'nz' | 'be' | 'a';

const REG16: readonly Reg16[] = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
const REG32: readonly Reg32[] = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'];
const SEG: readonly SegReg[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const CONDITION: readonly Condition[] = ['o', 'no', 'c', 'nc', 'z', 'nz', 'be', 'a'];

interface Fixup {
  readonly at: number;
  readonly label: string;
  readonly kind: 'rel8' | 'rel16' | 'abs16' | 'linear32';
}

export class Assembler {
  /** Offset of the first byte in its segment. */
  readonly origin: number;
  private readonly bytes: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly fixups: Fixup[] = [];
  private readonly lines: string[] = [];

  constructor(origin = 0) {
    this.origin = origin;
  }

  /** Offset in the segment of what comes next. */
  get here(): number {
    return this.origin + this.bytes.length;
  }

  /** One line an instruction: offset, bytes, text. */
  get listing(): string {
    return this.lines.join('\n');
  }

  label(name: string): this {
    assert(!this.labels.has(name), `label ${name} is defined once`);
    this.labels.set(name, this.here);
    this.lines.push(`${name}:`);
    return this;
  }

  offsetOf(name: string): number {
    const offset = this.labels.get(name);
    assert(offset !== undefined, `label ${name} is defined`);
    return offset;
  }

  /** The bytes with all labels resolved. `linearBase` is the linear address of the segment's offset 0. */
  assemble(linearBase = 0): Uint8Array {
    const out = Uint8Array.from(this.bytes);
    for (const { at, label, kind } of this.fixups) {
      const target = this.offsetOf(label);
      if (kind === 'rel8') {
        const distance = target - (this.origin + at + 1);
        assert(distance >= -128 && distance < 128, `${label} is within a short jump`);
        out[at] = distance;
      } else if (kind === 'linear32') {
        const linear = linearBase + target;
        for (let i = 0; i < 4; i++) out[at + i] = linear >>> (8 * i);
      } else {
        const value = kind === 'rel16' ? target - (this.origin + at + 2) : target;
        out[at] = value;
        out[at + 1] = value >>> 8;
      }
    }
    return out;
  }

  db(...values: readonly number[]): this {
    return this.emit(`db ${values.map((value) => value.toString(16)).join(' ')}`, ...values);
  }

  text(value: string): this {
    return this.emit(`db '${value}'`, ...Array.from(value, (character) => character.charCodeAt(0)));
  }

  dw(value: number): this {
    return this.emit(`dw ${value.toString(16)}`, ...word(value));
  }

  dd(value: number): this {
    return this.emit(`dd ${value.toString(16)}`, ...word(value), ...word(value >>> 16));
  }

  /** The offset of a label as a word. */
  offsetWord(label: string): this {
    this.fixups.push({ at: this.bytes.length, label, kind: 'abs16' });
    return this.emit(`dw ${label}`, 0, 0);
  }

  /** Fills with zeros up to an offset in the segment. */
  padTo(offset: number): this {
    assert(offset >= this.here, 'padding goes forward');
    return this.emit(`resb to ${offset.toString(16)}`, ...Array.from({ length: offset - this.here }, () => 0));
  }

  align(size: number): this {
    return this.padTo(Math.ceil(this.here / size) * size);
  }

  /** An instruction without operands, or one whose operands never vary. */
  op(text: keyof typeof FIXED): this {
    return this.emit(text, ...FIXED[text]);
  }

  movReg(register: Reg16, value: number): this {
    return this.emit(`mov ${register}, ${value.toString(16)}`, 0xb8 + REG16.indexOf(register), ...word(value));
  }

  /** `mov reg, offset of label`. */
  movLabel(register: Reg16, label: string): this {
    this.fixups.push({ at: this.bytes.length + 1, label, kind: 'abs16' });
    return this.emit(`mov ${register}, ${label}`, 0xb8 + REG16.indexOf(register), 0, 0);
  }

  movRegReg(to: Reg16, from: Reg16): this {
    return this.emit(`mov ${to}, ${from}`, 0x89, 0xc0 | (REG16.indexOf(from) << 3) | REG16.indexOf(to));
  }

  movSeg(to: SegReg, from: Reg16): this {
    return this.emit(`mov ${to}, ${from}`, 0x8e, 0xc0 | (SEG.indexOf(to) << 3) | REG16.indexOf(from));
  }

  push(register: Reg16 | SegReg): this {
    return this.emit(`push ${register}`, ...pushPop(register, 0x50, [0x06, 0x0e, 0x16, 0x1e], 0xa0));
  }

  pop(register: Reg16 | Exclude<SegReg, 'cs'>): this {
    return this.emit(`pop ${register}`, ...pushPop(register, 0x58, [0x07, 0, 0x17, 0x1f], 0xa1));
  }

  /** `add sp, n` with n of one signed byte. */
  addSp(count: number): this {
    return this.emit(`add sp, ${count}`, 0x83, 0xc4, count);
  }

  dec(register: Reg16): this {
    return this.emit(`dec ${register}`, 0x48 + REG16.indexOf(register));
  }

  test(register: Reg16): this {
    const number = REG16.indexOf(register);
    return this.emit(`test ${register}, ${register}`, 0x85, 0xc0 | (number << 3) | number);
  }

  cmpAx(value: number): this {
    return this.emit(`cmp ax, ${value.toString(16)}`, 0x3d, ...word(value));
  }

  cmpAh(value: number): this {
    return this.emit(`cmp ah, ${value.toString(16)}`, 0x80, 0xfc, value);
  }

  cmpDl(value: number): this {
    return this.emit(`cmp dl, ${value.toString(16)}`, 0x80, 0xfa, value);
  }

  /** `out port, al`: the hypercall. */
  out(port: number): this {
    return this.emit(`out ${port.toString(16)}, al`, 0xe6, port);
  }

  int(vector: number): this {
    return this.emit(`int ${vector.toString(16)}`, 0xcd, vector);
  }

  jmp(label: string): this {
    this.fixups.push({ at: this.bytes.length + 1, label, kind: 'rel16' });
    return this.emit(`jmp ${label}`, 0xe9, 0, 0);
  }

  call(label: string): this {
    this.fixups.push({ at: this.bytes.length + 1, label, kind: 'rel16' });
    return this.emit(`call ${label}`, 0xe8, 0, 0);
  }

  jump(condition: Condition, label: string): this {
    this.fixups.push({ at: this.bytes.length + 1, label, kind: 'rel8' });
    return this.emit(`j${condition} ${label}`, 0x70 + CONDITION.indexOf(condition), 0);
  }

  /** `jmp far [cs:label]`: the label holds offset and segment. */
  jmpFarCs(label: string): this {
    this.fixups.push({ at: this.bytes.length + 3, label, kind: 'abs16' });
    return this.emit(`jmp far [cs:${label}]`, 0x2e, 0xff, 0x2e, 0, 0);
  }

  /** `call far [bp+n]`, in the stack segment. */
  callFarBp(displacement: number): this {
    return this.emit(`call far [bp+${displacement}]`, 0xff, 0x5e, displacement);
  }

  /** `call far [es:di+n]`. */
  callFarEsDi(displacement: number): this {
    return this.emit(`call far [es:di+${displacement.toString(16)}]`, 0x26, 0xff, 0x5d, displacement);
  }

  /** `les di, [bp+n]`, in the stack segment. */
  lesDiBp(displacement: number): this {
    return this.emit(`les di, [bp+${displacement}]`, 0xc4, 0x7e, displacement);
  }

  pushWord(value: number): this {
    return this.emit(`push word ${value.toString(16)}`, 0x68, ...word(value));
  }

  /** `push offset of label`. */
  pushLabel(label: string): this {
    this.fixups.push({ at: this.bytes.length + 1, label, kind: 'abs16' });
    return this.emit(`push ${label}`, 0x68, 0, 0);
  }

  /** `and word [bp+n], value`. */
  andBp(displacement: number, value: number): this {
    return this.emit(`and word [bp+${displacement}], ${value.toString(16)}`, 0x81, 0x66, displacement, ...word(value));
  }

  /** `lss sp, [ss:offset]`. */
  lssSp(offset: number): this {
    return this.emit(`lss sp, [ss:${offset.toString(16)}]`, 0x36, 0x0f, 0xb2, 0x26, ...word(offset));
  }

  /** `lgdt [ss:offset]` with the whole 32-bit base. */
  lgdtSs(offset: number): this {
    return this.emit(`o32 lgdt [ss:${offset.toString(16)}]`, 0x36, 0x66, 0x0f, 0x01, 0x16, ...word(offset));
  }

  /** `lgdt [cs:label]` with the whole 32-bit base. */
  lgdtCs(label: string): this {
    this.fixups.push({ at: this.bytes.length + 5, label, kind: 'abs16' });
    return this.emit(`o32 lgdt [cs:${label}]`, 0x2e, 0x66, 0x0f, 0x01, 0x16, 0, 0);
  }

  /** `jmp selector:label` with a 32-bit offset that is the label's linear address. */
  jmpFar32(selector: number, label: string): this {
    this.fixups.push({ at: this.bytes.length + 2, label, kind: 'linear32' });
    return this.emit(`o32 jmp ${selector.toString(16)}:${label}`, 0x66, 0xea, 0, 0, 0, 0, ...word(selector));
  }

  /** 32-bit code: `mov ax, selector` and every data segment register. */
  loadSegments32(selector: number): this {
    this.emit(`mov ax, ${selector.toString(16)}`, 0x66, 0xb8, ...word(selector));
    for (const register of ['es', 'ss', 'ds', 'fs', 'gs'] as const) {
      this.emit(`mov ${register}, ax`, 0x8e, 0xc0 | (SEG.indexOf(register) << 3));
    }
    return this;
  }

  /** `mov` of 32 bits, in 16-bit code (with a prefix) or in 32-bit code. */
  mov32(register: Reg32, value: number, mode: '16-bit code' | '32-bit code'): this {
    const prefix = mode === '16-bit code' ? [0x66] : [];
    const opcode = 0xb8 + REG32.indexOf(register);
    return this.emit(
      `mov ${register}, ${value.toString(16)}`,
      ...prefix,
      opcode,
      ...word(value),
      ...word(value >>> 16),
    );
  }

  /** 32-bit code: `or eax, value`. */
  orEax32(value: number): this {
    return this.emit(`or eax, ${value.toString(16)}`, 0x0d, ...word(value), ...word(value >>> 16));
  }

  /** The linear address of a label. */
  linearOf(label: string): this {
    this.fixups.push({ at: this.bytes.length, label, kind: 'linear32' });
    return this.emit(`dd ${label}`, 0, 0, 0, 0);
  }

  /** 32-bit code: `mov esp, value`. */
  movEsp32(value: number): this {
    return this.emit(`mov esp, ${value.toString(16)}`, 0xbc, ...word(value), ...word(value >>> 16));
  }

  /** 32-bit code: `mov esp, [address]`. */
  loadEsp32(address: number): this {
    return this.emit(`mov esp, [${address.toString(16)}]`, 0x8b, 0x25, ...word(address), ...word(address >>> 16));
  }

  /** 32-bit code: `jmp [address]`. */
  jmpIndirect32(address: number): this {
    return this.emit(`jmp [${address.toString(16)}]`, 0xff, 0x25, ...word(address), ...word(address >>> 16));
  }

  private emit(text: string, ...values: readonly number[]): this {
    const hex = values.slice(0, 8).map((value) => (value & 0xff).toString(16).padStart(2, '0'));
    this.lines.push(`${this.here.toString(16).padStart(4, '0')}  ${hex.join(' ').padEnd(24)}  ${text}`);
    for (const value of values) this.bytes.push(value & 0xff);
    return this;
  }
}

const FIXED = {
  pushf: [0x9c],
  popf: [0x9d],
  cli: [0xfa],
  sti: [0xfb],
  cmc: [0xf5],
  clc: [0xf8],
  cld: [0xfc],
  hlt: [0xf4],
  ret: [0xc3],
  retf: [0xcb],
  'retf 2': [0xca, 2, 0],
  iret: [0xcf],
  nop: [0x90],
  lodsb: [0xac],
  'test al, al': [0x84, 0xc0],
  'mov ah, 0eh': [0xb4, 0x0e],
  pushad: [0x66, 0x60],
  popad: [0x66, 0x61],
  /** In 32-bit code. */
  'popad (32-bit code)': [0x61],
  'mov eax, cr0': [0x0f, 0x20, 0xc0],
  'mov cr0, eax': [0x0f, 0x22, 0xc0],
  'mov cr4, eax': [0x0f, 0x22, 0xe0],
  rdmsr: [0x0f, 0x32],
  wrmsr: [0x0f, 0x30],
  /** In 32-bit code. */
  'xor eax, eax': [0x31, 0xc0],
  'jmp esi': [0xff, 0xe6],
  'or al, 1': [0x0c, 1],
  'jmp $': [0xeb, 0xfe],
} as const satisfies Record<string, readonly number[]>;

function word(value: number): [number, number] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

function pushPop(
  register: Reg16 | SegReg,
  general: number,
  old: readonly [number, number, number, number],
  fs: number,
): readonly number[] {
  const number = REG16.indexOf(register as Reg16);
  if (number >= 0) return [general + number];
  if (register === 'fs') return [0x0f, fs];
  if (register === 'gs') return [0x0f, fs + 8];
  return [itemAt(old, SEG.indexOf(register as SegReg))];
}
