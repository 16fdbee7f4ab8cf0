/** What UEFI firmware of a bare machine is built for, and how it boots. */
import type { ReactNode } from 'react';
import { EFI_ARCHITECTURES, type EfiArchitectureId } from '../../../../../firmware/efi/architectures.ts';
import type { MachineNode } from '../../../../../scenario/nodes/queries.ts';
import { useCommands, useText } from '../../../../hooks.ts';
import styles from '../../topology.module.css';

const WAYS = ['pxe http', 'pxe', 'http', 'http pxe'] as const;
/** What some x64 firmware says in option 93. */
const EBC = 9;

export function EfiFields({ node }: { readonly node: MachineNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const {
    architecture = 'x64',
    boot = ['pxe', 'http'],
    clientArch,
  } = ('efi' in node.firmware && node.firmware.efi) || {};
  const set = (efi: object): void =>
    void commands.run('edit.set', { of: { node: node.name }, path: ['firmware', 'efi'], value: efi });
  const own = { architecture, boot, ...(clientArch === undefined ? {} : { clientArch }) };
  return (
    <>
      <label>
        {text('node.efi.architecture')}
        <select value={architecture} onChange={({ target }) => set({ architecture: target.value, boot })}>
          {(Object.keys(EFI_ARCHITECTURES) as EfiArchitectureId[]).map((id) => (
            <option key={id} value={id}>
              {text('node.efi.arch', { name: EFI_ARCHITECTURES[id].title, pxe: EFI_ARCHITECTURES[id].pxe })}
            </option>
          ))}
        </select>
      </label>
      <label>
        {text('node.efi.boot')}
        <select value={boot.join(' ')} onChange={({ target }) => set({ ...own, boot: target.value.split(' ') })}>
          {WAYS.map((way) => (
            <option key={way} value={way}>
              {way.toUpperCase().replace(' ', ', ')}
            </option>
          ))}
        </select>
      </label>
      {architecture === 'x64' ? (
        <label className={styles['choices']}>
          <input
            type="checkbox"
            checked={clientArch === EBC}
            onChange={({ target }) => set({ architecture, boot, ...(target.checked ? { clientArch: EBC } : {}) })}
          />
          {text('node.efi.ebc')}
        </label>
      ) : null}
    </>
  );
}
