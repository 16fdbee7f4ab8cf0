/** The lab's breakpoints: conditions with a count, switched on and off, with how often each has been met. */
import { useId, useState, type ReactNode } from 'react';
import type { ScenarioBreakpoint } from '../../../page/time/breakpoints.ts';
import type { BreakpointProblem } from '../../../threads/api/lab-api.ts';
import { numberLimits, withinLimits } from '../../../scenario/field-limits.ts';
import { useDocument, useLive } from '../../../page/store.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useMessage, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import styles from '../timeline/timeline.module.css';
import { useCondition } from '../timeline/use-condition.ts';

const COUNTS = numberLimits('breakpoints', 'count');

const NONE: readonly ScenarioBreakpoint[] = [];

export function BreakpointsPanel(): ReactNode {
  const text = useText();
  const breakpoints = useDocument((state) => state.scenario?.breakpoints ?? NONE);
  return (
    <div className={styles['breakpoints']} data-testid="breakpoints">
      <NewBreakpoint />
      {breakpoints.length === 0 ? (
        <Empty title={text('break.empty')} />
      ) : (
        <ol className={styles['breakList']} aria-label={text(panelTitle('breakpoints'))}>
          {breakpoints.map((breakpoint, index) => (
            <Entry key={`${index} ${breakpoint.condition}`} breakpoint={breakpoint} index={index} />
          ))}
        </ol>
      )}
    </div>
  );
}

function NewBreakpoint(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [condition, setCondition] = useState('');
  const [count, setCount] = useState(1);
  const { problem, completions } = useCondition(condition);
  const listId = useId();
  const isComplete = condition.trim() !== '' && problem === undefined;
  const add = (): void => {
    if (!isComplete) return;
    void commands.run('breakpoint.add', { condition: condition.trim(), count });
    setCondition('');
    setCount(1);
  };
  return (
    <form
      className={styles['breakForm']}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <input
        aria-label={text('break.condition')}
        placeholder={text('time.untilHint')}
        value={condition}
        list={listId}
        spellCheck={false}
        autoCapitalize="off"
        aria-invalid={problem !== undefined}
        onChange={({ target }) => setCondition(target.value)}
      />
      <datalist id={listId}>
        {completions.map((item) => (
          <option key={item.text} value={item.text}>
            {item.detail}
          </option>
        ))}
      </datalist>
      <label>
        {text('break.from')}
        <input
          type="number"
          min={COUNTS.min}
          max={COUNTS.max}
          value={count}
          onChange={({ target }) => setCount(withinLimits(Number(target.value), COUNTS))}
        />
      </label>
      <Button label={text('break.add')} isDisabled={!isComplete} onPress={add} />
      {problem === undefined ? null : <Problem problem={problem} />}
    </form>
  );
}

/** The condition with a mark below the place that cannot be read. */
function Problem({ problem }: { readonly problem: BreakpointProblem }): ReactNode {
  const text = useText();
  const message = useMessage();
  return (
    <span className={styles['breakProblem']} role="alert">
      <code aria-hidden="true">{`${problem.condition}\n${' '.repeat(problem.offset)}^`}</code>
      {text('break.problem', { place: problem.offset + 1, message: message(problem.message) })}
    </span>
  );
}

function Entry({ breakpoint, index }: { readonly breakpoint: ScenarioBreakpoint; readonly index: number }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { condition, count, enabled } = breakpoint;
  const set = (key: 'enabled' | 'count', value: boolean | number): void =>
    void commands.run('edit.set', { of: { breakpoint: index }, path: [key], value });
  const hits = useLive((state) => state.update?.hits[index] ?? 0);
  const problem = useLive((state) => state.breakpointProblems[index]);
  const stopped = useLive(
    ({ update }) =>
      update?.mode.kind === 'paused' &&
      update.stopped?.kind === 'breakpoint' &&
      update.stopped.condition === condition &&
      (update.hits[index] ?? 0) >= count,
  );
  return (
    <li data-stopped={stopped} data-enabled={enabled}>
      <label>
        <input
          type="checkbox"
          checked={enabled}
          aria-label={text('break.enabled', { condition })}
          onChange={({ target }) => set('enabled', target.checked)}
        />
        <code>{condition}</code>
      </label>
      <label>
        <span className={styles['breakHits']}>{text('break.from')}</span>{' '}
        <input
          type="number"
          min={COUNTS.min}
          max={COUNTS.max}
          value={count}
          aria-label={text('break.count', { condition })}
          onChange={({ target }) => {
            const next = Number(target.value);
            if (next === withinLimits(next, COUNTS)) set('count', next);
          }}
        />
      </label>
      <span className={styles['breakHits']}>
        {text('break.hits', { count: hits })}
        {stopped ? ` · ${text('break.stopped')}` : ''}
      </span>
      <Button
        label={text('break.remove', { condition })}
        kind="icon"
        onPress={() => void commands.run('breakpoint.remove', index)}
      >
        <Icon name="close" />
      </Button>
      {problem === undefined ? null : <Problem problem={problem} />}
    </li>
  );
}
