/** What a step of a lesson asks for: the kinds of checks that the editor can write. */
import { useId, type ReactNode } from 'react';
import { isServer } from '../../../../scenario/nodes/queries.ts';
import type { LessonCheck } from '../../../../lessons/schema.ts';
import { textIn } from '../../../../lessons/text-in.ts';
import { useDocument, useView } from '../../../../page/store.ts';
import { useMessage, useText } from '../../../hooks.ts';
import { useCondition } from '../../timeline/use-condition.ts';
import { EDITOR_UI } from './editor-texts.ts';
import styles from './editor.module.css';
import { Field } from './field.tsx';

const KINDS = ['seen', 'frame', 'ask', 'choice', 'value'] as const;
type Kind = (typeof KINDS)[number];

export function GoalFields({
  check,
  onChange,
}: {
  readonly check: LessonCheck;
  readonly onChange: (check: LessonCheck) => void;
}): ReactNode {
  const text = useText();
  const server = useDocument(({ scenario }) => scenario?.nodes.find(isServer)?.name ?? '');
  const kind = KINDS.find((known) => known === check.kind);
  return (
    <>
      <label className={styles['field']}>
        {text(EDITOR_UI.goal)}
        <select
          value={kind ?? 'other'}
          onChange={({ target }) => {
            const chosen = KINDS.find((known) => known === target.value);
            if (chosen !== undefined) onChange(emptyCheck(chosen, server));
          }}
        >
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {text(EDITOR_UI[each])}
            </option>
          ))}
          {kind === undefined ? <option value="other">{text(EDITOR_UI.other)}</option> : null}
        </select>
      </label>
      <Goal check={check} onChange={onChange} />
    </>
  );
}

function emptyCheck(kind: Kind, server: string): LessonCheck {
  switch (kind) {
    case 'seen':
      return { kind, condition: '' };
    case 'frame':
      return { kind, filter: '' };
    case 'ask':
      return { kind, server, client: { kind: 'bios', mac: '52:54:00:ba:00:01', message: 'discover' }, file: '' };
    case 'choice':
      return { kind, options: [] };
    case 'value':
      return { kind, accept: [] };
  }
}

function Goal({
  check,
  onChange,
}: {
  readonly check: LessonCheck;
  readonly onChange: (check: LessonCheck) => void;
}): ReactNode {
  const text = useText();
  const language = useView((state) => state.language);
  switch (check.kind) {
    case 'seen':
      return (
        <ConditionField
          label={text(EDITOR_UI.condition)}
          value={check.condition}
          onChange={(condition) => onChange({ kind: 'seen', condition })}
        />
      );
    case 'frame':
      return (
        <ConditionField
          label={text(EDITOR_UI.filter)}
          value={check.filter}
          onChange={(filter) => onChange({ kind: 'frame', filter })}
        />
      );
    case 'ask':
      return (
        <div className={styles['row']}>
          <Field
            label={text(EDITOR_UI.server)}
            value={check.server}
            onChange={(server) => onChange({ ...check, server })}
          />
          <Field
            label={text(EDITOR_UI.file)}
            value={check.file ?? ''}
            onChange={(file) => onChange({ ...check, file })}
          />
        </div>
      );
    case 'value':
      return (
        <Field
          label={text(EDITOR_UI.accept)}
          rows={2}
          value={check.accept.join('\n')}
          onChange={(lines) => onChange({ kind: 'value', accept: lines.split('\n') })}
        />
      );
    case 'choice':
      return (
        <Field
          label={text(EDITOR_UI.options)}
          rows={4}
          value={check.options.map((option) => `${option.right ? '*' : ''}${textIn(option.text, language)}`).join('\n')}
          onChange={(lines) =>
            onChange({
              kind: 'choice',
              options: lines
                .split('\n')
                .map((line) => ({ text: line.replace(/^\*/, ''), right: line.startsWith('*') })),
            })
          }
        />
      );
    case 'unseen':
    case 'stage':
    case 'same':
    case 'all':
    case 'any':
      return null;
  }
}

/** A condition, with its completions and what is wrong with it. */
function ConditionField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const list = useId();
  const message = useMessage();
  const { problem, completions } = useCondition(value);
  return (
    <>
      <Field label={label} value={value} list={list} isInvalid={problem !== undefined} onChange={onChange} />
      <datalist id={list}>
        {completions.map((item) => (
          <option key={item.text} value={item.text}>
            {item.detail}
          </option>
        ))}
      </datalist>
      {problem === undefined ? null : (
        <p className={styles['problem']} role="alert">
          {message(problem.message)}
        </p>
      )}
    </>
  );
}
