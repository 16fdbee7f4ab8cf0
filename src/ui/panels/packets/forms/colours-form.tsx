/** Edits the colouring rules: their order, filters and colours, with a sample as either theme shows it. */
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { Heading } from 'react-aria-components';
import { SCENARIO_LIMITS } from '../../../../scenario/limits.ts';
import type { ScenarioColourRule } from '../../../../scenario/schema.ts';
import { contrast, darkPair, lightPair, READABLE } from '../../../../page/packets/colour-rules.ts';
import { usePackets } from '../../../../page/packets/packet-store.ts';
import { useView } from '../../../../page/store.ts';
import { useCommands, usePageQueries, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import dialog from '../../../topbar/dialog.module.css';
import { moved } from '../moved.ts';
import { Actions } from './form-actions.tsx';
import styles from './forms.module.css';
import { PACKET_TEXTS as T } from '../texts.ts';

function useIsBad(filter: string): boolean {
  const { client } = usePageQueries();
  const [isBad, setIsBad] = useState(false);
  useEffect(() => {
    let live = true;
    void client.analysis.checkFilter(filter).then(({ ok }) => {
      if (live) setIsBad(!ok);
    });
    return () => {
      live = false;
    };
  }, [client, filter]);
  return isBad;
}

function RuleRow({
  rule,
  onChange,
  onMove,
  onRemove,
}: {
  readonly rule: ScenarioColourRule;
  readonly onChange: (rule: ScenarioColourRule) => void;
  readonly onMove: (step: number) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const text = useText();
  const isBad = useIsBad(rule.filter);
  const [light, dark] = [lightPair(rule), darkPair(rule)];
  const isHard = contrast(rule.text, rule.ground) < READABLE;
  const { name } = rule;
  return (
    <li className={styles['ruleRow']}>
      <input
        type="checkbox"
        aria-label={text('page.pair', { name: text(T.enabled), what: name })}
        checked={rule.enabled}
        onChange={({ target }) => onChange({ ...rule, enabled: target.checked })}
      />
      <input
        aria-label={text('page.pair', { name: text(T.name), what: name })}
        value={name}
        maxLength={60}
        required
        style={{
          color: `light-dark(${light.text}, ${dark.text})`,
          backgroundColor: `light-dark(${light.ground}, ${dark.ground})`,
        }}
        title={isHard ? text(T.adjusted) : undefined}
        onChange={({ target }) => onChange({ ...rule, name: target.value })}
      />
      <input
        aria-label={text('page.pair', { name: text(T.filter), what: name })}
        aria-invalid={isBad}
        title={isBad ? text(T.badFilter) : undefined}
        value={rule.filter}
        maxLength={1000}
        required
        spellCheck={false}
        onChange={({ target }) => onChange({ ...rule, filter: target.value })}
      />
      <input
        type="color"
        aria-label={text('page.pair', { name: text(T.text), what: name })}
        value={rule.text}
        onChange={({ target }) => onChange({ ...rule, text: target.value })}
      />
      <input
        type="color"
        aria-label={text('page.pair', { name: text(T.ground), what: name })}
        value={rule.ground}
        onChange={({ target }) => onChange({ ...rule, ground: target.value })}
      />
      <Button label={text('page.pair', { name: text(T.up), what: name })} onPress={() => onMove(-1)}>
        ↑
      </Button>
      <Button label={text('page.pair', { name: text(T.down), what: name })} onPress={() => onMove(1)}>
        ↓
      </Button>
      <Button label={text('page.pair', { name: text(T.remove), what: name })} onPress={onRemove}>
        ✕
      </Button>
    </li>
  );
}

export function ColoursForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const filter = useView((state) => state.filter);
  const [rules, setRules] = useState<readonly ScenarioColourRule[]>(usePackets((state) => state.colours));
  const change = (place: number, next: ScenarioColourRule): void =>
    setRules(rules.map((rule, i) => (i === place ? next : rule)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void commands.run('packets.set-colours', [...rules]);
    onDone();
  };
  return (
    <form onSubmit={submit}>
      <Heading slot="title">{text(T.colours)}</Heading>
      <p className={dialog['quiet']}>{text(T.coloursHint)}</p>
      <ul className={styles['rows']}>
        {rules.map((rule, place) => (
          <RuleRow
            // oxlint-disable-next-line react/no-array-index-key -- rules have no other name that stays the same
            key={place}
            rule={rule}
            onChange={(next) => change(place, next)}
            onMove={(step) => setRules(moved(rules, place, step))}
            onRemove={() => setRules(rules.filter((_, i) => i !== place))}
          />
        ))}
      </ul>
      <div className={styles['adding']}>
        <Button
          label={text(T.addRule)}
          isDisabled={rules.length >= SCENARIO_LIMITS.maxColourRules}
          onPress={() => {
            const fresh = { text: '#1a2024', ground: '#fff3a6', enabled: true };
            setRules([{ name: text(T.filter), filter: filter === '' ? 'tftp' : filter, ...fresh }, ...rules]);
          }}
        />
      </div>
      <Actions onCancel={onDone}>
        <Button
          label={text(T.reset)}
          onPress={() => {
            void commands.run('packets.set-colours', undefined);
            onDone();
          }}
        />
      </Actions>
    </form>
  );
}
