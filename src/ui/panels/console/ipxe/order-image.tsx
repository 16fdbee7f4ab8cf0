/** Images to order: what can be made here from the build of a PC, and for other formats what leads to the same end. */
import { useEffect, useState, type ReactNode } from 'react';
import type { PcNode } from '../../../../scenario/schema.ts';
import { useCommands, usePageQueries, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import styles from './build-panel.module.css';
import { FORMAT_TEXTS, FORMATS, ORDER_TEXTS, type ImageFormat } from './order-texts.ts';

/** Formats that are made here of Debian's `ipxe.lkrn`, as the lab names them. */
const MEDIA: Readonly<Partial<Record<ImageFormat, 'iso' | 'floppy' | 'usb' | 'lkrn'>>> = {
  iso: 'iso',
  dsk: 'floppy',
  usb: 'usb',
  lkrn: 'lkrn',
};

export function OrderImage({
  node,
  script,
}: {
  readonly node: PcNode;
  /** Of the build that is shown. */
  readonly script: string | undefined;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [format, setFormat] = useState<ImageFormat>('rom');
  const bytes = useRomBytes(node);
  const medium = MEDIA[format];
  return (
    <fieldset className={styles['order']}>
      <legend>{text(ORDER_TEXTS.title)}</legend>
      <label>
        {text(ORDER_TEXTS.format)}{' '}
        <select
          value={format}
          onChange={({ target }) => setFormat(FORMATS.find((one) => one === target.value) ?? 'rom')}
        >
          {FORMATS.map((one) => (
            <option key={one} value={one}>
              .{one}
            </option>
          ))}
        </select>
      </label>
      <p>{text(FORMAT_TEXTS[format])}</p>
      {format === 'rom' ? (
        <Button
          label={bytes === undefined ? text(ORDER_TEXTS.tooLong) : text(ORDER_TEXTS.save, { bytes })}
          isDisabled={bytes === undefined}
          onPress={() => void commands.run('node.save-rom', { node: node.name })}
        />
      ) : null}
      {medium === undefined ? null : (
        <Button
          label={text(ORDER_TEXTS.saveImage, { name: `ipxe.${format}` })}
          onPress={() => void commands.run('medium.save-ipxe', { medium, ...(script === undefined ? {} : { script }) })}
        />
      )}
    </fieldset>
  );
}

/** The size of the PC's firmware as a ROM file; undefined when it cannot be one. */
function useRomBytes({ firmware, nics }: PcNode): number | undefined {
  const { client } = usePageQueries();
  const [bytes, setBytes] = useState<number>();
  const model = nics[0]?.model ?? 'ne2k';
  useEffect(() => {
    let isWanted = true;
    void client.lab.romFile(firmware, model).then((rom) => {
      if (isWanted) setBytes(rom?.length);
    });
    return () => {
      isWanted = false;
    };
  }, [client, firmware, model]);
  return bytes;
}
