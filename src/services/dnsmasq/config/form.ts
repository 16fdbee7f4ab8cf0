/**
 * The few things that most configurations say, read from the text and written back into it: the line that says them is
 * changed where it stands, and everything else stays as it was.
 */
import { lexConfig, unprotect } from './parse/lexer.ts';

export interface ConfigForm {
  /** Of the first range that gives addresses without a condition; empty when there is none. */
  readonly rangeStart: string;
  readonly rangeEnd: string;
  /** `1h`, `infinite`; empty for dnsmasq's default of an hour. */
  readonly lease: string;
  /** Of the last dhcp-boot line without tags. */
  readonly bootFile: string;
  readonly tftp: boolean;
  readonly tftpRoot: string;
  /** pxe-service lines as they stand. */
  readonly services: readonly string[];
}

interface Line {
  /** From 0. */
  readonly index: number;
  readonly name: string;
  readonly value: string;
}

function linesOf(text: string): readonly Line[] {
  return lexConfig(text, '').flatMap((line) =>
    line.kind === 'error'
      ? []
      : [{ index: line.statement.origin.line - 1, name: line.statement.name, value: line.statement.value ?? '' }],
  );
}

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

function fieldsOf(line: Line): string[] {
  return line.value.split(',').map((field) => unprotect(field.trim()));
}

function rangeLine(lines: readonly Line[]): Line | undefined {
  return lines.find((line) => {
    const [start, end] = line.name === 'dhcp-range' ? fieldsOf(line) : [];
    return ADDRESS.test(start ?? '') && ADDRESS.test(end ?? '');
  });
}

function bootLine(lines: readonly Line[]): Line | undefined {
  return lines.findLast(({ name, value }) => name === 'dhcp-boot' && !/^(tag|net):/.test(value));
}

export function readForm(text: string): ConfigForm {
  const lines = linesOf(text);
  const range = rangeLine(lines);
  const fields = range === undefined ? [] : fieldsOf(range);
  const lease = fields.slice(2).find((field) => !field.includes('.'));
  const boot = bootLine(lines);
  const root = lines.find(({ name }) => name === 'tftp-root');
  return {
    rangeStart: fields[0] ?? '',
    rangeEnd: fields[1] ?? '',
    lease: lease ?? '',
    bootFile: boot === undefined ? '' : (fieldsOf(boot)[0] ?? ''),
    tftp: lines.some(({ name }) => name === 'enable-tftp'),
    tftpRoot: root === undefined ? '' : (fieldsOf(root)[0] ?? ''),
    services: lines.filter(({ name }) => name === 'pxe-service').map(({ value }) => unprotect(value)),
  };
}

/** Puts a line in the place of another, or at the end; undefined takes the line away. */
function replaced(text: string, at: number | undefined, line: string | undefined): string {
  const rows = text.replace(/\n$/, '').split('\n');
  if (rows.length === 1 && rows[0] === '') rows.pop();
  if (at === undefined) {
    if (line !== undefined) rows.push(line);
  } else rows.splice(at, 1, ...(line === undefined ? [] : [line]));
  return rows.length === 0 ? '' : `${rows.join('\n')}\n`;
}

/** Texts with what the language takes for itself go into quotes. */
function written(text: string): string {
  return /^[\w./:@%?=&+~-]*$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
}

/** The text with the form's values in it. Only what differs from the text is touched; `services` are left alone. */
export function writeForm(text: string, form: ConfigForm): string {
  const before = readForm(text);
  let out = text;
  if (form.rangeStart !== before.rangeStart || form.rangeEnd !== before.rangeEnd || form.lease !== before.lease) {
    const old = rangeLine(linesOf(out));
    const masks =
      old === undefined
        ? []
        : fieldsOf(old)
            .slice(2)
            .filter((field) => field.includes('.'));
    const lease = form.lease === '' ? [] : [form.lease];
    const parts = [form.rangeStart, form.rangeEnd, ...masks, ...lease].map(written);
    const isEmpty = form.rangeStart === '' && form.rangeEnd === '';
    out = replaced(out, old?.index, isEmpty ? undefined : `dhcp-range=${parts.join(',')}`);
  }
  if (form.bootFile !== before.bootFile) {
    const old = bootLine(linesOf(out));
    const rest = old === undefined ? [] : fieldsOf(old).slice(1);
    const line = `dhcp-boot=${[form.bootFile, ...rest].map(written).join(',')}`;
    out = replaced(out, old?.index, form.bootFile === '' ? undefined : line);
  }
  if (form.tftp !== before.tftp) {
    if (form.tftp) out = replaced(out, undefined, 'enable-tftp');
    else {
      let old = linesOf(out).find(({ name }) => name === 'enable-tftp');
      while (old !== undefined) {
        out = replaced(out, old.index, undefined);
        old = linesOf(out).find(({ name }) => name === 'enable-tftp');
      }
    }
  }
  if (form.tftpRoot !== before.tftpRoot) {
    const old = linesOf(out).find(({ name }) => name === 'tftp-root');
    out = replaced(out, old?.index, form.tftpRoot === '' ? undefined : `tftp-root=${written(form.tftpRoot)}`);
  }
  return out;
}

export interface NewService {
  /** `x86PC`, `X86-64_EFI`, `BC_EFI`, or a number of option 93. */
  readonly arch: string;
  readonly menu: string;
  /** Boot file; its layer is put behind a name without a dot. Empty: from the local disk. */
  readonly file: string;
}

export function addService(text: string, { arch, menu, file }: NewService): string {
  const quotedMenu = `"${menu.replace(/[\\"]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
  return replaced(text, undefined, `pxe-service=${written(arch)},${quotedMenu},${file === '' ? '0' : written(file)}`);
}

/** Takes the pxe-service line of that number (from 0) away. */
export function removeService(text: string, index: number): string {
  const line = linesOf(text)
    .filter(({ name }) => name === 'pxe-service')
    .at(index);
  return line === undefined ? text : replaced(text, line.index, undefined);
}
