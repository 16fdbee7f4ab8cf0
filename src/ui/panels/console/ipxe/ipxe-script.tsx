/**
 * A debugger for the script of a machine's iPXE: pauses at lines, runs it command by command, and shows each result.
 */
import { useEffect, useRef, type ReactNode } from 'react';
import type { IpxeCommandView, IpxeView } from '../../../../threads/api/lab-api.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/states/empty.tsx';
import { plainText } from '../screen/plain-text.ts';
import { useIpxe, useLastScript } from './use-ipxe.ts';
import styles from './ipxe-panel.module.css';

export function IpxeScript({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const ipxe = useIpxe(machine);
  const act = (kind: 'pause' | 'step' | 'go'): void => void commands.run(`ipxe.${kind}`, machine);
  const { held, pausing = false } = ipxe ?? {};
  const shown = useLastScript(machine, ipxe);
  const script = shown?.script;
  const isOver = script !== undefined && ipxe?.script === undefined;
  return (
    <section className={styles['panel']} aria-label={text('console.script')}>
      <div className={styles['bar']}>
        <Button label={text('ipxe.pause')} isPressed={pausing} onPress={() => act('pause')} />
        <Button
          label={text('ipxe.step')}
          isDisabled={held === undefined}
          kind={held === undefined ? 'plain' : 'primary'}
          onPress={() => act('step')}
        />
        <Button label={text('ipxe.go')} isDisabled={held === undefined && !pausing} onPress={() => act('go')} />
        <span role="status">
          {held === undefined
            ? isOver
              ? text('ipxe.over')
              : ''
            : held.line === undefined
              ? text('ipxe.heldAtShell')
              : text('ipxe.held', { line: held.line })}
        </span>
      </div>
      {ipxe === undefined && shown === undefined ? (
        <Empty title={text('ipxe.none', { machine })} />
      ) : (
        <div className={styles['columns']}>
          {shown === undefined || script === undefined ? (
            <Empty title={text('ipxe.noScript')} />
          ) : (
            <Lines
              ipxe={shown}
              script={script}
              onBreak={(stop) => void commands.run('ipxe.break', { machine, ...stop })}
            />
          )}
          <State ipxe={ipxe ?? shown} />
        </div>
      )}
    </section>
  );
}

function Lines({
  ipxe,
  script,
  onBreak,
}: {
  readonly ipxe: IpxeView;
  readonly script: NonNullable<IpxeView['script']>;
  readonly onBreak: (stop: { readonly script: string; readonly line: number; readonly on: boolean }) => void;
}): ReactNode {
  const text = useText();
  const { held, last, breakpoints } = ipxe;
  const heldLine = held?.script === script.name ? held.line : undefined;
  const lastLine = last?.script === script.name ? last.line : undefined;
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    // In braces: newer browsers return a promise, which React would take for a clean-up function.
    row.current?.scrollIntoView({ block: 'nearest' });
  }, [heldLine, lastLine]);
  return (
    <div className={styles['scroll']} role="region" aria-label={script.name} tabIndex={0}>
      <table className={styles['script']}>
        <caption>{script.name}</caption>
        <tbody>
          {script.lines.map((line) => {
            const isStop = breakpoints.includes(`${script.name}:${line.number}`);
            const isHeld = line.number === heldLine;
            const isCurrent = isHeld || (heldLine === undefined && line.number === lastLine);
            return (
              <tr
                key={line.number}
                ref={isCurrent ? row : undefined}
                data-held={isHeld}
                data-current={isCurrent}
                aria-current={isCurrent ? 'step' : undefined}
              >
                <td>
                  <button
                    type="button"
                    aria-pressed={isStop}
                    aria-label={text('ipxe.break', { line: line.number })}
                    title={text('ipxe.break', { line: line.number })}
                    onClick={() => onBreak({ script: script.name, line: line.number, on: !isStop })}
                  >
                    {isStop ? '● ' : ''}
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
    </div>
  );
}

/** The next command, the last one and its result. */
function State({ ipxe }: { readonly ipxe: IpxeView | undefined }): ReactNode {
  const text = useText();
  if (ipxe === undefined) return null;
  const { held, last, errno, breakpoints } = ipxe;
  return (
    <div className={styles['state']} role="region" aria-label={text('ipxe.state')} tabIndex={0}>
      <dl>
        {held === undefined ? null : <Command title={text('ipxe.next')} command={held} />}
        {last === undefined ? null : (
          <>
            <Command title={text('ipxe.last')} command={last} />
            <dt>{text('ipxe.status')}</dt>
            <dd data-failed={last.status !== 0}>
              <Status code={last.status} message={last.statusText} />
            </dd>
            {last.nextLine === undefined ? null : (
              <>
                <dt>{text('ipxe.nextLine')}</dt>
                <dd>{last.nextLine}</dd>
              </>
            )}
          </>
        )}
        <dt>errno</dt>
        <dd>
          <Status code={errno.code} message={errno.text} />
        </dd>
        {breakpoints.length === 0 ? null : (
          <>
            <dt>{text('ipxe.breakpoints')}</dt>
            <dd>
              <code>{breakpoints.join(', ')}</code>
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

function Status({ code, message }: { readonly code: number; readonly message: string }): ReactNode {
  return (
    <>
      <code>{code === 0 ? '0' : `0x${(code >>> 0).toString(16).padStart(8, '0')}`}</code> {message}
    </>
  );
}

function Tokens({ tokens }: { readonly tokens: readonly string[] }): ReactNode {
  return (
    <span className={styles['tokens']}>
      {tokens.map((token, i) => (
        // oxlint-disable-next-line react/no-array-index-key -- tokens stay at their places
        <code key={i}>{token === '' ? '""' : plainText(token)}</code>
      ))}
    </span>
  );
}

function Command({ title, command }: { readonly title: string; readonly command: IpxeCommandView }): ReactNode {
  const text = useText();
  const changed = command.tokens.some((token, i) => token !== command.expanded[i]);
  const place = command.line === undefined ? '' : ` (${command.script ?? ''}:${command.line})`;
  return (
    <>
      <dt>
        {title}
        {place}
      </dt>
      <dd>
        <Tokens tokens={command.tokens} />
        {changed ? (
          <div>
            <span className={styles['quiet']}>{text('ipxe.expanded')} </span>
            <Tokens tokens={command.expanded} />
          </div>
        ) : null}
        {command.expansions.map(({ reference, value, origin }, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- the same reference may stand twice
          <div key={i} className={styles['quiet']}>
            <code>{`\${${reference}}`}</code> {value === '' ? text('ipxe.empty') : <code>{plainText(value)}</code>}{' '}
            {origin === undefined ? '' : text('ipxe.from', { block: origin === '' ? text('ipxe.root') : origin })}
          </div>
        ))}
      </dd>
    </>
  );
}
