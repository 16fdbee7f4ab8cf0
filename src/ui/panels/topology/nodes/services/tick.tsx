/** A setting that is on or off. */
import type { ReactNode } from 'react';

export function Tick({
  label,
  checked,
  set,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly set: (checked: boolean) => void;
}): ReactNode {
  return (
    <label>
      <input type="checkbox" checked={checked} onChange={({ target }) => set(target.checked)} />
      {label}
    </label>
  );
}
