/** The disks that a server offers to other machines: targets of iSCSI, AoE and FCoE, and who has logged in to them. */
import { useCallback, type ReactNode } from 'react';
import type { LabEvent } from '../../../../base/event-log.ts';
import type { Message } from '../../../../base/sentence.ts';
import { numberLimits } from '../../../../scenario/field-limits.ts';
import type { ServerNode } from '../../../../scenario/schema.ts';
import { SERVICES } from '../../../../services/all.ts';
import { useCommands, useNumbers, useText } from '../../../hooks.ts';
import { useLatest } from '../../../use-events.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/states/empty.tsx';
import { NumberField } from '../../../parts/number-field.tsx';
import { CheckedField } from '../../topology/nodes/node-identity.tsx';
import { DiskFields, EMPTY_MIB, LunFields, replaced, type Save } from './disk-fields.tsx';
import { FcoeFields, withFcoe } from './fcoe-fields.tsx';
import styles from './disks.module.css';

type Iscsi = NonNullable<ServerNode['services']['iscsi']>;
type IscsiTarget = Iscsi['targets'][number];
type Aoe = NonNullable<ServerNode['services']['aoe']>;
type AoeTarget = Aoe['targets'][number];
type Fcoe = NonNullable<ServerNode['services']['fcoe']>;

const SHELF = numberLimits('nodes', 'server', 'services', 'aoe', 'targets', 'shelf');
const SLOT = numberLimits('nodes', 'server', 'services', 'aoe', 'targets', 'slot');

