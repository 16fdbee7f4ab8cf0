/** The console of the selected machine: power, its screen, its serial port, its menu as structure, its iPXE from inside. */
import { lazy, Suspense, type ReactNode } from 'react';
import { useShown } from '../../page/time/displayed-lab.ts';
import { CONSOLE_VIEWS, useDocument, useLive, useView } from '../../page/store.ts';
import { useController, useStageText, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { PastNote } from '../timeline/past-bar.tsx';
import { IpxeScript } from './ipxe-script.tsx';
import { IpxeSettings } from './ipxe-settings.tsx';
import { MenuPanel } from './menu-panel.tsx';
import { ScreenCanvas } from './screen-canvas.tsx';
import { Transfers } from './transfers.tsx';
import styles from './console.module.css';

const BuildPanel = lazy(async () => ({ default: (await import('./build-panel.tsx')).BuildPanel }));
const SerialTerminal = lazy(async () => ({ default: (await import('./serial-terminal.tsx')).SerialTerminal }));

export function Console(): ReactNode {
  const text = useText();
  const stageText = useStageText();
  const controller = useController();
  const scenario = useDocument((state) => state.scenario);
  const machine = useView((state) => state.machine);
  const view = useShown((state) => state.update?.machines.find(({ name }) => name === machine));
  const isPast = useView((state) => state.pastNs !== undefined);
  const live = useLive((state) => state.update?.machines);
  const started = useLive((state) => (state.update?.timeNs ?? 0) > 0);
  // The machine of the past cannot be touched.
  const ready = useLive((state) => state.progress?.kind === 'ready') && !isPast;
  const shown = useView((state) => state.consoleView);
  const inDocument = (scenario?.nodes ?? []).filter((node) => node.kind === 'pc' || node.kind === 'bare');
  const machines = live !== undefined && live.length > 0 ? live : inDocument;
  if (machine === undefined || machines.length === 0) return <Empty title={text('console.empty')} />;
  const stage = view?.stage === undefined ? '' : stageText(view.stage, view.stageText);
  const on = view !== undefined && view.power !== 'off';
  const waits = !started && controller.startsWithLab(machine);
  return (
    <div className={styles['console']}>
      <div className={styles['bar']}>
        <label>
          <span className="visually-hidden">{text('console.machine')}</span>
          <select value={machine} onChange={(event) => useView.setState({ machine: event.target.value })}>
            {machines.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Button
          label={text(on ? 'console.powerOff' : 'console.powerOn')}
          kind={on ? 'plain' : 'primary'}
          isDisabled={!ready}
          onPress={() =>
            void (on ? controller.machine(machine, { kind: 'power', to: 'off' }) : controller.switchOn(machine))
          }
        >
          <Icon name="power" />
          {text(on ? 'console.powerOff' : 'console.powerOn')}
        </Button>
        <Button
          label={text('console.reset')}
          isDisabled={!on || !ready}
          onPress={() => void controller.machine(machine, { kind: 'power', to: 'reset' })}
        />
        <span className={styles['views']} role="group" aria-label={text('panel.console')}>
          {CONSOLE_VIEWS.map((id) => (
            <Button
              key={id}
              label={text(`console.${id}`)}
              isPressed={shown === id}
              onPress={() => useView.setState({ consoleView: id })}
            />
          ))}
        </span>
        <span className={styles['stage']} data-testid="stage" title={stage}>
          {stage}
        </span>
      </div>
      <div className={styles['body']}>
        {shown === 'screen' ? <ScreenCanvas machine={machine} /> : null}
        {shown === 'menu' ? <MenuPanel machine={machine} /> : null}
        {shown === 'script' || shown === 'settings' ? <PastNote /> : null}
        {shown === 'script' ? <IpxeScript machine={machine} /> : null}
        {shown === 'settings' ? <IpxeSettings machine={machine} /> : null}
        <Suspense fallback={null}>
          {shown === 'serial' ? <SerialTerminal machine={machine} /> : null}
          {shown === 'build' ? <BuildPanel machine={machine} /> : null}
        </Suspense>
        {!on && shown === 'screen' ? (
          <div className={styles['off']}>
            <Empty title={text(waits ? 'console.waits' : 'console.off', { machine })}>
              <Button
                label={text('console.powerOn')}
                kind="primary"
                isDisabled={!ready}
                onPress={() => void controller.switchOn(machine)}
              >
                <Icon name="power" />
                {text('console.powerOn')}
              </Button>
            </Empty>
          </div>
        ) : null}
      </div>
      <Transfers node={machine} />
    </div>
  );
}
