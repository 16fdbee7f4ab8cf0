/** The flash memory of a PC's first card: a ROM file goes in, and is shown byte by byte with what the BIOS makes of it. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { toHex } from '../../../../../base/bytes.ts';
import type { RomView } from '../../../../../threads/api/lab-api.ts';
import type { ValuePath } from '../../../../../page/document/edits/set-value.ts';
import type { FileContent, PcNode } from '../../../../../scenario/schema.ts';
import { useCommands, useMessage, usePageQueries, useText } from '../../../../hooks.ts';
import { Button } from '../../../../parts/button.tsx';
import table from '../../../../parts/table.module.css';
import styles from './flash-fields.module.css';
import { FIELD_TEXTS, TEXTS } from './flash-texts.ts';

/** Debian's iPXE for the NE2000 (package ipxe-qemu). Its ROM for virtio cannot drive the emulator's card. */
const DEBIAN_ROM = 'ipxe/pxe-ne2k_pci.rom';

function nameOf(content: FileContent): string {
  if ('userFile' in content) return content.userFile;
  return 'image' in content ? content.image : '…';
}

export function FlashFields({ node }: { readonly node: PcNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { client } = usePageQueries();
  const input = useRef<HTMLInputElement>(null);
  const set = (path: ValuePath, value: unknown): void =>
    void commands.run('edit.set', { of: { node: node.name }, path, value });
  const { flash } = node;
  const image = DEBIAN_ROM;
  const hasDebian = node.nics[0]?.model === 'ne2k' && client.manifest.files.some(({ path }) => path === image);
  return (
    <fieldset className={styles['flash']}>
      <legend>{text(TEXTS.title)}</legend>
      {flash === undefined ? (
        <>
          <input
            ref={input}
            type="file"
            accept=".rom,.mrom"
            className="visually-hidden"
            tabIndex={-1}
            aria-label={text(TEXTS.write)}
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              if (file !== undefined)
                void commands.run('node.insert-medium', { node: node.name, drive: 'flash', file });
              target.value = '';
            }}
          />
          <p className={styles['note']}>{text(TEXTS.own)}</p>
          <Button label={text(TEXTS.write)} onPress={() => input.current?.click()} />
          {hasDebian ? (
            <Button
              label={text(TEXTS.debian, { file: image.slice(image.indexOf('/') + 1) })}
              onPress={() => set(['flash'], { rom: { image }, fitIds: true })}
            />
          ) : null}
        </>
      ) : (
        <>
          <Button label={text(TEXTS.erase, { name: nameOf(flash.rom) })} onPress={() => set(['flash'], undefined)} />
          <label>
            <input
              type="checkbox"
              checked={flash.fitIds}
              onChange={({ target }) => set(['flash', 'fitIds'], target.checked)}
            />{' '}
            {text(TEXTS.fitIds)}
          </label>
          <Contents node={node} />
        </>
      )}
    </fieldset>
  );
}

function Contents({ node }: { readonly node: PcNode }): ReactNode {
  const text = useText();
  const message = useMessage();
  const { client } = usePageQueries();
  const [view, setView] = useState<RomView | 'missing'>();
  const key = JSON.stringify([node.flash, node.nics[0]?.model]);
  useEffect(() => {
    let isWanted = true;
    void client.lab.flashedRom(node).then((made) => {
      if (isWanted) setView(made ?? 'missing');
    });
    return () => {
      isWanted = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only what the view is made of
  }, [client, key]);
  if (view === undefined) return null;
  if (view === 'missing') return <p role="status">{text(TEXTS.missing)}</p>;
  return (
    <>
      <p role="status" className={styles['verdict']} data-good={view.verdict.isStarted}>
        {message(view.verdict.message)}
      </p>
      <details>
        <summary>{text(TEXTS.bytes)}</summary>
        {view.images.map((image, index) => (
          <div key={image.offset} className={styles['scroll']} tabIndex={0} role="group" aria-label={text(TEXTS.bytes)}>
            <table className={table['table']}>
              <caption>{text(TEXTS.image, { number: index + 1, offset: hexOf(image.offset) })}</caption>
              <thead>
                <tr>
                  <th scope="col">{text(TEXTS.offset)}</th>
                  <th scope="col">{text(TEXTS.hex)}</th>
                  <th scope="col">{text(TEXTS.value)}</th>
                  <th scope="col">{text(TEXTS.meaning)}</th>
                </tr>
              </thead>
              <tbody>
                {image.fields.map(({ id, offset, bytes, value }) => (
                  <tr key={id}>
                    <td>{bytes.length === 0 ? '' : hexOf(offset)}</td>
                    <td>{toHex(bytes, ' ')}</td>
                    <td>{value}</td>
                    <td className={styles['meaning']}>{text(FIELD_TEXTS[id])}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ))}
      </details>
    </>
  );
}

function hexOf(offset: number): string {
  return offset.toString(16).padStart(4, '0');
}