export function DisksView({ server }: { readonly server: ServerNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { name, services } = server;
  const set = async (id: 'iscsi' | 'aoe' | 'fcoe', value: unknown): Promise<Message | undefined> =>
    await commands.run('edit.set', { of: { node: name }, path: ['services', id], value });
  const { iscsi, aoe, fcoe } = services;
  const isEmpty = iscsi === undefined && aoe === undefined && fcoe === undefined;
  return (
    <div className={styles['disks']}>
      {isEmpty ? <Empty title={text('disks.none')} /> : null}
      {iscsi?.targets.map((target, i) => (
        <IscsiFields
          key={target.name}
          target={target}
          save={async (changed) => await set('iscsi', { ...iscsi, targets: replaced(iscsi.targets, i, changed) })}
          remove={() => void set('iscsi', without(iscsi, i))}
        />
      ))}
      {aoe?.targets.map((target, i) => (
        <AoeFields
          key={`${target.shelf}.${target.slot}`}
          target={target}
          save={async (changed) => await set('aoe', { targets: replaced(aoe.targets, i, changed) })}
          remove={() => void set('aoe', without(aoe, i))}
        />
      ))}
      {fcoe === undefined ? null : (
        <FcoeFields
          fcoe={fcoe}
          save={async (changed) => await set('fcoe', changed)}
          remove={(i) => void set('fcoe', without(fcoe, i))}
        />
      )}
      <p className={styles['add']}>
        <Button
          label={text('disks.add', { service: SERVICES.iscsi.title })}
          onPress={() => void set('iscsi', iscsi === undefined ? SERVICES.iscsi.initial : withIscsi(iscsi))}
        />
        <Button
          label={text('disks.add', { service: SERVICES.aoe.title })}
          onPress={() => void set('aoe', aoe === undefined ? SERVICES.aoe.initial : withAoe(aoe))}
        />
        <Button
          label={text('disks.add', { service: SERVICES.fcoe.title })}
          onPress={() => void set('fcoe', fcoe === undefined ? SERVICES.fcoe.initial : withFcoe(fcoe))}
        />
      </p>
      <Sessions server={name} />
    </div>
  );
}

/** The service without a target; undefined when it was the last one. */
function without(service: Iscsi | Aoe | Fcoe, index: number): unknown {
  const all: readonly unknown[] = service.targets;
  const targets = all.filter((_, i) => i !== index);
  return targets.length === 0 ? undefined : { ...service, targets };
}

function withIscsi(iscsi: Iscsi): unknown {
  const names = new Set(iscsi.targets.map(({ name }) => name));
  let number = 1;
  while (names.has(`iqn.2026-01.lab.example:disk${number}`)) number++;
  const target = { name: `iqn.2026-01.lab.example:disk${number}`, luns: [{ source: { emptyMiB: EMPTY_MIB } }] };
  return { ...iscsi, targets: [...iscsi.targets, target] };
}

function withAoe(aoe: Aoe): unknown {
  const slots = new Set(aoe.targets.filter(({ shelf }) => shelf === 0).map(({ slot }) => slot));
  let slot = 0;
  while (slots.has(slot)) slot++;
  return { targets: [...aoe.targets, { shelf: 0, slot, source: { emptyMiB: EMPTY_MIB } }] };
}

function IscsiFields({
  target,
  save,
  remove,
}: {
  readonly target: IscsiTarget;
  readonly save: Save;
  readonly remove: () => void;
}): ReactNode {
  const text = useText();
  const { chap, mutualChap, initiators, luns } = target;
  const account = (key: 'chap' | 'mutualChap', label: string, value: IscsiTarget['chap']): ReactNode => (
    <CheckedField
      label={label}
      value={value === undefined ? '' : `${value.username}:${value.password}`}
      onChange={async (to) => {
        const [username = '', ...password] = to.split(':');
        return await save({ ...target, [key]: to === '' ? undefined : { username, password: password.join(':') } });
      }}
    />
  );
  return (
    <fieldset className={styles['target']}>
      <legend>
        {SERVICES.iscsi.title} · {target.name}
      </legend>
      <CheckedField
        label={text('disks.name')}
        className={styles['name']}
        value={target.name}
        onChange={async (name) => await save({ ...target, name })}
      />
      <LunFields luns={luns} save={async (changed) => await save({ ...target, luns: changed })} />
      {account('chap', text('disks.chap'), chap)}
      {account('mutualChap', text('disks.mutual'), mutualChap)}
      <CheckedField
        label={text('disks.initiators')}
        className={styles['name']}
        value={(initiators ?? []).join(' ')}
        onChange={async (to) => await save({ ...target, initiators: to === '' ? undefined : to.split(/[\s,]+/) })}
      />
      <label>
        {text('disks.digests')}
        <select value={target.digests} onChange={(event) => void save({ ...target, digests: event.target.value })}>
          {(['optional', 'none', 'required'] as const).map((id) => (
            <option key={id} value={id}>
              {text(`disks.digests.${id}`)}
            </option>
          ))}
        </select>
      </label>
      <Button label={text('disks.remove', { target: target.name })} onPress={remove} />
    </fieldset>
  );
}

function AoeFields({
  target,
  save,
  remove,
}: {
  readonly target: AoeTarget;
  readonly save: Save;
  readonly remove: () => void;
}): ReactNode {
  const text = useText();
  const name = `e${target.shelf}.${target.slot}`;
  return (
    <fieldset className={styles['target']}>
      <legend>
        {SERVICES.aoe.title} · {name}
      </legend>
      <NumberField
        label={text('disks.shelf')}
        value={target.shelf}
        limits={SHELF}
        step={1}
        set={(shelf) => void save({ ...target, shelf })}
      />
      <NumberField
        label={text('disks.slot')}
        value={target.slot}
        limits={SLOT}
        step={1}
        set={(slot) => void save({ ...target, slot })}
      />
      <DiskFields
        source={target.source}
        isReadOnly={target.readOnly}
        save={async (disk) => await save({ ...target, ...disk })}
      />
      <CheckedField
        label={text('disks.macs')}
        className={styles['name']}
        value={(target.macs ?? []).join(' ')}
        onChange={async (to) => await save({ ...target, macs: to === '' ? undefined : to.split(/[\s,]+/) })}
      />
      <Button label={text('disks.remove', { target: name })} onPress={remove} />
    </fieldset>
  );
}

type SessionEvent = LabEvent & { readonly kind: 'server' };

const SHOWN_SESSIONS = 100;
const LOGINS = new Set(['iscsi.login', 'fcoe.login']);
const ENDS = new Set(['iscsi.logout', 'iscsi.lost', 'iscsi.reinstated', 'fcoe.logout', 'fcoe.lost']);

/** Sessions of iSCSI, with the keys that both sides have settled, and of FCoE; the latest first. */
function Sessions({ server }: { readonly server: string }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  const picks = useCallback(
    (event: LabEvent): event is SessionEvent =>
      event.kind === 'server' && event.node === server && (LOGINS.has(event.code) || ENDS.has(event.code)),
    [server],
  );
  const events = useLatest(SHOWN_SESSIONS, picks);
  const said = (event: SessionEvent, name: string): string => {
    const value = event.says.parameters[name];
    return typeof value === 'string' ? value : '';
  };
  const diskOf = (event: SessionEvent): string => said(event, 'target') || said(event, 'port');
  const logins = events.filter(({ code }) => LOGINS.has(code));
  if (logins.length === 0) return null;
  const endOf = (login: SessionEvent): SessionEvent | undefined =>
    events.find(
      (one) =>
        ENDS.has(one.code) &&
        one.id > login.id &&
        said(one, 'initiator') === said(login, 'initiator') &&
        diskOf(one) === diskOf(login),
    );
  return (
    <section aria-label={text('disks.sessions')}>
      <h2>{text('disks.sessions')}</h2>
      <ul className={styles['sessions']}>
        {logins.map((login) => {
          const end = endOf(login);
          return (
            <li key={login.id}>
              <details>
                <summary>
                  {said(login, 'initiator')} → {diskOf(login)},{' '}
                  {end === undefined
                    ? text('disks.since', { time: numbers.seconds(login.timeNs) })
                    : text('disks.fromTo', { from: numbers.seconds(login.timeNs), to: numbers.seconds(end.timeNs) })}
                </summary>
                <ul className={styles['keys']}>
                  {said(login, 'keys')
                    .split(' ')
                    .filter((pair) => pair !== '')
                    .map((pair) => (
                      <li key={pair}>
                        <code>{pair}</code>
                      </li>
                    ))}
                </ul>
                <Button
                  label={text('disks.showLogin')}
                  onPress={() => void commands.run('select', { kind: 'event', id: login.id })}
                />
              </details>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
