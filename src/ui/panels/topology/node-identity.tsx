/** What a node is called, and its network cards: name, MAC address, model, address. Checked before they are applied. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { faultAfter, renameNode } from '../../../page/document/scenario-edits.ts';
import { useDocument, useView } from '../../../page/store.ts';
import type { Scenario, ScenarioNode } from '../../../scenario/schema.ts';
import { useController, useMessage, useText } from '../../hooks.ts';
import styles from './topology.module.css';

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
  const controller = useController();
  return (
    <>
      <CheckedField
        label={text('node.name')}
        value={node.name}
        isWanted={isNaming}
        onLeft={onNamed}
        change={(draft, to) => renameNode(draft, node.name, to)}
        onChanged={(to) => {
          const { machine, server } = useView.getState();
          controller.select({ kind: 'node', name: to });
          if (node.kind === 'server' && server === node.name) useView.setState({ server: to });
          if (node.kind !== 'server' && machine === node.name) useView.setState({ machine: to });
        }}
      />
      {node.kind === 'switch' ? null : node.nics.map(({ name }, i) => <NicFields key={name} node={node} index={i} />)}
    </>
  );
}

type NodeWithNics = Exclude<ScenarioNode, { kind: 'switch' }>;

function NicFields({ node, index }: { readonly node: NodeWithNics; readonly index: number }): ReactNode {
  const text = useText();
  const edit = useDocument((state) => state.edit);
  const name = node.nics[index]?.name ?? '';
  const ownIn = (draft: Scenario): ScenarioNode | undefined => draft.nodes.find((known) => known.name === node.name);
  const address = node.kind === 'server' ? node.nics[index]?.address : undefined;
  return (
    <>
      <CheckedField
        label={text('node.mac', { nic: name })}
        value={node.nics[index]?.mac ?? ''}
        className={styles['mac']}
        change={(draft, to) => {
          const own = ownIn(draft);
          const nic = own === undefined || own.kind === 'switch' ? undefined : own.nics[index];
          if (nic !== undefined) nic.mac = to;
        }}
      />
      {node.kind === 'server' ? (
        <CheckedField
          label={text('node.address', { nic: name })}
          value={address ?? ''}
          className={styles['mac']}
          change={(draft, to) => {
            const own = ownIn(draft);
            const nic = own?.kind === 'server' ? own.nics[index] : undefined;
            if (nic === undefined) return;
            if (to === '') delete nic.address;
            else nic.address = to;
          }}
        />
      ) : null}
      {node.kind === 'pc' ? (
        <label>
          {text('node.card', { nic: name })}
          <select
            value={node.nics[index]?.model}
            onChange={({ target }) =>
              edit((draft) => {
                const own = ownIn(draft);
                const nic = own?.kind === 'pc' ? own.nics[index] : undefined;
                if (nic !== undefined) nic.model = target.value === 'virtio' ? 'virtio' : 'ne2k';
              })
            }
          >
            <option value="ne2k">NE2000 PCI</option>
            <option value="virtio">virtio-net</option>
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
  value,
  className,
  isWanted = false,
  change,
  onChanged,
  onLeft,
}: {
  readonly label: string;
  readonly value: string;
  readonly className?: string | undefined;
  /** It takes the focus, with all of its text selected. */
  readonly isWanted?: boolean;
  readonly change: (draft: Scenario, to: string) => void;
  readonly onChanged?: (to: string) => void;
  readonly onLeft?: () => void;
}): ReactNode {
  const message = useMessage();
  const [typed, setTyped] = useState(value);
  const [fault, setFault] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setTyped(value);
    setFault('');
  }, [value]);
  useEffect(() => {
    if (!isWanted) return;
    input.current?.focus();
    input.current?.select();
  }, [isWanted]);
  const take = (): void => {
    const { scenario, edit } = useDocument.getState();
    const to = typed.trim();
    if (scenario === undefined || to === value) {
      setTyped(value);
      setFault('');
      return;
    }
    const found = faultAfter(scenario, (draft) => change(draft, to));
    setFault(found === undefined ? '' : message({ text: found.message, says: found.says }));
    if (found !== undefined) return;
    edit((draft) => change(draft, to));
    onChanged?.(to);
  };
  return (
    <>
      <label>
        {label}
        <input
          ref={input}
          className={className}
          value={typed}
          spellCheck={false}
          autoCapitalize="off"
          aria-invalid={fault !== ''}
          onChange={({ target }) => setTyped(target.value)}
          onBlur={() => {
            take();
            onLeft?.();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take();
            if (event.key !== 'Escape' || typed === value) return;
            event.stopPropagation();
            setTyped(value);
            setFault('');
          }}
        />
      </label>
      {fault === '' ? null : (
        <span role="alert" className={styles['invalid']}>
          {fault}
        </span>
      )}
    </>
  );
}
