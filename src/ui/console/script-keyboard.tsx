/**
 * Who has the keyboard: a scenario may type by itself. This line says so, with the key that comes next, and gives the
 * keyboard to the person. It stands as long as the lab has such inputs, so that nothing moves when the last is typed.
 */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { describeInput, isTyped } from '../../scenario/describe-input.ts';
import { isNameOf } from '../../scenario/machine-names.ts';
import type { Scenario, ScenarioUserInput } from '../../scenario/schema.ts';
import { useShown, type ShownState } from '../../page/time/displayed-lab.ts';
import { useDocument, useLive } from '../../page/store.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import styles from './console.module.css';

const NONE: readonly ScenarioUserInput[] = [];

/** What the scenario types on a machine. */
function typedBy(scenario: Scenario | undefined, machine: string): readonly ScenarioUserInput[] {
  const own = scenario?.inputs.filter((input) => {
    const node = scenario.nodes.find((known) => known.name === input.machine);
    return isTyped(input.do) && (input.machine === machine || (node !== undefined && isNameOf(node, machine)));
  });
  return own === undefined || own.length === 0 ? NONE : own;
}

/** What has been done to machines up to the time that is shown, as `machine words`; each event is looked at once. */
function useDone(isNeeded: boolean): readonly string[] {
  const [done, setDone] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!isNeeded) return undefined;
    let seen = 0;
    const look = ({ events, pastNs }: ShownState, before?: ShownState): void => {
      const isOther = events.length < seen || pastNs !== before?.pastNs;
      const fresh = events
        .slice(isOther ? 0 : seen)
        .flatMap((event) =>
          event.kind === 'input' && event.channel === 'user' ? [`${event.node} ${event.text}`] : [],
        );
      seen = events.length;
      if (isOther || fresh.length > 0) setDone((known) => (isOther ? fresh : [...known, ...fresh]));
    };
    look(useShown.getState());
    return useShown.subscribe(look);
  }, [isNeeded]);
  return done;
}

/** The first that has not been typed. */
function nextTyped(inputs: readonly ScenarioUserInput[], done: readonly string[]): ScenarioUserInput | undefined {
  const left = [...done];
  return inputs.find((input) => {
    const at = left.indexOf(`${input.machine} ${describeInput(input.do)}`);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

export function ScriptKeyboard({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const controller = useController();
  const scenario = useDocument((state) => state.scenario);
  const inputs = useMemo(() => typedBy(scenario, machine), [scenario, machine]);
  const done = useDone(inputs.length > 0);
  const isPast = useShown((state) => state.pastNs !== undefined);
  const taken = useLive((state) => state.inputs.some((input) => input.machine === machine && 'takeOver' in input.do));
  const next = useMemo(() => nextTyped(inputs, done), [inputs, done]);
  if (inputs.length === 0) return null;
  const said = taken
    ? text('console.takenOver')
    : next === undefined
      ? text('console.scriptEnded')
      : whenText(text, next);
  return (
    <div className={styles['keyboard']} data-testid="script-keyboard">
      <span role="status" title={said}>
        {said}
      </span>
      <Button
        label={text('console.takeOver')}
        title={text('console.takeOverHint')}
        isDisabled={taken || isPast || next === undefined}
        onPress={() => void controller.machine(machine, { kind: 'take-over' })}
      />
    </div>
  );
}

function whenText(text: ReturnType<typeof useText>, { at, do: action }: ScenarioUserInput): string {
  const keys = describeInput(action);
  if ('ms' in at) return text('console.scriptAt', { keys, time: at.ms / 1000 });
  return at.delayMs === 0
    ? text('console.scriptWhen', { keys, when: at.when })
    : text('console.scriptAfter', { keys, when: at.when, delay: at.delayMs / 1000 });
}
