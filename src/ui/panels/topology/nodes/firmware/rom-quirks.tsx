/** The faults that a machine's PXE ROM is given. */
import type { ReactNode } from 'react';
import { pxeMessage } from '../../../../../firmware/pxe/messages.ts';
import { ROM_QUIRKS } from '../../../../../firmware/pxe/quirks.ts';
import type { BareNode, PcNode } from '../../../../../scenario/schema.ts';
import { useCommands, useMessage, useText } from '../../../../hooks.ts';
import styles from '../../topology.module.css';

export function RomQuirks({ node }: { readonly node: PcNode | BareNode }): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const { quirks = [] } = node.firmware;
  return (
    <details open={quirks.length > 0}>
      <summary>{text('node.quirks')}</summary>
      <fieldset className={styles['choices']} aria-label={text('node.quirks')}>
        {ROM_QUIRKS.map((quirk) => (
          <label key={quirk}>
            <input
              type="checkbox"
              checked={quirks.includes(quirk)}
              onChange={({ target }) => {
                const others = quirks.filter((known) => known !== quirk);
                void commands.run('edit.set', {
                  of: { node: node.name },
                  path: ['firmware', 'quirks'],
                  value: target.checked ? [...others, quirk] : others,
                });
              }}
            />
            {message(pxeMessage(`pxe.quirk.${quirk}`))}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
