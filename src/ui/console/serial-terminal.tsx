/** The first serial port of a machine, on a terminal that screen readers can follow. */
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, type ReactNode } from 'react';
import { useController, useText } from '../hooks.ts';
import { serialHistory } from './serial-history.ts';
import styles from './console.module.css';

export function SerialTerminal({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const controller = useController();
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = holder;
    if (current === null) return undefined;
    const terminal = new Terminal({ screenReaderMode: true, fontSize: 13, scrollback: 5000, convertEol: true });
    terminal.open(current);
    terminal.write(serialHistory(controller.client, machine));
    const stop = controller.client.serial.on((update) => {
      if (update.machine === machine) terminal.write(update.text);
    });
    const typing = terminal.onData((data) => void controller.machine(machine, { kind: 'serial', text: data }));
    return () => {
      stop();
      typing.dispose();
      terminal.dispose();
    };
  }, [controller, machine]);
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
