/** The bytes of a sector in hexadecimal and as text. */
import type { ReactNode } from 'react';
import { useText } from '../../hooks.ts';
import { DISKS_TEXTS as T } from './texts.ts';
import styles from './disks.module.css';

const PER_LINE = 16;

function line(bytes: Uint8Array, from: number): string {
  const here = [...bytes.subarray(from, from + PER_LINE)];
  const hex = here.map((byte) => byte.toString(16).padStart(2, '0'));
  const halves = [hex.slice(0, 8).join(' '), hex.slice(8).join(' ')].join('  ').padEnd(3 * PER_LINE + 1);
  const printable = here.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
  return `${from.toString(16).padStart(4, '0')}  ${halves} ${printable}`;
}

export function SectorBytes({ bytes }: { readonly bytes: Uint8Array }): ReactNode {
  const text = useText();
  const lines = Array.from({ length: Math.ceil(bytes.length / PER_LINE) }, (_, i) => line(bytes, i * PER_LINE));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled by keys
    <pre className={styles['bytes']} tabIndex={0} role="region" aria-label={text(T.bytes)} data-testid="disk-bytes">
      {lines.join('\n')}
    </pre>
  );
}
