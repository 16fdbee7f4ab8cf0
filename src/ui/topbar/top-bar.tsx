/** The top bar: which lab this is, its time and how it runs, and the page's own switches. */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useKeys } from '../../page/commands/keys.ts';
import { PACES } from '../../page/time/time-controls.ts';
import { LANGUAGES } from '../../page/i18n/index.ts';
import { useDocument, useLive, useView } from '../../page/store.ts';
import { formatClock } from '../format.ts';
import { lazyPart } from '../parts/states/lazy-part.tsx';
import { useCommands, useMessage, useNumbers, useText } from '../hooks.ts';
import { Button, CommandButton } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { useCondition } from '../panels/timeline/use-condition.ts';
import { LabMenu } from './lab-menu.tsx';
import { useLabName } from './lab-name.ts';
import { RunStatus, useNextStep, useRunStatus } from './run-status.tsx';
import styles from './top-bar.module.css';

const [MainMenu] = lazyPart(async () => (await import('./main-menu.tsx')).MainMenu, null);

/** Below this speed, the chosen speed is the better label. */
const SHOWN_SPEED = 0.01;

/** `16×`, `1/1000`. */
function paceLabel(factor: number): string {
  return factor >= 1 ? `${factor}×` : `1/${Math.round(1 / factor)}`;
}

export function TopBar(): ReactNode {
  const embed = useView((state) => state.embed);
  const name = useLabName();
  return (
    <header className={styles['bar']}>
      {embed ? null : <AboutButton />}
      {embed ? null : <MenuButton />}
      <span className={styles['lab']}>{embed ? <WholePageLink name={name} /> : <LabMenu name={name} />}</span>
      <TimeControls />
      {embed ? null : <PageControls />}
    </header>
  );
}

/** The page's sign and name open "About and licences"; where room is scarce the sign stands alone. */
function AboutButton(): ReactNode {
  const text = useText();
  const commands = useCommands();
  return (
    <button
      type="button"
      className={styles['brand']}
      title={text('about.open')}
      aria-label={text('app.name')}
      onClick={() => void commands.run('about.open')}
    >
      <img src="./icon.svg" width="22" height="22" alt="" />
      <span className={styles['brandWord']}>{text('app.name')}</span>
    </button>
  );
}

function MenuButton(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const button = useRef<HTMLSpanElement>(null);
  const isOpen = useKeys((state) => state.menuOpen);
  return (
    <span ref={button}>
      <Button label={text('menu.main')} kind="icon" onPress={() => void commands.run('menu.open')}>
        <Icon name="menu" />
      </Button>
      {isOpen ? <MainMenu anchor={button} /> : null}
    </span>
  );
}

/** Embedded in another page, the lab's name links to the full page. */
function WholePageLink({ name }: { readonly name: string }): ReactNode {
  const text = useText();
  const href = `${location.pathname}${location.hash.replace(/&(embed=1|panels=[a-z.-]*)/g, '')}`;
  return (
    <a className={styles['whole']} href={href} target="_blank" rel="noreferrer" title={text('embed.whole')}>
      {name} ↗
    </a>
  );
}

function PageControls(): ReactNode {
  const text = useText();
  // The undo state changes with the document.
  useDocument((state) => state.scenario);
  return (
    <span className={styles['page']}>
      <span className={styles['spare']}>
        <CommandButton id="edit.undo" kind="icon">
          <Icon name="undo" />
        </CommandButton>
        <CommandButton id="edit.redo" kind="icon">
          <Icon name="redo" />
        </CommandButton>
      </span>
      <CommandButton id="course.open" kind="icon">
        <Icon name="course" />
      </CommandButton>
      <CommandButton id="share.open">
        <Icon name="share" />
        <span className={styles['shareWord']}>{text('share.open')}</span>
      </CommandButton>
      <CommandButton id="palette.open" kind="icon">
        <Icon name="search" />
      </CommandButton>
      <span className={styles['wide']}>
        <CommandButton id="view.projector" kind="icon">
          <Icon name="projector" />
        </CommandButton>
      </span>
      <LanguageSwitch />
      <ThemeSwitch />
    </span>
  );
}

