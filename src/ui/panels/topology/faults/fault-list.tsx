/** The faults of a cable or a node, each with its settings, and a list to add one. Usable without a pointer. */
import { useId, useState, type ReactNode } from 'react';
import { choices, numberLimits, type NumberLimits } from '../../../../scenario/field-limits.ts';
import { SERVICES } from '../../../../services/all.ts';
import { useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { leaveOnEnter, NumberField, scaled } from '../../../parts/number-field.tsx';
import { useFaultText, type AnyFault } from './fault-text.ts';
import styles from './faults.module.css';

/** Suggested filters for what a server is silent about. */
const SILENT_ABOUT = ['arp', ...Object.values(SERVICES).flatMap(({ protocols }) => protocols)];

export function FaultList<Each extends AnyFault>({
  faults,
  offered,
  directions,
  ports = [],
  onChange,
}: {
  readonly faults: readonly Each[];
  /** What can be added, one of each kind. */
  readonly offered: readonly Each[];
  readonly directions: readonly Extract<AnyFault, { direction: string }>['direction'][];
  /** The ports that a fault may be at; empty for a cable. */
  readonly ports?: readonly string[];
  readonly onChange: (faults: Each[]) => void;
}): ReactNode {
  const text = useText();
  const describe = useFaultText();
  const [open, setOpen] = useState<number | undefined>();
  return (
    <div className={styles['faults']} role="group" aria-label={text('link.faults')}>
      {faults.map((fault, i) => (
        <details
          key={`${fault.kind}-${i}`}
          className={styles['fault']}
          open={open === i}
          onToggle={({ currentTarget }) => {
            if (currentTarget.open) setOpen(i);
            else if (open === i) setOpen(undefined);
          }}
        >
          <summary>{describe(fault)}</summary>
          <div className={styles['settings']}>
            <Settings
              fault={fault}
              directions={directions}
              ports={ports}
              onChange={(changed) => onChange(faults.map((known, j) => (j === i ? changed : known)))}
            />
            <Button
              label={text('link.removeFault', { fault: describe(fault) })}
              onPress={() => {
                setOpen(undefined);
                onChange(faults.filter((_, j) => j !== i));
              }}
            >
              {text('fault.remove')}
            </Button>
          </div>
        </details>
      ))}
      <select
        aria-label={text('link.addFault')}
        value=""
        onChange={({ target }) => {
          const fault = offered.find(({ kind }) => kind === target.value);
          if (fault === undefined) return;
          setOpen(faults.length);
          onChange([...faults, fault]);
        }}
      >
        <option value="">{text('link.addFault')}</option>
        {offered.map((fault) => (
          <option key={fault.kind} value={fault.kind}>
            {text(`fault.kind.${fault.kind}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A server has every kind of fault; those of cables and machines have the same bounds. */
function faultLimits({ kind }: AnyFault, key: string): NumberLimits {
  return numberLimits('nodes', 'server', 'faults', kind, key);
}

function Settings<Each extends AnyFault>({
  fault,
  directions,
  ports,
  onChange,
}: {
  readonly fault: Each;
  readonly directions: readonly string[];
  readonly ports: readonly string[];
  readonly onChange: (fault: Each) => void;
}): ReactNode {
  const text = useText();
  const limits = (key: string): NumberLimits => faultLimits(fault, key);
  const set = (change: Readonly<Record<string, string | number | undefined>>): void => {
    // An empty field is left out: the schema's optional fields are absent rather than undefined.
    const kept = Object.entries({ ...fault, ...change }).filter(([, value]) => value !== undefined);
    onChange(Object.fromEntries(kept) as unknown as Each);
  };
  return (
    <>
      <OwnSettings fault={fault} set={set} />
      <NumberField
        label={text('fault.from')}
        value={fault.fromMs}
        limits={limits('fromMs')}
        optional
        set={(fromMs) => set({ fromMs })}
      />
      <NumberField
        label={text('fault.to')}
        value={fault.toMs}
        limits={limits('toMs')}
        optional
        set={(toMs) => set({ toMs })}
      />
      {'direction' in fault && fault.kind !== 'down' ? (
        <label>
          {text('fault.direction')}
          <select value={fault.direction} onChange={({ target }) => set({ direction: target.value })}>
            {directions.map((direction) => (
              <option key={direction} value={direction}>
                {text(`fault.direction.${direction as 'both'}`)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {ports.length > 1 && fault.kind !== 'silent' ? (
        <label>
          {text('fault.port')}
          <select
            value={'port' in fault ? (fault.port ?? '') : ''}
            onChange={({ target }) => set({ port: target.value === '' ? undefined : target.value })}
          >
            <option value="">{text('fault.everyPort')}</option>
            {ports.map((port) => (
              <option key={port}>{port}</option>
            ))}
          </select>
        </label>
      ) : null}
    </>
  );
}

/** The settings specific to this kind of fault. */
function OwnSettings({
  fault,
  set,
}: {
  readonly fault: AnyFault;
  readonly set: (change: Readonly<Record<string, string | number | undefined>>) => void;
}): ReactNode {
  const text = useText();
  const offered = useId();
  const limits = (key: string): NumberLimits => faultLimits(fault, key);
  const percent = (probability: number): ReactNode => (
    <NumberField
      label={text('fault.percent')}
      value={probability * 100}
      limits={scaled(limits('probability'), 100)}
      set={(value = 0) => set({ probability: value / 100 })}
    />
  );
  const delay = (delayUs: number): ReactNode => (
    <NumberField
      label={text('fault.delayMs')}
      value={delayUs / 1000}
      limits={scaled(limits('delayUs'), 1 / 1000)}
      set={(value = 0) => set({ delayUs: value * 1000 })}
    />
  );
  switch (fault.kind) {
    case 'loss':
    case 'duplicate':
    case 'corrupt':
      return percent(fault.probability);
    case 'reorder':
      return (
        <>
          {percent(fault.probability)}
          {delay(fault.delayUs)}
        </>
      );
    case 'delay':
      return (
        <>
          {delay(fault.delayUs)}
          <NumberField
            label={text('fault.jitterMs')}
            value={fault.jitterUs / 1000}
            limits={scaled(limits('jitterUs'), 1 / 1000)}
            set={(value = 0) => set({ jitterUs: value * 1000 })}
          />
        </>
      );
    case 'bandwidth':
      return (
        <NumberField
          label={text('link.bandwidth')}
          value={fault.mbps}
          limits={limits('mbps')}
          set={(value = fault.mbps) => set({ mbps: value })}
        />
      );
    case 'mtu':
      return (
        <NumberField
          label={text('fault.mtuBytes')}
          value={fault.bytes}
          limits={limits('bytes')}
          set={(value = fault.bytes) => set({ bytes: value })}
        />
      );
    case 'down':
      return null;
    case 'silent':
      return (
        <>
          <TextField
            label={text('fault.silentAbout')}
            value={fault.filter ?? ''}
            list={offered}
            placeholder={text('fault.everything')}
            set={(filter) => set({ filter: filter === '' ? undefined : filter })}
          />
          <datalist id={offered}>
            {SILENT_ABOUT.map((filter) => (
              <option key={filter} value={filter} />
            ))}
          </datalist>
        </>
      );
    case 'match':
      return (
        <>
          <TextField
            label={text('fault.filter')}
            value={fault.filter}
            set={(filter) => set(filter === '' ? {} : { filter })}
          />
          <NumberField
            label={text('fault.nth')}
            value={fault.nth}
            limits={limits('nth')}
            optional
            set={(nth) => set({ nth })}
          />
          <label>
            {text('fault.action')}
            <select value={fault.action} onChange={({ target }) => set({ action: target.value })}>
              {choices('links', 'faults', 'match', 'action').map((action) => (
                <option key={action} value={action}>
                  {text(`fault.action.${action as 'drop'}`)}
                </option>
              ))}
            </select>
          </label>
          {fault.action === 'delay' ? delay(fault.delayUs) : null}
        </>
      );
  }
}

function TextField({
  label,
  value,
  list,
  placeholder,
  set,
}: {
  readonly label: string;
  readonly value: string;
  readonly list?: string;
  readonly placeholder?: string;
  readonly set: (value: string) => void;
}): ReactNode {
  return (
    <label>
      {label}
      <input
        key={value}
        defaultValue={value}
        list={list}
        placeholder={placeholder}
        spellCheck={false}
        className={styles['filter']}
        onBlur={({ target }) => {
          const typed = target.value.trim();
          if (typed !== value) set(typed);
        }}
        onKeyDown={leaveOnEnter}
      />
    </label>
  );
}
