/**
 * The settings of a machine's iPXE as a tree of blocks: the values of each, the packet that brought them, and which
 * value takes effect.
 */
import { useState, type ReactNode } from 'react';
import type { IpxeView } from '../../../../threads/api/lab-api.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Empty } from '../../../parts/states/empty.tsx';
import { plainText } from '../screen/plain-text.ts';
import { useIpxe } from './use-ipxe.ts';
import styles from './ipxe-panel.module.css';

type Block = IpxeView['settings'];

const LONG = 400;
const LONG_LINES = 8;

export function IpxeSettings({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const ipxe = useIpxe(machine);
  const [wanted, setWanted] = useState('');
  if (ipxe === undefined) return <Empty title={text('ipxe.noSettings', { machine })} />;
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <input
          type="search"
          value={wanted}
          aria-label={text('ipxe.search')}
          placeholder={text('ipxe.search')}
          spellCheck={false}
          onChange={({ target }) => setWanted(target.value)}
        />
        <span className={styles['quiet']}>{text('ipxe.effective')}</span>
      </div>
      <div className={styles['scroll']} role="region" aria-label={text('console.settings')} tabIndex={0}>
        <table className={styles['settings']}>
          <thead>
            <tr>
              <th scope="col">{text('ipxe.name')}</th>
              <th scope="col">{text('ipxe.type')}</th>
              <th scope="col">{text('ipxe.value')}</th>
            </tr>
          </thead>
          <Blocks block={ipxe.settings} wanted={wanted.toLowerCase()} />
        </table>
      </div>
    </div>
  );
}

/** A block and those below it. The search text may be in its path, a name or a value. */
function Blocks({ block, wanted }: { readonly block: Block; readonly wanted: string }): ReactNode {
  const isHit = (known: string): boolean => known.toLowerCase().includes(wanted);
  const rows = isHit(block.path)
    ? block.rows
    : block.rows.filter(({ name, text }) => isHit(name) || isHit(plainText(text)));
  const isShown = rows.length > 0 || (block.standsFor !== undefined && isHit(block.path));
  return (
    <>
      {isShown ? <BlockRows block={block} rows={rows} /> : null}
      {block.children.map((child) => (
        <Blocks key={child.path} block={child} wanted={wanted} />
      ))}
    </>
  );
}

function BlockRows({ block, rows }: { readonly block: Block; readonly rows: Block['rows'] }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { source } = block;
  return (
    <tbody>
      <tr>
        <th colSpan={3} scope="rowgroup">
          {block.path === '' ? text('ipxe.root') : block.path}{' '}
          {block.standsFor === undefined ? '' : `→ ${block.standsFor}`}{' '}
          {source === undefined ? null : (
            <button type="button" onClick={() => void commands.run('select', { kind: 'event', id: source })}>
              {text('ipxe.source')}
            </button>
          )}
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.name} data-effective={row.isEffective}>
          <td>{row.name}</td>
          <td className={styles['quiet']}>{row.type}</td>
          <td>
            <Value text={plainText(row.text)} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** Long ones scroll in place. */
function Value({ text }: { readonly text: string }): ReactNode {
  const isLong = text.length > LONG || text.split('\n').length > LONG_LINES;
  return (
    <code data-long={isLong} {...(isLong ? { tabIndex: 0 } : {})}>
      {text}
    </code>
  );
}
