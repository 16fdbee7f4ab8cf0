/** What a PC's UEFI firmware keeps without power: taken from the machine into the document, shown, and forgotten. */
import { useState, type ReactNode } from 'react';
import { fromHex } from '../../../../../base/bytes.ts';
import { bootOrder } from '../../../../../machine/uefi/variables.ts';
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
  begins: {
    en: 'The lab begins with variables of its own. What changes them stays over a reset and power-off, until the lab restarts.',
    fr: 'Le labo commence avec ses propres variables. Leurs changements survivent à une réinitialisation et à un arrêt, jusqu’au redémarrage du labo.',
  },
  order: { en: 'Boot order', fr: 'Ordre de démarrage' },
  kept: { en: 'All variables: {count}', fr: 'Toutes les variables : {count}' },
});

const NO_DATA = new Uint8Array(0);

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
      <p className={styles['note']}>{text(nvram === undefined ? TEXTS.none : TEXTS.begins)}</p>
      {nvram === undefined ? null : <Kept nvram={nvram} />}
      <Button label={text(TEXTS.keep)} title={text(TEXTS.keepHint)} onPress={() => void keep()} />
      {nvram === undefined ? null : <Button label={text(TEXTS.forget)} onPress={() => void set(undefined)} />}
      {problem === undefined ? null : <p role="alert">{problem}</p>}
    </fieldset>
  );
}

function Kept({ nvram }: { readonly nvram: NonNullable<PcNode['nvram']> }): ReactNode {
  const text = useText();
  const order = bootOrder(nvram.map(({ name, guid, data }) => ({ name, guid, data: fromHex(data) ?? NO_DATA })));
  return (
    <>
      {order.length === 0 ? null : (
        <>
          <p className={styles['note']}>{text(TEXTS.order)}</p>
          <ol className={styles['order']}>
            {order.map((option, i) => (
              <li key={`${i} ${option}`}>{option}</li>
            ))}
          </ol>
        </>
      )}
      <details>
        <summary>{text(TEXTS.kept, { count: nvram.length })}</summary>
        <ul className={styles['variables']}>
          {nvram.map((variable) => (
            <li key={`${variable.guid} ${variable.name}`} title={`${variable.guid}: ${variable.data}`}>
              {variable.name}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
