/**
 * The named moments of a lab: a teacher keeps them, a class goes from one to the next. They are part of the document, so
 * a link carries them. In projector mode the keys 1 to 9 show them.
 */
import { useState, type ReactNode } from 'react';
import type { ScenarioMoment } from '../../../scenario/schema.ts';
import { useDocument, useLive, useView } from '../../../page/store.ts';
import { panelTitle } from '../../../page/panels.ts';
import { formatClock } from '../../format.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { defineTexts } from '../../parts/own-texts.ts';
import styles from './moments.module.css';

const TEXTS = defineTexts({
  empty: {
    en: 'Go to a moment of the run that has something to show, select its frame, and keep it under a name. A link to the lab holds the list; in projector mode the keys 1 to 9 show the moments.',
    fr: 'Allez à un moment intéressant de l’exécution, choisissez sa trame et gardez-le sous un nom. Le lien du labo contient la liste ; en mode projecteur, les touches 1 à 9 montrent les moments.',
  },
  name: { en: 'What there is to see', fr: 'Ce qu’il y a à voir' },
  keep: { en: 'Keep this moment', fr: 'Garder ce moment' },
  rename: { en: 'Name of moment {number}', fr: 'Nom du moment {number}' },
  show: { en: 'Show moment {number}: {name}', fr: 'Montrer le moment {number} : {name}' },
  remove: { en: 'Remove the moment {name}', fr: 'Supprimer le moment {name}' },
});

const NONE: readonly ScenarioMoment[] = [];

export function MomentsPanel(): ReactNode {
  const text = useText();
  const moments = useDocument((state) => state.scenario?.moments ?? NONE);
  return (
    <div className={styles['moments']} data-testid="moments">
      <NewMoment />
      {moments.length === 0 ? (
        <Empty title={text(TEXTS.empty)} />
      ) : (
        <ol className={styles['list']} aria-label={text(panelTitle('moments'))}>
          {moments.map((moment, index) => (
            <Entry key={`${moment.atNs} ${moment.event}`} moment={moment} index={index} />
          ))}
        </ol>
      )}
    </div>
  );
}

function NewMoment(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [name, setName] = useState('');
  const ready = useLive((state) => state.progress?.kind === 'ready');
  const atNs = useLive((state) => state.update?.timeNs ?? 0);
  const pastNs = useView((state) => state.pastNs);
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === '') return;
        void commands.run('moment.keep', { name: name.trim() });
        setName('');
      }}
    >
      <input
        aria-label={text(TEXTS.name)}
        placeholder={text(TEXTS.name)}
        maxLength={120}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <time>{formatClock(pastNs ?? atNs)}</time>
      <button type="submit" disabled={!ready || name.trim() === ''}>
        {text(TEXTS.keep)}
      </button>
    </form>
  );
}

function Entry({ moment, index }: { readonly moment: ScenarioMoment; readonly index: number }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { name, atNs } = moment;
  const number = index + 1;
  const isShown = useView((state) => state.pastNs === atNs);
  return (
    <li data-shown={isShown}>
      <button
        type="button"
        className={styles['number']}
        aria-label={text(TEXTS.show, { number, name })}
        onClick={() => void commands.run('moment.show', index)}
      >
        {number}
      </button>
      <input
        aria-label={text(TEXTS.rename, { number })}
        maxLength={120}
        defaultValue={name}
        onBlur={({ target }) => {
          const next = target.value.trim();
          if (next === '') target.value = name;
          else if (next !== name) void commands.run('edit.set', { of: { moment: index }, path: ['name'], value: next });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <time>{formatClock(atNs)}</time>
      <Button
        label={text(TEXTS.remove, { name })}
        kind="icon"
        onPress={() => void commands.run('moment.remove', index)}
      >
        <Icon name="close" />
      </Button>
    </li>
  );
}
