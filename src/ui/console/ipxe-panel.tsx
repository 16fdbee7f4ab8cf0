/** The iPXE of the machine from inside: its script, held and run command by command, and its settings with their origin. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { IpxeAction, IpxeCommandView, IpxeView } from '../../app/lab-api.ts';
import { useLive, useView } from '../../app/store.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import styles from './ipxe-panel.module.css';

type Block = IpxeView['settings'];

/** Asked anew as the lab goes on, one question at a time. */
function useIpxe(machine: string): IpxeView | undefined {
  const controller = useController();
  const update = useLive((state) => state.update);
  const [view, setView] = useState<{ readonly machine: string; readonly ipxe: IpxeView | undefined }>();
  const state = useRef({ machine, wanted: 0, asking: false });
  useEffect(() => {
    const { current } = state;
    current.machine = machine;
    current.wanted++;
    if (current.asking) return;
    current.asking = true;
    const ask = async (): Promise<void> => {
      let asked = 0;
      try {
        // What came while the answer was on its way is asked for too: the last state is always shown.
        while (asked !== current.wanted) {
          asked = current.wanted;
          const about = current.machine;
          const ipxe = await controller.ipxe(about);
          setView({ machine: about, ipxe });
        }
      } finally {
        current.asking = false;
      }
    };
    void ask();
  }, [controller, machine, update]);
  return view?.machine === machine ? view.ipxe : undefined;
}

function Command({ title, command }: { readonly title: string; readonly command: IpxeCommandView }): ReactNode {
  const text = useText();
  const changed = command.tokens.some((token, i) => token !== command.expanded[i]);
  return (
    <>
      <dt>{title}</dt>
      <dd>
        <code>{command.tokens.join(' ')}</code>
        {changed ? (
          <>
            <br />→ <code>{command.expanded.join(' ')}</code>
          </>
        ) : null}
        {command.expansions.map(({ reference, value, origin }, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- the same reference may stand twice
          <div key={i} className={styles['quiet']}>
            <code>{`\${${reference}}`}</code> {value === '' ? text('ipxe.empty') : <code>{value}</code>}{' '}
            {origin === undefined ? '' : text('ipxe.from', { block: origin === '' ? text('ipxe.root') : origin })}
          </div>
        ))}
      </dd>
    </>
  );
}

export function IpxeScript({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const controller = useController();
  const ipxe = useIpxe(machine);
  const act = (action: IpxeAction): void => void controller.machine(machine, { kind: 'ipxe', action });
  const { script, held, last, breakpoints = [], pausing = false } = ipxe ?? {};
  return (
    <section className={styles['panel']} aria-label={text('console.script')}>
      <div className={styles['bar']}>
        <Button label={text('ipxe.pause')} isPressed={pausing} onPress={() => act({ kind: 'pause' })} />
        <Button
          label={text('ipxe.step')}
          isDisabled={held === undefined}
          kind={held === undefined ? 'plain' : 'primary'}
          onPress={() => act({ kind: 'step' })}
        />
        <Button
          label={text('ipxe.go')}
          isDisabled={held === undefined && !pausing}
          onPress={() => act({ kind: 'go' })}
        />
        <span aria-live="polite">{held === undefined ? '' : text('ipxe.held', { line: String(held.line ?? '') })}</span>
      </div>
      {ipxe === undefined ? <Empty title={text('ipxe.none', { machine })} /> : null}
      {script === undefined ? null : (
        <table className={styles['script']} aria-label={script.name}>
          <tbody>
            {script.lines.map((line) => {
              const isStop = breakpoints.includes(`${script.name}:${line.number}`);
              const isHeld = held?.script === script.name && held.line === line.number;
              return (
                <tr key={line.number} data-held={isHeld} aria-current={isHeld ? 'step' : undefined}>
                  <td>
                    <button
                      type="button"
                      aria-pressed={isStop}
                      aria-label={text('ipxe.break', { line: String(line.number) })}
                      onClick={() => act({ kind: 'break', script: script.name, line: line.number, on: !isStop })}
                    >
                      {line.number}
                    </button>
                  </td>
                  <td>
                    <code>{line.text}</code>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <dl>
        {held === undefined ? null : <Command title={text('ipxe.next')} command={held} />}
        {last === undefined ? null : (
          <>
            <Command title={text('ipxe.last')} command={last} />
            <dt>{text('ipxe.status')}</dt>
            <dd data-failed={last.status !== 0}>{last.statusText}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Rows({ block }: { readonly block: Block }): ReactNode {
  const text = useText();
  const name = block.path === '' ? text('ipxe.root') : block.path;
  const { source } = block;
  return (
    <>
      {block.rows.length === 0 && block.standsFor === undefined ? null : (
        <tr>
          <th colSpan={3} scope="rowgroup">
            {name} {block.standsFor === undefined ? '' : `→ ${block.standsFor}`}{' '}
            {source === undefined ? null : (
              <button type="button" onClick={() => useView.setState({ selection: { kind: 'event', id: source } })}>
                {text('ipxe.source')}
              </button>
            )}
          </th>
        </tr>
      )}
      {block.rows.map((row) => (
        <tr key={row.name} data-effective={row.isEffective}>
          <td>{row.name}</td>
          <td className={styles['quiet']}>{row.type}</td>
          <td>
            <code>{row.text}</code>
          </td>
        </tr>
      ))}
      {block.children.map((child) => (
        <Rows key={child.path} block={child} />
      ))}
    </>
  );
}

export function IpxeSettings({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const ipxe = useIpxe(machine);
  if (ipxe === undefined) return <Empty title={text('ipxe.none', { machine })} />;
  return (
    <section className={styles['panel']} aria-label={text('console.settings')}>
      <p className={styles['quiet']}>{text('ipxe.effective')}</p>
      <table className={styles['settings']}>
        <thead>
          <tr>
            <th scope="col">{text('ipxe.name')}</th>
            <th scope="col">{text('ipxe.type')}</th>
            <th scope="col">{text('ipxe.value')}</th>
          </tr>
        </thead>
        <tbody>
          <Rows block={ipxe.settings} />
        </tbody>
      </table>
    </section>
  );
}
