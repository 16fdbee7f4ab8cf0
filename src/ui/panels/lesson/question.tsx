/** A question of a step: one of several answers, or a value. */
import { useId, useState, type ReactNode } from 'react';
import type { LeafCheck, LessonStep } from '../../../lessons/schema.ts';
import { plainText } from '../../../lessons/markdown.ts';
import { textIn } from '../../../lessons/text-in.ts';
import { answerIn, useLesson } from '../../../page/lessons/lesson-store.ts';
import { useView } from '../../../page/store.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import styles from './lesson.module.css';
import { ProseLine } from './prose.tsx';
import { LESSON_UI } from './texts.ts';

export function Question({
  step,
  leaf,
}: {
  readonly step: LessonStep;
  readonly leaf: LeafCheck & { readonly kind: 'choice' | 'value' };
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const answer = useLesson((state) => answerIn(state, step.id));
  // What is typed, until it is handed in; "Show me" hands in by itself.
  const [draft, setDraft] = useState<string | undefined>();
  const value = draft ?? (typeof answer === 'string' ? answer : '');
  const name = useId();
  // Check says what is wrong, too.
  const check = async (): Promise<void> => {
    await commands.run('lesson.answer', value);
    await commands.run('lesson.check');
  };
  if (leaf.kind === 'choice')
    return (
      <fieldset className={styles['options']}>
        <legend className="visually-hidden">{plainText(textIn(step.task, language))}</legend>
        {leaf.options.map((option, i) => (
          // oxlint-disable-next-line react/no-array-index-key
          <label key={i}>
            <input
              type="radio"
              name={name}
              checked={answer === i}
              onChange={() => void commands.run('lesson.answer', i)}
            />
            <span>
              <ProseLine text={option.text} />
            </span>
          </label>
        ))}
      </fieldset>
    );
  return (
    <form
      className={styles['value']}
      onSubmit={(event) => {
        event.preventDefault();
        void check();
      }}
    >
      <input
        aria-label={text(LESSON_UI.answer)}
        placeholder={text(LESSON_UI.answer)}
        value={value}
        maxLength={400}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={({ target }) => setDraft(target.value)}
        onKeyDown={({ ctrlKey, key }) => {
          // The command of this key checks what was handed in.
          if (ctrlKey && key === 'Enter') void commands.run('lesson.answer', value);
        }}
      />
      <Button
        label={text(LESSON_UI.check)}
        title={`${text(LESSON_UI.check)} (Ctrl+Enter)`}
        kind="primary"
        onPress={() => void check()}
      />
    </form>
  );
}
