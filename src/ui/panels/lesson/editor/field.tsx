/** A labelled text of the lesson editor, of one line or several. */
import type { ReactNode } from 'react';
import styles from './editor.module.css';

export function Field({
  label,
  value,
  rows = 1,
  list,
  isInvalid = false,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  /** The id of a list of completions. */
  readonly list?: string;
  readonly isInvalid?: boolean;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <label className={styles['field']}>
      {label}
      {rows === 1 ? (
        <input value={value} list={list} aria-invalid={isInvalid} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <textarea rows={rows} value={value} onChange={({ target }) => onChange(target.value)} />
      )}
    </label>
  );
}
