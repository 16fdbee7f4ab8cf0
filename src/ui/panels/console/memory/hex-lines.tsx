/** Some lines of memory in hexadecimal and text. */
import type { ReactNode } from 'react';
import { hexNumber } from '../../../../base/bytes.ts';
import styles from './memory.module.css';

export const BYTES_PER_LINE = 16;

export function HexLines({
  memory,
  start,
  end,
}: {
  readonly memory: Uint8Array;
  readonly start: number;
  readonly end: number;
}): ReactNode {
  const lines = Array.from({ length: Math.ceil((end - start) / BYTES_PER_LINE) }, (_, i) => start + i * BYTES_PER_LINE);
  return (
    <pre className={styles['hex']}>
      {lines
        .map((at) => `${hexNumber(at, 5)}  ${lineText(memory.subarray(at, Math.min(at + BYTES_PER_LINE, end)))}`)
        .join('\n')}
    </pre>
  );
}

function lineText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => hexNumber(byte, 2)).join(' ');
  const ascii = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
  return `${hex.padEnd(3 * BYTES_PER_LINE - 1)}  ${ascii}`;
}
