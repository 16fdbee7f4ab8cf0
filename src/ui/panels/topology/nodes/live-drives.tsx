/** The drives of a PC that runs: a medium is put in or taken out now, as an action that links repeat. */
import { useRef, type ReactNode } from 'react';
import type { FileContent, PcNode } from '../../../../scenario/schema.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { defineTexts } from '../../../parts/own-texts.ts';
import styles from './firmware/flash-fields.module.css';

const TEXTS = defineTexts({
  title: { en: 'Drives, now', fr: 'Lecteurs, maintenant' },
  file: { en: 'Put in: {device}…', fr: 'Mettre : {device}…' },
  putIn: { en: 'Put in: {name}', fr: 'Mettre : {name}' },
  takeOut: { en: 'Take out: {device}', fr: 'Retirer : {device}' },
  made: { en: 'the medium made by the lab', fr: 'le support fait par le labo' },
  disk: {
    en: 'These act on the machine as it runs. A hard disk or a stick takes effect when the lab restarts: the emulated board cannot change it.',
    fr: 'Ces boutons agissent sur la machine en marche. Un disque ou une clé prend effet au redémarrage du labo : la carte émulée ne peut pas les changer.',
  },
});

const DRIVES = ['floppy', 'cdrom'] as const;
type Drive = (typeof DRIVES)[number];

export function LiveDrives({ node }: { readonly node: PcNode }): ReactNode {
  const text = useText();
  return (
    <fieldset className={styles['flash']} data-testid="live-drives">
      <legend>{text(TEXTS.title)}</legend>
      {DRIVES.map((drive) => (
        <LiveDrive key={drive} node={node} drive={drive} />
      ))}
      <p className={styles['note']}>{text(TEXTS.disk)}</p>
    </fieldset>
  );
}

/** Undefined for bytes without a name. */
function nameOf(content: FileContent): string | undefined {
  if ('userFile' in content) return content.userFile;
  return 'image' in content ? content.image : undefined;
}

function LiveDrive({ node, drive }: { readonly node: PcNode; readonly drive: Drive }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const input = useRef<HTMLInputElement>(null);
  const device = text(`pc.device.${drive}`);
  const { name: machine, media } = node;
  const content = media[drive];
  return (
    <>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={text(TEXTS.file, { device })}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void commands.run('machine.insert-file', { machine, drive, file });
          target.value = '';
        }}
      />
      <Button label={text(TEXTS.file, { device })} onPress={() => input.current?.click()} />
      {content === undefined ? null : (
        <Button
          label={text(TEXTS.putIn, { name: nameOf(content) ?? text(TEXTS.made) })}
          onPress={() => void commands.run('machine.medium', { machine, drive, content })}
        />
      )}
      <Button
        label={text(TEXTS.takeOut, { device })}
        onPress={() => void commands.run('machine.medium', { machine, drive })}
      />
    </>
  );
}
