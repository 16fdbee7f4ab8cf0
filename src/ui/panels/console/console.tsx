/** The console of the selected machine: power, its screen, its serial port, its menu as structure, its iPXE from inside. */
import { useEffect, type ReactNode } from 'react';
import { isMachine, isNameOf } from '../../../scenario/nodes/queries.ts';
import { useShown } from '../../../page/time/displayed-lab.ts';
import { CONSOLE_VIEWS, useDocument, useLive, useView } from '../../../page/store.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, usePageQueries, useStageText, useText } from '../../hooks.ts';
import { Button, CommandButton } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { ErrorBoundary } from '../../parts/states/error-boundary.tsx';
import { Icon } from '../../parts/icon.tsx';
import { lazyPart } from '../../parts/states/lazy-part.tsx';
import { ViewBar } from '../../parts/bars/view-bar.tsx';
import { PastNote } from '../timeline/past-bar.tsx';
import { IpxeScript } from './ipxe/ipxe-script.tsx';
import { IpxeSettings } from './ipxe/ipxe-settings.tsx';
import { MenuPanel } from './ipxe/menu-panel.tsx';
import { ScreenCanvas } from './screen/screen-canvas.tsx';
import { copyScreenText, saveScreenPicture } from './screen/screen-export.ts';
import { ScriptKeyboard } from './ipxe/script-keyboard.tsx';
import { Transfers } from './ipxe/transfers.tsx';
import styles from './console.module.css';

const [BuildPanel] = lazyPart(async () => (await import('./ipxe/build-panel.tsx')).BuildPanel);
const [MemoryView] = lazyPart(async () => (await import('./memory/memory-view.tsx')).MemoryView);
const [SerialTerminal] = lazyPart(async () => (await import('./serial/serial-terminal.tsx')).SerialTerminal);

/** Machines of the running lab, and those of the document that are not in it yet. */
function useMachines(): readonly string[] {
  const nodes = useDocument((state) => state.scenario?.nodes) ?? [];
  const running = useLive((state) => state.update?.machines) ?? [];
  const fresh = nodes
    .filter(isMachine)
    .filter((node) => !running.some(({ name }) => name === node.name || isNameOf(node, name)));
  return [...running, ...fresh].map(({ name }) => name);
}

function useScreenCommands(): void {
  const controller = usePageQueries();
  const commands = useCommands();
  useEffect(() => {
    const stops = [
      commands.register({
        id: 'console.copy-text',
        title: 'console.copyText',
        run: () => copyScreenText(controller),
      }),
      commands.register({
        id: 'console.save-png',
        title: 'console.savePng',
        run: () => saveScreenPicture(controller),
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [controller, commands]);
}

export function Console(): ReactNode {
  const text = useText();
  const stageText = useStageText();
  const controller = usePageQueries();
  const commands = useCommands();
  const machines = useMachines();
  const chosen = useView((state) => state.machine);
  const machine = chosen !== undefined && machines.includes(chosen) ? chosen : machines.at(0);
  const view = useShown((state) => state.update?.machines.find(({ name }) => name === machine));
  const isPast = useView((state) => state.pastNs !== undefined);
  const started = useLive((state) => (state.update?.timeNs ?? 0) > 0);
  // A past state cannot be changed.
  const ready = useLive((state) => state.progress?.kind === 'ready') && !isPast;
  const isNew = useLive(
    ({ update, progress }) =>
      progress?.kind === 'ready' && update?.machines.every(({ name }) => name !== machine) === true,
  );
  const shown = useView((state) => state.consoleView);
  useScreenCommands();
  useEffect(() => {
    // Commands act on the machine that is shown.
    if (machine !== chosen) void commands.run('view.machine', machine);
  }, [commands, machine, chosen]);
  if (machine === undefined) return <Empty title={text('console.empty')} />;
  const stage = view?.stage === undefined ? '' : stageText(view.stage, view.stageDetail);
  const on = view !== undefined && view.power !== 'off';
  const waits = !started && controller.startsWithLab(machine);
  return (
    <div className={styles['console']}>
      <div className={styles['bar']}>
        <label>
          <span className="visually-hidden">{text('console.machine')}</span>
          <select value={machine} onChange={(event) => void commands.run('view.machine', event.target.value)}>
            {machines.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Button
          label={text(on ? 'console.powerOff' : 'console.powerOn', { machine })}
          kind="icon"
          isPressed={on}
          isDisabled={!ready || isNew || waits}
          onPress={() => void commands.run(on ? 'machine.power-off' : 'machine.power', machine)}
        >
          <Icon name="power" />
        </Button>
        <Button
          label={text('console.reset', { machine })}
          kind="icon"
          isDisabled={!on || !ready}
          onPress={() => void commands.run('machine.reset', machine)}
        >
          <Icon name="restart" />
        </Button>
        <ViewBar
          label={text(panelTitle('console'))}
          views={CONSOLE_VIEWS.map((id) => ({ id, label: text(`console.${id}`) }))}
          shown={shown}
          onShow={(consoleView) => void commands.run(`console.${consoleView}`)}
        />
        <CommandButton id="console.copy-text" kind="icon">
          <Icon name="copy" />
        </CommandButton>
        <CommandButton id="console.save-png" kind="icon">
          <Icon name="picture" />
        </CommandButton>
      </div>
      <p className={styles['stage']} data-testid="stage" title={stage}>
        {stage}
      </p>
      <ScriptKeyboard machine={machine} />
      <div className={styles['body']}>
        <ErrorBoundary key={shown}>
          {shown === 'screen' ? <ScreenCanvas machine={machine} /> : null}
          {shown === 'menu' ? <MenuPanel machine={machine} /> : null}
          {shown === 'script' || shown === 'settings' || shown === 'memory' ? <PastNote /> : null}
          {shown === 'script' ? <IpxeScript machine={machine} /> : null}
          {shown === 'settings' ? <IpxeSettings machine={machine} /> : null}
          {shown === 'serial' ? <SerialTerminal machine={machine} /> : null}
          {shown === 'memory' ? <MemoryView machine={machine} /> : null}
          {shown === 'build' ? <BuildPanel machine={machine} /> : null}
        </ErrorBoundary>
        {!on && shown === 'screen' ? (
          <div className={styles['off']}>
            {isNew ? (
              <Empty title={text('console.isNew', { machine })}>
                <Button label={text('topology.apply')} onPress={() => void commands.run('time.restart')} />
              </Empty>
            ) : (
              <Empty title={text(waits ? 'console.waits' : 'console.off', { machine })}>
                <Button
                  label={text(waits ? 'console.start' : 'console.powerOn', { machine })}
                  isDisabled={!ready}
                  onPress={() => void commands.run('machine.power', machine)}
                >
                  <Icon name={waits ? 'run' : 'power'} />
                  {text(waits ? 'console.start' : 'console.powerOn', { machine })}
                </Button>
              </Empty>
            )}
          </div>
        ) : null}
      </div>
      <Transfers node={machine} />
    </div>
  );
}
