/** Files that a lab names by hash: name, size and hash of each. */
import type { ReactNode } from 'react';
import type { OwnFile } from '../../../page/document/files/catalogue-files.ts';
import { useNumbers } from '../../hooks.ts';
import dialog from '../../topbar/dialog.module.css';

export function FileUses({ files }: { readonly files: readonly OwnFile[] }): ReactNode {
  const numbers = useNumbers();
  return (
    <ul className={dialog['files']} data-testid="file-uses">
      {files.map(({ name, sha256, sizeBytes }) => (
        <li key={sha256}>
          <span>
            <strong>{name}</strong> <span className={dialog['quiet']}>{numbers.bytes(sizeBytes)}</span>
          </span>
          <code className={dialog['quiet']}>{sha256}</code>
        </li>
      ))}
    </ul>
  );
}
