/** A number of the lab in a form, within the bounds that the schema has. */
import type { KeyboardEvent, ReactNode } from 'react';
import { withinLimits, type NumberLimits } from '../../scenario/field-limits.ts';

/** The bounds of a field that is shown in another unit. */
export function scaled({ min, max }: NumberLimits, factor: number): NumberLimits {
  return { min: min * factor, max: max * factor, isInteger: false };
}

export function leaveOnEnter({ key, currentTarget }: KeyboardEvent<HTMLInputElement>): void {
  if (key === 'Enter') currentTarget.blur();
}

/** A number that is applied when the field loses the focus, so that it is one edit and can be typed freely. */
export function NumberField({
  label,
  value,
  limits,
  step = 'any',
  optional = false,
  set,
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly limits: NumberLimits;
  readonly step?: number | 'any';
  /** Whether the field may be empty. */
  readonly optional?: boolean;
  readonly set: (value: number | undefined) => void;
}): ReactNode {
  // Twelve digits: 0.07 * 100 must be shown as 7.
  const shown = value === undefined ? '' : String(Number(value.toPrecision(12)));
  const { min, max } = limits;
  return (
    <label>
      {label}
      <input
        key={shown}
        type="number"
        {...(Number.isFinite(min) ? { min } : {})}
        {...(Number.isFinite(max) ? { max } : {})}
        step={step}
        defaultValue={shown}
        onBlur={({ target }) => {
          if (target.value === shown) return;
          if (target.value === '' && optional) set(undefined);
          else if (target.value === '') target.value = shown;
          else {
            const within = withinLimits(Number(target.value), limits);
            // It may be what it was.
            target.value = String(within);
            set(within);
          }
        }}
        onKeyDown={leaveOnEnter}
      />
    </label>
  );
}