function TimeControls(): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const commands = useCommands();
  const update = useLive((state) => state.update);
  const progress = useLive((state) => state.progress);
  const pace = useView((state) => state.pace);
  const ready = progress?.kind === 'ready';
  const next = useNextStep();
  const status = useRunStatus();
  const running = update !== undefined && update.mode.kind !== 'paused';
  return (
    <div className={styles['time']} role="group" aria-label={text('time.clock')}>
      <CommandButton id="time.restart" kind={next === 'restart' ? 'primary' : 'icon'}>
        <Icon name="restart" />
      </CommandButton>
      <span className={styles['run']}>
        <Button
          label={text(running ? 'time.pause' : 'time.run')}
          title={next !== 'run' ? status : `${text(running ? 'time.pause' : 'time.run')} (${running ? 'F8' : 'F9'})`}
          kind={next === 'run' ? 'primary' : 'plain'}
          isDisabled={!ready}
          onPress={() => void commands.run(running ? 'time.pause' : 'time.run')}
        >
          <Icon name={running ? 'pause' : 'run'} />
          {text(running ? 'time.pause' : 'time.run')}
        </Button>
      </span>
      <CommandButton id="time.step-frame" kind="icon">
        <Icon name="step" />
      </CommandButton>
      <UntilBox />
      <label className={styles['pace']}>
        <span className="visually-hidden">{text('time.pace')}</span>
        <select
          value={pace ?? 'auto'}
          disabled={!ready}
          onChange={({ target }) => void commands.invoke('time.pace', target.value)}
        >
          <option value="auto">{text('time.paceAuto')}</option>
          <option value={0}>{text('time.paceFast')}</option>
          <option value="frames">{text('time.paceFrames')}</option>
          {PACES.map((factor) => (
            <option key={factor} value={factor}>
              {paceLabel(factor)}
            </option>
          ))}
        </select>
      </label>
      <output className={styles['clock']} aria-live="off" data-testid="clock">
        {formatClock(update?.timeNs ?? 0)}
      </output>
      <button
        type="button"
        className={styles['badge']}
        title={text('time.exactHint')}
        onClick={() => void commands.run('time.explain-exact')}
      >
        {text('time.exact')}
      </button>
      <RunStatus />
      {status === '' ? (
        <span className={styles['status']}>
          {running && update.speed >= SHOWN_SPEED ? text('time.speed', { speed: numbers.speed(update.speed) }) : null}
        </span>
      ) : null}
    </div>
  );
}

/** Runs until a condition is met; its error is shown beside it. */
function UntilBox(): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const stopped = useLive((state) => state.update?.stopped);
  const [condition, setCondition] = useState('');
  const [problem, setProblem] = useState('');
  const run = async (): Promise<void> => {
    const reason = await commands.run('time.until', condition);
    setProblem(reason === undefined ? '' : message(reason));
  };
  const input = useRef<HTMLInputElement>(null);
  const { completions } = useCondition(condition);
  const listId = useId();
  useEffect(
    () =>
      commands.register({
        id: 'time.until-focus',
        title: 'time.until',
        key: 'Ctrl+U',
        run: () => input.current?.focus(),
      }),
    [commands],
  );
  const reached = stopped?.kind === 'breakpoint' && stopped.condition === condition.trim();
  return (
    <form
      className={styles['until']}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <input
        ref={input}
        aria-label={text('time.until')}
        placeholder={text('time.until')}
        title={text('time.untilHint')}
        value={condition}
        list={listId}
        spellCheck={false}
        aria-invalid={problem !== ''}
        onChange={(event) => {
          setCondition(event.target.value);
          setProblem('');
        }}
      />
      <datalist id={listId}>
        {completions.map((item) => (
          <option key={item.text} value={item.text}>
            {item.detail}
          </option>
        ))}
      </datalist>
      {problem === '' ? null : (
        <span className={styles['problem']} role="alert">
          {problem}
        </span>
      )}
      <span role="status" className={styles['reached']}>
        {reached ? text('time.reached') : ''}
      </span>
    </form>
  );
}

function LanguageSwitch(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const next = LANGUAGES.find(({ id }) => id !== language);
  if (next === undefined) return null;
  return (
    <Button
      label={text('page.pair', { name: text('language.switch'), what: next.name })}
      kind="icon"
      onPress={() => void commands.run('language.switch')}
    >
      {next.id}
    </Button>
  );
}

function ThemeSwitch(): ReactNode {
  return (
    <CommandButton id="theme.switch" kind="icon">
      <Icon name="theme" />
    </CommandButton>
  );
}
