/** The console of the selected machine: power, its screen, its serial port, its menu as structure. */
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useDocument, useLive, useView } from '../../app/store.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Icon } from '../parts/icon.tsx';
import { MenuPanel } from './menu-panel.tsx';
import { ScreenCanvas } from './screen-canvas.tsx';
import { Transfers } from './transfers.tsx';
import styles from './console.module.css';

const SerialTerminal = lazy(async () => ({ default: (await import('./serial-terminal.tsx')).SerialTerminal }));

type View = 'screen' | 'serial' | 'menu';

export function Console(): ReactNode {
  const text = useText();
  const controller = useController();
  const scenario = useDocument((state) => state.scenario);
  const machine = useView((state) => state.machine);
  const view = useLive((state) => state.update?.machines.find(({ name }) => name === machine));
  const [shown, setShown] = useState<View>('screen');
  const machines = (scenario?.nodes ?? []).filter((node) => node.kind === 'pc' || node.kind === 'bare');
  if (machine === undefined) return <Empty title={text('console.empty')} />;
  const on = view !== undefined && view.power !== 'off';
  return (
    <div className={styles['console']}>
      <div className={styles['bar']}>
        <label>
          <span className="visually-hidden">{text('console.machine')}</span>
          <select value={machine} onChange={(event) => controller.select({ kind: 'node', name: event.target.value })}>
            {machines.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Button
          label={text(on ? 'console.powerOff' : 'console.powerOn')}
          kind={on ? 'plain' : 'primary'}
          onPress={() => {
            void controller.machine(machine, { kind: 'power', to: on ? 'off' : 'on' });
            if (!on) void controller.setMode({ kind: 'fast' });
          }}
        >
          <Icon name="power" />
          {text(on ? 'console.powerOff' : 'console.powerOn')}
        </Button>
        <Button
          label={text('console.reset')}
          isDisabled={!on}
          onPress={() => void controller.machine(machine, { kind: 'power', to: 'reset' })}
        />
        <span className={styles['views']} role="group" aria-label={text('panel.console')}>
          {(['screen', 'serial', 'menu'] as const).map((id) => (
            <Button key={id} label={text(`console.${id}`)} isPressed={shown === id} onPress={() => setShown(id)} />
          ))}
        </span>
        <span className={styles['stage']} data-testid="stage" title={view?.stageText ?? ''}>
          {view?.stageText ?? ''}
        </span>
      </div>
      <div className={styles['body']}>
        {shown === 'screen' ? <ScreenCanvas machine={machine} /> : null}
        {shown === 'menu' ? <MenuPanel machine={machine} /> : null}
        {shown === 'serial' ? (
          <Suspense fallback={null}>
            <SerialTerminal machine={machine} />
          </Suspense>
        ) : null}
        {!on && shown === 'screen' ? (
          <div className={styles['off']}>
            <Empty title={text('console.off', { machine })}>
              <Button
                label={text('console.powerOn')}
                kind="primary"
                onPress={() => {
                  void controller.machine(machine, { kind: 'power', to: 'on' });
                  void controller.setMode({ kind: 'fast' });
                }}
              >
                <Icon name="power" />
                {text('console.powerOn')}
              </Button>
            </Empty>
          </div>
        ) : null}
      </div>
      <Transfers />
    </div>
  );
}
