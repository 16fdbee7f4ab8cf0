/**
 * Shows who controls the keyboard: a scenario may type by itself. This line says so, with the next key, and lets the
 * user take over. It stays as long as the lab has such inputs, so that nothing moves when the last is typed.
 */
import { useMemo, type ReactNode } from 'react';
import type { LabEvent, UserAction } from '../../../../base/event-log.ts';
import { describeInput, isTyped } from '../../../../scenario/describe-input.ts';
import { isNameOf } from '../../../../scenario/nodes/queries.ts';
import type { Scenario, ScenarioUserInput } from '../../../../scenario/schema.ts';
import { useShown } from '../../../../page/time/displayed-lab.ts';
import { useDocument, useLive } from '../../../../page/store.ts';
import { useLatest } from '../../../use-events.ts';
import { useCommands, useMessage, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import styles from '../console.module.css';

const NONE: readonly ScenarioUserInput[] = [];

/** What the scenario types on a machine. */
function typedBy(scenario: Scenario | undefined, machine: string): readonly ScenarioUserInput[] {
  const own = scenario?.inputs.filter((input) => {
    const node = scenario.nodes.find((known) => known.name === input.machine);
    return isTyped(input.do) && (input.machine === machine || (node !== undefined && isNameOf(node, machine)));
  });
  return own === undefined || own.length === 0 ? NONE : own;
}

/** More inputs than a scenario can have. */
const MOST_INPUTS = 10_000;

function isUserInput(event: LabEvent): event is LabEvent & { readonly kind: 'input' } {
  return event.kind === 'input' && event.channel === 'user';
}

/** The first input that has not been typed, according to the log. */
function nextTyped(inputs: readonly ScenarioUserInput[], events: readonly LabEvent[]): ScenarioUserInput | undefined {
  const done = events.flatMap((event) =>
    event.kind === 'input' && event.channel === 'user' ? [inputKey(event.node, event.action)] : [],
  );
  return inputs.find((input) => {
    const at = done.indexOf(inputKey(input.machine, input.do));
    if (at >= 0) done.splice(at, 1);
    return at < 0;
  });
}

function inputKey(machine: string, action: UserAction | undefined): string {
  return `${machine} ${JSON.stringify(action)}`;
}

export function ScriptKeyboard({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const scenario = useDocument((state) => state.scenario);
  const inputs = useMemo(() => typedBy(scenario, machine), [scenario, machine]);
  const done = useLatest(MOST_INPUTS, isUserInput);
  const isPast = useShown((state) => state.pastNs !== undefined);
  const taken = useLive((state) => state.inputs.some((input) => input.machine === machine && 'takeOver' in input.do));
  const next = useMemo(() => nextTyped(inputs, done), [inputs, done]);
  if (inputs.length === 0) return null;
  const said = taken
    ? text('console.takenOver')
    : next === undefined
      ? text('console.scriptEnded')
      : whenText(text, message, next);
  return (
    <div className={styles['keyboard']} data-testid="script-keyboard">
      <span role="status" title={said}>
        {said}
      </span>
      <Button
        label={text('console.takeOver')}
        title={text('console.takeOverHint')}
        isDisabled={taken || isPast || next === undefined}
        onPress={() => void commands.run('machine.take-over', machine)}
      />
    </div>
  );
}

function whenText(
  text: ReturnType<typeof useText>,
  message: ReturnType<typeof useMessage>,
  { at, do: action }: ScenarioUserInput,
): string {
  const keys = message(describeInput(action));
  if ('ms' in at) return text('console.scriptAt', { keys, time: at.ms / 1000 });
  return at.delayMs === 0
    ? text('console.scriptWhen', { keys, when: at.when })
    : text('console.scriptAfter', { keys, when: at.when, delay: at.delayMs / 1000 });
}
