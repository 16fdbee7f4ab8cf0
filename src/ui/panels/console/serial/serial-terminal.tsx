/** The first serial port of a machine, on a terminal that screen readers can follow. */
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, type ReactNode } from 'react';
import type { LabEvent } from '../../../../base/event-log.ts';
import { latest } from '../../../../page/time/event-history.ts';
import { useShown } from '../../../../page/time/displayed-lab.ts';
import { useView } from '../../../../page/store.ts';
import { useCommands, usePageQueries, useText } from '../../../hooks.ts';
import { serialHistory } from './serial-history.ts';
import styles from '../console.module.css';

const PAST_LINES = 2000;

/** The output of the port up to the past time shown. */
function printedLines(machine: string): string {
  const isPrinted = (event: LabEvent): event is LabEvent & { readonly kind: 'console' } =>
    event.kind === 'console' && event.channel.startsWith('serial') && event.node === machine;
  return latest(useShown.getState(), PAST_LINES, isPrinted)
    .map((event) => `${event.text}\n`)
    .join('');
}

export function SerialTerminal({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const controller = usePageQueries();
  const commands = useCommands();
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = holder;
    if (current === null) return undefined;
    const terminal = new Terminal({ screenReaderMode: true, fontSize: 13, scrollback: 5000, convertEol: true });
    terminal.open(current);
    const show = (): void => {
      const isPast = useView.getState().pastNs !== undefined;
      terminal.reset();
      terminal.write(isPast ? printedLines(machine) : serialHistory(controller.client, machine));
    };
    show();
    const stop = controller.client.serial.on((update) => {
      if (update.machine === machine && useView.getState().pastNs === undefined) terminal.write(update.text);
    });
    const stopLooking = useShown.subscribe(({ pastNs }, before) => {
      if (pastNs !== before.pastNs) show();
    });
    const typing = terminal.onData((data) => {
      if (useView.getState().pastNs === undefined) void commands.run('machine.serial', { machine, text: data });
    });
    return () => {
      stop();
      stopLooking();
      typing.dispose();
      terminal.dispose();
    };
  }, [controller, commands, machine]);
  return (
    <div
      ref={holder}
      className={styles['terminal']}
      data-takes-keys
      role="group"
      aria-label={text('console.serialOf', { machine })}
    />
  );
}
