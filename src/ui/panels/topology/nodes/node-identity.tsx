/** What a node is called, and its network cards: name, MAC address, model, address. Checked before they are applied. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Message } from '../../../../base/sentence.ts';
import { choices } from '../../../../scenario/field-limits.ts';
import { isStation, type Station } from '../../../../scenario/nodes/queries.ts';
import type { ScenarioNode } from '../../../../scenario/schema.ts';
import { useCommands, useMessage, useText } from '../../../hooks.ts';
import styles from '../topology.module.css';

export function NodeIdentity({
  node,
  isNaming,
  onNamed,
}: {
  readonly node: ScenarioNode;
  readonly isNaming: boolean;
  readonly onNamed: () => void;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  return (
    <>
      <CheckedField
        label={text('node.name')}
        value={node.name}
        isWanted={isNaming}
        onLeft={onNamed}
        onChange={async (to) => await commands.run('node.rename', { node: node.name, to })}
      />
      {isStation(node) ? node.nics.map(({ name }, i) => <NicFields key={name} node={node} index={i} />) : null}
    </>
  );
}

const CARDS: Readonly<Record<string, string>> = { ne2k: 'NE2000 PCI', virtio: 'virtio-net' };

function NicFields({ node, index }: { readonly node: Station; readonly index: number }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const nic = node.nics[index];
  if (nic === undefined) return null;
  const set = async (key: 'mac' | 'address' | 'model', value: string | undefined): Promise<Message | undefined> =>
    await commands.run('edit.set', { of: { node: node.name }, path: ['nics', index, key], value });
  return (
    <>
      <CheckedField
        label={text('node.mac', { nic: nic.name })}
        value={nic.mac}
        className={styles['mac']}
        onChange={async (to) => await set('mac', to)}
      />
      {'model' in nic ? null : (
        <CheckedField
          label={text('node.address', { nic: nic.name })}
          value={nic.address ?? ''}
          className={styles['mac']}
          onChange={async (to) => await set('address', to === '' ? undefined : to)}
        />
      )}
      {'model' in nic ? (
        <label>
          {text('node.card', { nic: nic.name })}
          <select value={nic.model} onChange={({ target }) => void set('model', target.value)}>
            {choices('nodes', 'pc', 'nics', 'model').map((model) => (
              <option key={model} value={model}>
                {CARDS[model]}
              </option>
            ))}
          </select>
        </label>
      ) : null}
    </>
  );
}

/**
 * A text that is applied when the field loses the focus, unless it would make the lab invalid: then the error is shown.
 */
export function CheckedField({
  label,
  isLabelHidden = false,
  value,
  className,
  isWanted = false,
  onChange,
  onLeft,
}: {
  readonly label: string;
  /** Where the head of a column says it. */
  readonly isLabelHidden?: boolean;
  readonly value: string;
  readonly className?: string | undefined;
  /** It takes the focus, with all of its text selected. */
  readonly isWanted?: boolean;
  /** Returns why it cannot be so. */
  readonly onChange: (to: string) => Promise<Message | undefined>;
  readonly onLeft?: () => void;
}): ReactNode {
  const message = useMessage();
  const [typed, setTyped] = useState(value);
  const [problem, setProblem] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setTyped(value);
    setProblem('');
  }, [value]);
  useEffect(() => {
    if (!isWanted) return;
    input.current?.focus();
    input.current?.select();
  }, [isWanted]);
  const apply = async (): Promise<void> => {
    const to = typed.trim();
    if (to === value) {
      setTyped(value);
      setProblem('');
      return;
    }
    const reason = await onChange(to);
    setProblem(reason === undefined ? '' : message(reason));
  };
  return (
    <>
      <label>
        {isLabelHidden ? null : label}
        <input
          {...(isLabelHidden ? { 'aria-label': label } : {})}
          ref={input}
          className={className}
          value={typed}
          spellCheck={false}
          autoCapitalize="off"
          aria-invalid={problem !== ''}
          onChange={({ target }) => setTyped(target.value)}
          onBlur={() => {
            void apply();
            onLeft?.();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void apply();
            if (event.key !== 'Escape' || typed === value) return;
            event.stopPropagation();
            setTyped(value);
            setProblem('');
          }}
        />
      </label>
      {problem === '' ? null : (
        <span role="alert" className={styles['invalid']}>
          {problem}
        </span>
      )}
    </>
  );
}
