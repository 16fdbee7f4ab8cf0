/** "What would you answer?": a hypothetical client asks the server, which answers without any side effect. */
import { useState, type ReactNode } from 'react';
import type { ServerNode } from '../../../scenario/schema.ts';
import { ASK_KINDS, ASK_MESSAGES, type MadeClient } from '../../../services/dnsmasq/ask/client.ts';
import { type AskAnswer, type AskTag } from '../../../services/dnsmasq/ask/ask.ts';
import { useView } from '../../../page/store.ts';
import { usePageQueries, useMessage, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import styles from './ask.module.css';

const FIRST: MadeClient = { kind: 'bios', mac: '52:54:00:00:00:99', message: 'discover' };

function interfaceNames(server: ServerNode): readonly string[] {
  return server.nics.flatMap((nic) => [
    ...(nic.address === undefined ? [] : [nic.name]),
    ...nic.vlans.map(({ vlan }) => `${nic.name}.${vlan}`),
  ]);
}

export function AskPanel({ server }: { readonly server: ServerNode }): ReactNode {
  const text = useText();
  const { client } = usePageQueries();
  const [asked, setAsked] = useState(FIRST);
  const [answer, setAnswer] = useState<AskAnswer | undefined>(undefined);
  const selection = useView((state) => state.selection);
  if (server.services.dnsmasq === undefined) return <Empty title={text('server.noConfig')} />;
  const change = (part: Partial<MadeClient>): void => setAsked({ ...asked, ...part });
  const ask = async (): Promise<void> => setAnswer(await client.lab.ask(server.name, { from: 'made', client: asked }));
  const askFrame = async (event: number): Promise<void> => {
    const { interfaceName } = asked;
    setAnswer(
      await client.lab.ask(server.name, {
        from: 'event',
        event,
        ...(interfaceName === undefined ? {} : { interfaceName }),
      }),
    );
  };
  return (
    <div className={styles['ask']}>
      <form
        className={styles['question']}
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <label>
          {text('ask.client')}
          <select
            value={asked.kind}
            onChange={({ target: { value } }) => (isOneOf(ASK_KINDS, value) ? change({ kind: value }) : undefined)}
          >
            {ASK_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {text(`ask.kind.${kind}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {text('ask.message')}
          <select
            value={asked.message}
            onChange={({ target: { value } }) =>
              isOneOf(ASK_MESSAGES, value) ? change({ message: value }) : undefined
            }
          >
            {ASK_MESSAGES.map((message) => (
              <option key={message} value={message}>
                {text(`ask.message.${message}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          MAC
          <input
            value={asked.mac}
            spellCheck={false}
            size={18}
            onChange={({ target }) => change({ mac: target.value })}
          />
        </label>
        <label>
          {text('ask.interface')}
          <select value={asked.interfaceName ?? ''} onChange={({ target }) => change({ interfaceName: target.value })}>
            <option value="">{text('ask.anyInterface')}</option>
            {interfaceNames(server).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {asked.message === 'discover' ? null : (
          <label>
            {text('ask.address')}
            <input
              value={asked.address ?? ''}
              spellCheck={false}
              size={15}
              onChange={({ target }) => change({ address: target.value })}
            />
          </label>
        )}
        <Button label={text('ask.ask')} kind="primary" onPress={() => void ask()} />
        <Button
          label={text('ask.askFrame')}
          isDisabled={selection.kind !== 'event'}
          onPress={() => (selection.kind === 'event' ? void askFrame(selection.id) : undefined)}
        />
      </form>
      {answer === undefined ? <Empty title={text('ask.empty')} /> : <Answer answer={answer} />}
    </div>
  );
}

function isOneOf<T extends string>(known: readonly T[], value: string): value is T {
  return known.some((name) => name === value);
}

function Answer({ answer }: { readonly answer: AskAnswer }): ReactNode {
  const text = useText();
  const message = useMessage();
  const { question, reply, silence, tags, lines, log, delayS, request } = answer;
  return (
    <section className={styles['answer']} aria-live="polite" data-testid="ask-answer">
      {question === undefined ? null : <h2>{message(question)}</h2>}
      {reply === undefined ? (
        <p className={styles['silence']}>
          {text('ask.silence', { reason: silence === undefined ? '' : message(silence) })}
        </p>
      ) : (
        <>
          <p>
            {text('ask.reply', { type: reply.type, to: reply.to })}
            {delayS > 0 ? ` ${text('ask.delay', { seconds: delayS })}` : ''}
          </p>
          <Message lines={reply.lines} />
        </>
      )}
      {lines.length === 0 ? null : (
        <>
          <h3>{text('ask.lines')}</h3>
          <ul>
            {lines.map((line) => (
              <li key={`${line.file}:${line.line}`}>
                <code>
                  {line.file}:{line.line} {line.text}
                </code>
              </li>
            ))}
          </ul>
        </>
      )}
      {tags.length === 0 ? null : (
        <>
          <h3>{text('ask.tags')}</h3>
          <ul>
            {tags.map((tag, i) => (
              <li key={`${tag.name}${i}`}>
                <TagLine tag={tag} />
              </li>
            ))}
          </ul>
        </>
      )}
      {log.length === 0 ? null : (
        <>
          <h3>{text('server.log')}</h3>
          <pre>{log.join('\n')}</pre>
        </>
      )}
      {request.length === 0 ? null : (
        <details>
          <summary>{text('ask.request')}</summary>
          <Message lines={request} />
        </details>
      )}
    </section>
  );
}

function TagLine({ tag }: { readonly tag: AskTag }): ReactNode {
  const text = useText();
  const message = useMessage();
  return (
    <>
      <b>{tag.name}</b>
      {text('page.pair', { name: '', what: message(tag.why) })}
      {tag.line === undefined ? null : (
        <code>
          {' '}
          {tag.line.file}:{tag.line.line} {tag.line.text}
        </code>
      )}
    </>
  );
}

function Message({ lines }: { readonly lines: AskAnswer['request'] }): ReactNode {
  return (
    <table>
      <tbody>
        {lines.map(({ name, value, code }, i) => (
          <tr key={`${code ?? name}${i}`}>
            <th scope="row">{code === undefined ? name : `${code} ${name}`}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
