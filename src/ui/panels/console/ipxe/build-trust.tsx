/** Whom a build trusts, and what it shows of itself: certificates of the lab by name, as the files of `make`. */
import { useId, type ReactNode } from 'react';
import { withBuildValue } from '../../../../page/document/edits/build-edits.ts';
import { useDocument } from '../../../../page/store.ts';
import type { ChainImage } from '../../../../scenario/schema.ts';

const FIELDS = [
  { option: 'trust', label: 'TRUST=' },
  { option: 'cert', label: 'CERT=' },
  { option: 'privkey', label: 'PRIVKEY=' },
] as const;

export function BuildTrust({
  options,
  setOptions,
}: {
  readonly options: ChainImage['options'];
  readonly setOptions: (options: ChainImage['options']) => void;
}): ReactNode {
  const certificates = useDocument((state) => state.scenario?.certificates);
  const listId = useId();
  return (
    <>
      {FIELDS.map(({ option, label }) => {
        const value = String(options[option] ?? '');
        return (
          <label key={option}>
            {label}
            <input
              key={value}
              defaultValue={value}
              list={listId}
              spellCheck={false}
              onBlur={({ target }) => {
                if (target.value !== value) setOptions(withBuildValue(options, option, target.value, ''));
              }}
            />
          </label>
        );
      })}
      <datalist id={listId}>
        {certificates?.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </datalist>
    </>
  );
}
