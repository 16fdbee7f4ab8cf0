/** The selected note: its text, and the node that its arrow points to. */
import { useId, type ReactNode } from 'react';
import { useDocument } from '../../../../page/store.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { defineTexts } from '../../../parts/own-texts.ts';
import styles from './notes.module.css';

const TEXTS = defineTexts({
  title: { en: 'Note', fr: 'Note' },
  text: { en: 'Text of the note', fr: 'Texte de la note' },
  to: { en: 'Arrow to', fr: 'Flèche vers' },
  nothing: { en: 'nothing', fr: 'rien' },
});

export function NoteSheet({ index }: { readonly index: number }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const id = useId();
  const note = useDocument((state) => state.scenario?.notes[index]);
  const nodes = useDocument((state) => state.scenario?.nodes);
  if (note === undefined || nodes === undefined) return null;
  const set = (path: 'text' | 'to', value: string | undefined): void =>
    void commands.run('edit.set', { of: { note: index }, path: [path], value });
  return (
    <section className={styles['sheet']} aria-label={text(TEXTS.title)}>
      <label htmlFor={`${id}text`}>{text(TEXTS.text)}</label>
      <textarea
        id={`${id}text`}
        key={note.text}
        rows={3}
        maxLength={500}
        defaultValue={note.text}
        onBlur={({ target }) => {
          const next = target.value.trim();
          if (next === '') target.value = note.text;
          else if (next !== note.text) set('text', next);
        }}
      />
      <label htmlFor={`${id}to`}>{text(TEXTS.to)}</label>
      <select
        id={`${id}to`}
        value={note.to ?? ''}
        onChange={({ target }) => set('to', target.value === '' ? undefined : target.value)}
      >
        <option value="">{text(TEXTS.nothing)}</option>
        {nodes.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </section>
  );
}
