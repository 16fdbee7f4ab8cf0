/** The conversation of the selected frame, both directions, and the files that crossed the network. */
import { useEffect, useState, type ReactNode } from 'react';
import { hexDump } from '../../../analysis/packets/packet-text.ts';
import type { ObjectView, StreamView } from '../../../threads/api/analysis-api.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import { usePackets } from '../../../page/packets/packet-store.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { Button, CommandButton } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { lazyPart } from '../../parts/states/lazy-part.tsx';
import { useSelectFrame, useSelectedFrame } from '../packets/detail/use-selected-frame.ts';
import { PacketMenu } from '../packets/menu/packet-menu.tsx';
import { useOpenMenu } from '../packets/menu/use-open-menu.ts';
import styles from '../story/story.module.css';
import { ObjectsTable } from './objects-table.tsx';
import { printable } from './printable.ts';
import own from './streams.module.css';
import { STREAM_TEXTS as T } from './texts.ts';

const SHOWN_BYTES = 64 * 1024;

/** The turns, limited to the number of bytes that a page can show. */
function firstBytes(stream: StreamView): StreamView['turns'] {
  let shown = 0;
  return stream.turns.filter((turn) => {
    const before = shown;
    shown += turn.bytes.length;
    return before <= SHOWN_BYTES;
  });
}

const [Handshake] = lazyPart(async () => (await import('./handshake-view.tsx')).Handshake, null);

/** It begins with a record of a handshake (RFC 5246 §6.2.1). */
function isTls({ turns }: StreamView): boolean {
  const [type, major] = turns[0]?.bytes ?? [];
  return type === 22 && major === 3;
}

const MODES = ['ascii', 'hex', 'tree'] as const;
type Mode = (typeof MODES)[number];

function shownAs({ bytes, tree }: StreamView['turns'][number], mode: Mode): string {
  if (mode === 'ascii') return printable(bytes);
  return mode === 'hex' || tree === undefined ? hexDump(bytes) : tree;
}

export function Streams(): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const { client } = usePageQueries();
  const selectFrame = useSelectFrame();
  const selected = useSelectedFrame();
  const row = selected?.row;
  const capture = useView((state) => state.capture);
  const frames = useRecord((state) => state.update?.frames ?? 0);
  const generation = useRecord((state) => state.update?.generation);
  const [stream, setStream] = useState<StreamView | undefined>();
  const [mode, setMode] = useState<Mode>('ascii');
  const [side, setSide] = useState('');
  const openMenu = useOpenMenu();
  const isMenuOpen = usePackets((state) => state.menu !== undefined);
  const commands = useCommands();
  const [objects, setObjects] = useState<readonly ObjectView[]>([]);
  useEffect(() => {
    let live = true;
    void (async () => {
      const next = row === undefined ? undefined : await client.analysis.follow(row, mode === 'tree');
      if (live) setStream(next);
    })();
    return () => {
      live = false;
    };
  }, [client, row, capture, mode]);
  // Files of another capture are not here any more.
  useEffect(() => setObjects([]), [capture, generation]);
  const find = (): void => {
    void client.analysis.objects().then(setObjects);
  };
  const choose = async (index: number): Promise<void> => {
    const event = await client.analysis.eventOfFrame(index + 1);
    await commands.run('packets.choose', { number: index + 1, event: event ?? -1 });
  };
  const select = async (index: number): Promise<void> => {
    const event = await client.analysis.eventOfFrame(index + 1);
    selectFrame({ event: event ?? -1, number: index + 1 });
  };
  const speakers = [...new Set(stream?.turns.map(({ from }) => from))];
  const isOneSide = speakers.includes(side);
  const turns = (stream === undefined ? [] : firstBytes(stream)).filter(({ from }) => !isOneSide || from === side);
  return (
    <div className={styles['panel']}>
      {isMenuOpen ? <PacketMenu /> : null}
      <div className={styles['bar']}>
        <div className={own['tools']} role="group" aria-label={text(T.show)}>
          {MODES.map((id) => (
            <Button key={id} kind="view" label={text(T[id])} isPressed={mode === id} onPress={() => setMode(id)} />
          ))}
        </div>
        {speakers.length > 1 ? (
          <select
            className={own['side']}
            aria-label={text(T.side)}
            value={isOneSide ? side : ''}
            onChange={({ target }) => setSide(target.value)}
          >
            <option value="">{text(T.both)}</option>
            {speakers.map((speaker) => (
              <option key={speaker} value={speaker}>
                {speaker}
              </option>
            ))}
          </select>
        ) : null}
        <CommandButton id="packets.filter-conversation" />
        <Button label={text('streams.find')} isDisabled={(capture?.frames ?? frames) === 0} onPress={find} />
      </div>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text(panelTitle('streams'))}>
        {objects.length > 0 ? <ObjectsTable objects={objects} /> : null}
        {stream === undefined ? (
          objects.length === 0 ? (
            <Empty title={text('streams.empty')} />
          ) : null
        ) : (
          <>
            <h2 className={styles['heading']}>
              {stream.title}
              {turns.length < stream.turnCount && !isOneSide
                ? `, ${text(T.more, { shown: turns.length, count: stream.turnCount })}`
                : ''}
            </h2>
            {row !== undefined && isTls(stream) ? <Handshake row={row} /> : null}
            {turns.map((turn, i) => {
              const before = turns[i - 1];
              return (
                <pre
                  key={turn.index}
                  className={styles['turn']}
                  data-first={turn.from === stream.turns[0]?.from}
                  data-selected={turn.index + 1 === selected?.number}
                  onContextMenu={(event) => {
                    void choose(turn.index);
                    openMenu.at(event);
                  }}
                  onKeyDown={(event) => {
                    if (openMenu.byKey(event)) void choose(turn.index);
                  }}
                >
                  <button type="button" className={styles['turnHead']} onClick={() => void select(turn.index)}>
                    {turn.index + 1} · {numbers.seconds(turn.timeNs)}{' '}
                    {before === undefined
                      ? ''
                      : `${text(T.after, { time: numbers.seconds(turn.timeNs - before.timeNs) })} `}
                    {turn.from}, {numbers.bytes(turn.bytes.length)}
                  </button>
                  {shownAs(turn, mode)}
                </pre>
              );
            })}
          </>
        )}
      </div>
    </div>
  );
}
