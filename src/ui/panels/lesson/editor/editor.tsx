/** Writes a lesson: a form for the whole, one for each step, what is still missing, and the ways to try and share it. */
import { useState, type ReactNode } from 'react';
import { idFor, missingIn, newStep, withText, type LessonDraft } from '../../../../lessons/draft.ts';
import type { LessonStep } from '../../../../lessons/schema.ts';
import { textIn } from '../../../../lessons/text-in.ts';
import { useLesson } from '../../../../page/lessons/lesson-store.ts';
import { useView } from '../../../../page/store.ts';
import { useCommands, usePageQueries, useMessage, useText } from '../../../hooks.ts';
import { Button, CommandButton } from '../../../parts/button.tsx';
import { Icon } from '../../../parts/icon.tsx';
import { EDITOR_UI } from './editor-texts.ts';
import columns from '../../../parts/column.module.css';
import styles from './editor.module.css';
import { Field } from './field.tsx';
import { GoalFields } from './goal-fields.tsx';

export function LessonEditor(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const draft = useLesson((state) => state.draft);
  if (draft === undefined) return null;
  const change = (part: Partial<LessonDraft>): void => void commands.run('draft.change', { ...draft, ...part });
  const { title, summary, kind, level, minutes, steps } = draft;
  return (
    <div className={columns['column']} data-testid="lesson-editor">
      <header className={columns['head']}>
        <h2>{text(EDITOR_UI.editor)}</h2>
        <CommandButton id="draft.close" kind="icon">
          <Icon name="close" />
        </CommandButton>
      </header>
      <div className={styles['form']} tabIndex={0} role="region" aria-label={text(EDITOR_UI.editor)}>
        <Field
          label={text(EDITOR_UI.title)}
          value={textIn(title, language)}
          onChange={(words) => change({ title: withText(title, language, words), id: idFor(words) })}
        />
        <Field
          label={text(EDITOR_UI.summary)}
          value={textIn(summary, language)}
          onChange={(words) => change({ summary: withText(summary, language, words) })}
        />
        <div className={styles['row']}>
          <label>
            {text(EDITOR_UI.kind)}
            <select
              value={kind}
              onChange={({ target }) => change({ kind: target.value === 'challenge' ? 'challenge' : 'lesson' })}
            >
              <option value="lesson">{text(EDITOR_UI.lesson)}</option>
              <option value="challenge">{text(EDITOR_UI.challenge)}</option>
            </select>
          </label>
          <label>
            {text(EDITOR_UI.level)}
            <select value={level} onChange={({ target }) => change({ level: Number(target.value) })}>
              {[1, 2, 3].map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <label>
            {text(EDITOR_UI.minutes)}
            <input
              type="number"
              min={1}
              max={60}
              value={minutes}
              onChange={({ target }) =>
                change({ minutes: Math.min(60, Math.max(1, Math.round(Number(target.value)))) })
              }
            />
          </label>
        </div>
        <Start draft={draft} />
        {steps.map((step, i) => (
          <StepForm
            key={step.id}
            step={step}
            index={i}
            onChange={(changed) => change({ steps: steps.map((each, at) => (at === i ? changed : each)) })}
            onRemove={() => change({ steps: steps.filter((_, at) => at !== i) })}
            onUp={() =>
              change({ steps: [...steps.slice(0, i - 1), step, ...steps.slice(i - 1, i), ...steps.slice(i + 1)] })
            }
          />
        ))}
        <Button label={text(EDITOR_UI.addStep)} onPress={() => change({ steps: [...steps, newStep(steps)] })} />
      </div>
      <Finish draft={draft} />
    </div>
  );
}

function Start({ draft: { start } }: { readonly draft: LessonDraft }): ReactNode {
  const text = useText();
  const name = start === undefined ? undefined : 'lab' in start ? start.lab : start.scenario['name'];
  return (
    <fieldset className={styles['part']}>
      <legend>{text(EDITOR_UI.start)}</legend>
      <p>{typeof name === 'string' ? text(EDITOR_UI.startIs, { name }) : text(EDITOR_UI.noStart)}</p>
      <CommandButton id="draft.start" />
    </fieldset>
  );
}

/** What is missing, and what can be done when nothing is. */
function Finish({ draft }: { readonly draft: LessonDraft }): ReactNode {
  const text = useText();
  const message = useMessage();
  const { lessons } = usePageQueries();
  const [copied, setCopied] = useState<LessonDraft | undefined>();
  const missing = missingIn(draft);
  const copy = (): void => {
    const hash = lessons.draftHash();
    if (hash === undefined) return;
    const link = `${location.origin}${location.pathname}${hash}`;
    void navigator.clipboard.writeText(link).then(() => setCopied(draft));
  };
  return (
    <section className={styles['finish']}>
      <div role="status" data-testid="missing">
        {missing.length === 0 ? (
          <p>{text(EDITOR_UI.complete)}</p>
        ) : (
          <>
            <p>{text(EDITOR_UI.missing)}</p>
            <ul>
              {missing.map((each) => (
                <li key={each.text}>{message(each)}</li>
              ))}
            </ul>
          </>
        )}
      </div>
      <div className={styles['actions']}>
        <CommandButton id="draft.try" kind="primary" />
        <Button
          label={text(copied === draft ? EDITOR_UI.copied : EDITOR_UI.link)}
          isDisabled={missing.length > 0}
          onPress={copy}
        />
        <CommandButton id="draft.save" />
        <CommandButton id="draft.clear" />
      </div>
    </section>
  );
}

function StepForm({
  step,
  index,
  onChange,
  onRemove,
  onUp,
}: {
  readonly step: LessonStep;
  readonly index: number;
  readonly onChange: (step: LessonStep) => void;
  readonly onRemove: () => void;
  readonly onUp: () => void;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const number = index + 1;
  const { title, text: words, task, hints, after, solution } = step;
  const setHint = (at: number, hint: string): void => {
    const changed = [hints[0] ?? '', hints[1] ?? ''].map((old, i) => (i === at ? withText(old, language, hint) : old));
    onChange({ ...step, hints: changed.filter((each, i) => textIn(each, language) !== '' || i < at) });
  };
  return (
    <fieldset className={styles['part']}>
      <legend>{text(EDITOR_UI.step, { number })}</legend>
      <span className={styles['tools']}>
        <Button label={text(EDITOR_UI.up, { number })} kind="icon" isDisabled={index === 0} onPress={onUp}>
          <span aria-hidden="true">↑</span>
        </Button>
        <Button label={text(EDITOR_UI.removeStep, { number })} kind="icon" onPress={onRemove}>
          <Icon name="delete" />
        </Button>
      </span>
      <Field
        label={text(EDITOR_UI.title)}
        value={textIn(title, language)}
        onChange={(value) => onChange({ ...step, title: withText(title, language, value) })}
      />
      <Field
        label={text(EDITOR_UI.text)}
        rows={5}
        value={textIn(words, language)}
        onChange={(value) => onChange({ ...step, text: withText(words, language, value) })}
      />
      <Field
        label={text(EDITOR_UI.task)}
        value={textIn(task, language)}
        onChange={(value) => onChange({ ...step, task: withText(task, language, value) })}
      />
      <GoalFields check={step.check} onChange={(check) => onChange({ ...step, check })} />
      <Field
        label={text(EDITOR_UI.hint)}
        value={textIn(hints[0] ?? '', language)}
        onChange={(hint) => setHint(0, hint)}
      />
      <Field
        label={text(EDITOR_UI.bigHint)}
        value={textIn(hints[1] ?? '', language)}
        onChange={(hint) => setHint(1, hint)}
      />
      <Field
        label={text(EDITOR_UI.after)}
        rows={2}
        value={textIn(after ?? '', language)}
        onChange={(value) => {
          const { after: _after, ...rest } = step;
          onChange(value === '' ? rest : { ...rest, after: withText(after ?? '', language, value) });
        }}
      />
      <p className={styles['solution']}>
        <b>{text(EDITOR_UI.solution)}</b>{' '}
        {solution.length === 0 ? text(EDITOR_UI.noSolution) : text(EDITOR_UI.hasSolution, { count: solution.length })}
      </p>
      <Button label={text(EDITOR_UI.record, { number })} onPress={() => void commands.run('draft.record', index)} />
    </fieldset>
  );
}
