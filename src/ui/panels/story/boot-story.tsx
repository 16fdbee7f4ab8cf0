/** The boot in about ten lines, one for each phase; each unfolds down to its frames, and all can be copied as text. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { ChainLink } from '../../../analysis/story/explain/explain.ts';
import { storyText, type BootStory as Story, type StoryLine } from '../../../analysis/story/narrative/narrative.ts';
import type { AnyText } from '../../../page/i18n/index.ts';
import { storyteller, useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import { useCommands, useMessage, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { ChainItem } from '../explain/explain.tsx';
import styles from './story.module.css';

const TITLE: AnyText = { en: 'The boot in short', fr: 'Le démarrage en bref' };
const TITLE_OF: AnyText = { en: 'The boot of {machine} in short', fr: 'Le démarrage de {machine} en bref' };
const COPY: AnyText = { en: 'Copy as text', fr: 'Copier le texte' };
const COPIED: AnyText = { en: 'Copied', fr: 'Copié' };
const SELECT: AnyText = { en: 'Show', fr: 'Montrer' };

/** While the lab runs the story is asked for at most so often. */
const AGAIN_MS = 700;
/** Of a crowd of machines only the one that is looked at has its story shown. */
const MOST_STORIES = 4;

function useStories(): readonly Story[] {
  const { client } = usePageQueries();
  const [stories, setStories] = useState<readonly Story[]>([]);
  const timeNs = useRecord((state) => state.update?.timeNs);
  const generation = useRecord((state) => state.update?.generation);
  const waiting = useRef(false);
  useEffect(() => {
    if (waiting.current) return;
    waiting.current = true;
    void storyteller(client).stories().then(setStories);
    setTimeout(() => {
      waiting.current = false;
      void storyteller(client).stories().then(setStories);
    }, AGAIN_MS);
  }, [client, timeNs, generation]);
  return stories;
}

export function BootStory(): ReactNode {
  const text = useText();
  const message = useMessage();
  const all = useStories();
  const machine = useView((state) => state.machine);
  const own = all.filter((story) => story.machine === machine);
  const shown = all.length <= MOST_STORIES ? all : own.length > 0 ? own : all.slice(0, MOST_STORIES);
  const stories = shown.filter(({ lines }) => lines.length > 0);
  const [isCopied, setCopied] = useState(false);
  if (stories.length === 0) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(storyText(stories, message));
    setCopied(true);
  };
  return (
    <section data-testid="boot-story">
      {stories.map((story) => (
        <div key={story.machine}>
          <h2 className={styles['heading']}>
            {stories.length === 1 ? text(TITLE) : text(TITLE_OF, { machine: story.machine })}
          </h2>
          <ol className={styles['chapters']}>
            {story.lines.map((line, i) => (
              <Chapter key={`${line.event} ${i}`} machine={story.machine} line={line} index={i} />
            ))}
          </ol>
        </div>
      ))}
      <p className={styles['note']}>
        <Button label={text(isCopied ? COPIED : COPY)} onPress={() => void copy()} />
      </p>
    </section>
  );
}

function Chapter({
  machine,
  line,
  index,
}: {
  readonly machine: string;
  readonly line: StoryLine;
  readonly index: number;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const message = useMessage();
  const commands = useCommands();
  const { client } = usePageQueries();
  const [links, setLinks] = useState<readonly ChainLink[]>([]);
  const open = async (): Promise<void> => setLinks(await storyteller(client).unfoldStory(machine, index));
  return (
    <li data-lost={line.lost > 0}>
      <details
        onToggle={({ currentTarget }) => {
          if (currentTarget.open) void open();
        }}
      >
        <summary>
          <time>{numbers.seconds(line.fromNs)}</time> <b>{message(line.phase)}</b> {message(line.says)}
        </summary>
        <p className={styles['note']}>
          <Button label={text(SELECT)} onPress={() => void commands.run('select', { kind: 'event', id: line.event })} />
        </p>
        <ol className={styles['events']}>
          {links.map((link) => (
            <ChainItem key={link.event.id} link={link} />
          ))}
        </ol>
      </details>
    </li>
  );
}
