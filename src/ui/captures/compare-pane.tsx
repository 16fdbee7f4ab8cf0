/** Two documents compared: what the boots in one do otherwise than in the other, with the frames in both. */
import { useId, type ReactNode } from 'react';
import { useCaptures } from '../../page/captures/capture-store.ts';
import { useCommands, useMessage, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { useLabName } from '../topbar/lab-name.ts';
import styles from './captures.module.css';
import { CAPTURE_TEXTS as T } from './texts.ts';

/** The lab, among ids of captures. */
const LAB = '';

export function ComparePane(): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const comparison = useCaptures((state) => state.comparison);
  if (comparison === undefined) return null;
  const { a, b, differences } = comparison;
  return (
    <section className={styles['compare']} aria-label={text(T.compare)} data-testid="comparison">
      <p className={styles['compareBar']}>
        <Choice label={text(T.first)} value={a} onChoose={(id) => void commands.run('capture.compare', { a: id, b })} />
        <Choice
          label={text(T.second)}
          value={b}
          onChoose={(id) => void commands.run('capture.compare', { a, b: id })}
        />
        <span role="status">
          {differences === undefined
            ? text(T.comparing)
            : differences.length === 0
              ? text(T.alike)
              : text(T.differences, { count: differences.length })}
        </span>
        <Button label={text(T.closeComparison)} kind="icon" onPress={() => void commands.run('capture.compare-close')}>
          <Icon name="close" />
        </Button>
      </p>
      <ol tabIndex={0} aria-label={text(T.compare)}>
        {(differences ?? []).map(({ client, says, a: inA, b: inB }, i) => (
          <li key={i}>
            {differences?.[i - 1]?.client === client ? null : <b>{client}</b>}
            <span>{message(says)}</span>
            <Look document={a} number={inA} label={text(T.inFirst, { number: inA ?? 0 })} />
            <Look document={b} number={inB} label={text(T.inSecond, { number: inB ?? 0 })} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Choice({
  label,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const text = useText();
  const id = useId();
  const list = useCaptures((state) => state.list);
  const lab = useLabName();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChoose(target.value)}>
        <option value={LAB}>{text(T.lab, { name: lab })}</option>
        {list.map((entry) => (
          <option key={entry.id} value={entry.id}>
            {entry.name}
          </option>
        ))}
      </select>
    </>
  );
}

function Look({
  document,
  number,
  label,
}: {
  readonly document: string;
  readonly number: number | undefined;
  readonly label: string;
}): ReactNode {
  const commands = useCommands();
  if (number === undefined) return null;
  return (
    <button type="button" onClick={() => void commands.run('capture.look', { document, number })}>
      {label}
    </button>
  );
}
