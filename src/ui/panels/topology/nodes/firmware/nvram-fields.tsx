/** What a PC's UEFI firmware keeps without power: taken from the machine into the document, shown, and forgotten. */
import { useState, type ReactNode } from 'react';
import type { PcNode } from '../../../../../scenario/schema.ts';
import { useCommands, useMessage, usePageQueries, useText } from '../../../../hooks.ts';
import { Button } from '../../../../parts/button.tsx';
import { defineTexts } from '../../../../parts/own-texts.ts';
import styles from './flash-fields.module.css';

const TEXTS = defineTexts({
  title: { en: 'Variables of the UEFI firmware', fr: 'Variables du firmware UEFI' },
  none: {
    en: 'The lab begins with the variables of a new board. What changes them stays over a reset and power-off, until the lab restarts.',
    fr: 'Le labo commence avec les variables d’une carte neuve. Leurs changements survivent à une réinitialisation et à un arrêt, jusqu’au redémarrage du labo.',
  },
  keep: { en: 'Keep them as they are now, in the lab', fr: 'Les garder dans le labo, telles qu’elles sont' },
  keepHint: {
    en: 'Boot options, their order and settings become part of the lab, its file and its link.',
    fr: 'Les options de démarrage, leur ordre et les réglages font alors partie du labo, de son fichier et de son lien.',
  },
  nothing: {
    en: 'There is nothing to keep yet: switch the machine on first.',
    fr: 'Il n’y a encore rien à garder : allumez d’abord la machine.',
  },
  forget: { en: 'Forget them', fr: 'Les oublier' },
  kept: { en: 'Part of the lab: {count}', fr: 'Dans le labo : {count}' },
});

export function NvramFields({ node }: { readonly node: PcNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { client } = usePageQueries();
  const message = useMessage();
  const [problem, setProblem] = useState<string>();
  const { nvram, name } = node;
  const set = async (value: PcNode['nvram']): Promise<void> => {
    const refusal = await commands.run('edit.set', { of: { node: name }, path: ['nvram'], value });
    setProblem(refusal === undefined ? undefined : message(refusal));
  };
  const keep = async (): Promise<void> => {
    const found = await client.lab.firmwareVariables(name);
    if (found === undefined) setProblem(text(TEXTS.nothing));
    else await set(found);
  };
  return (
    <fieldset className={styles['flash']} data-testid="nvram">
      <legend>{text(TEXTS.title)}</legend>
      {nvram === undefined ? (
        <p className={styles['note']}>{text(TEXTS.none)}</p>
      ) : (
        <details>
          <summary>{text(TEXTS.kept, { count: nvram.length })}</summary>
          <ul>
            {nvram.map((variable) => (
              <li key={`${variable.guid} ${variable.name}`} title={`${variable.guid}: ${variable.data}`}>
                {variable.name}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Button label={text(TEXTS.keep)} title={text(TEXTS.keepHint)} onPress={() => void keep()} />
      {nvram === undefined ? null : <Button label={text(TEXTS.forget)} onPress={() => void set(undefined)} />}
      {problem === undefined ? null : <p role="alert">{problem}</p>}
    </fieldset>
  );
}
