/** A server: a card with its services and its last line, a form with routing and services. */
import { useCallback, type ReactNode } from 'react';
import type { LabEvent } from '../../../../base/event-log.ts';
import type { ServerNode } from '../../../../scenario/schema.ts';
import { SERVICE_IDS, SERVICES, servicesOf } from '../../../../services/all.ts';
import type { ValuePath } from '../../../../page/document/edits/set-value.ts';
import { useCommands, useMessage, useText } from '../../../hooks.ts';
import { useLatest } from '../../../use-events.ts';
import { RouterFields } from './router-fields.tsx';
import { SERVICE_FORMS } from './services/all.tsx';
import styles from '../topology.module.css';
import type { NodeView } from './node-view.ts';

export const serverView: NodeView<ServerNode> = { Card: ServerCard, Fields: ServerFields };

type SaidEvent = LabEvent & { readonly kind: 'log' | 'server' };

function ServerCard({ node }: { readonly node: ServerNode }): ReactNode {
  const text = useText();
  const message = useMessage();
  const picks = useCallback(
    (event: LabEvent): event is SaidEvent =>
      event.node === node.name && (event.kind === 'log' || event.kind === 'server'),
    [node.name],
  );
  const last = useLatest(1, picks)[0];
  const line = last?.kind === 'server' ? message(last) : (last?.text ?? '');
  return (
    <>
      <div className={styles['cardName']}>
        {node.name}
        <span className={styles['cardDetail']}>
          {[
            ...(node.forward === true ? [text('kind.router')] : []),
            ...servicesOf(node).map((id) => SERVICES[id].title),
          ].join(' · ')}
        </span>
      </div>
      <div className={styles['cardDetail']}>{node.nics.map((nic) => nic.address ?? nic.name).join(', ')}</div>
      {line === '' ? null : (
        <div className={styles['cardDetail']} title={line}>
          {line}
        </div>
      )}
    </>
  );
}

function ServerFields({ node }: { readonly node: ServerNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const set = (path: ValuePath, value: unknown): void =>
    void commands.run('edit.set', { of: { node: node.name }, path, value });
  return (
    <div className={styles['fields']}>
      <RouterFields node={node} />
      <fieldset className={styles['choices']}>
        <legend>{text('node.services')}</legend>
        {SERVICE_IDS.map((id) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={node.services[id] !== undefined}
              onChange={({ target }) => set(['services', id], target.checked ? SERVICES[id].initial : undefined)}
            />
            {SERVICES[id].title}
          </label>
        ))}
      </fieldset>
      {servicesOf(node).map((id) => {
        const Form = SERVICE_FORMS[id];
        return Form === undefined ? null : <Form key={id} node={node} />;
      })}
    </div>
  );
}
