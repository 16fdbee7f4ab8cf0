/** The catalogue of labs: cards in groups, with search, level and kind of machine; the course and the reader's own labs. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Dialog, GridList, GridListItem, Heading, Modal, ModalOverlay, Text } from 'react-aria-components';
import type { LessonEntry } from '../../../lessons/catalogue.ts';
import { textIn } from '../../../lessons/text-in.ts';
import { useLabs } from '../../../page/document/kept/lab-library.ts';
import { LAB_GROUPS, textsOf, type LabGroup, type LabPlace, type SiteLab } from '../../../page/document/site-lab.ts';
import { readSiteLabs } from '../../../page/document/site-labs.ts';
import type { LabSummary } from '../../../page/document/kept/stored-labs.ts';
import { useLesson } from '../../../page/lessons/lesson-store.ts';
import { useView } from '../../../page/store.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { CATALOGUE_TEXTS as TEXTS } from './catalogue-texts.ts';
import { LabThumbnail } from './lab-thumbnail.tsx';
import { OwnLabs, Removed, Rename } from './own-labs.tsx';
import styles from './catalogue.module.css';

/** Whether a text contains all words of a query. */
function matches(query: string, text: string): boolean {
  const plain = (some: string): string => some.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain(query).split(/\s+/);
  return words.every((word) => plain(text).includes(word));
}

const LEVELS = ['1', '2', '3'] as const;
const MACHINES = ['bare', 'pc'] as const;

interface Choice {
  readonly query: string;
  /** `all`, or one level. */
  readonly level: string;
  /** `all`, or one kind. */
  readonly machine: string;
}

const ALL: Choice = { query: '', level: 'all', machine: 'all' };

export function Catalogue(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const close = (): void => void commands.run('dialog.close', 'labs');
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={close} className={styles['overlay'] ?? ''}>
      <Modal className={styles['modal'] ?? ''}>
        <Dialog className={styles['dialog'] ?? ''} aria-label={text('lab.choose')}>
          <Contents close={close} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Contents({ close }: { readonly close: () => void }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const [choice, setChoice] = useState(ALL);
  const [renamed, setRenamed] = useState<LabSummary | undefined>();
  const lists = useRef<HTMLDivElement>(null);
  const open = (opening: Promise<unknown>): void => {
    close();
    void opening;
  };
  const toList = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    lists.current?.querySelector<HTMLElement>('[role="row"]')?.focus();
  };
  if (renamed !== undefined)
    return (
      <Rename
        lab={renamed}
        close={() => {
          setRenamed(undefined);
          // Its new name need not match the search.
          setChoice(ALL);
        }}
      />
    );
  return (
    <>
      <div className={styles['head']}>
        <Heading slot="title" className={styles['heading'] ?? ''}>
          {text(TEXTS.title)}
        </Heading>
        <input
          autoFocus
          type="search"
          aria-label={text('labs.search')}
          placeholder={text('labs.search')}
          value={choice.query}
          onChange={({ target }) => setChoice({ ...choice, query: target.value })}
          onKeyDown={toList}
        />
        <select
          aria-label={text(TEXTS.level)}
          value={choice.level}
          onChange={({ target }) => setChoice({ ...choice, level: target.value })}
        >
          <option value="all">{text(TEXTS.everyLevel)}</option>
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {text(TEXTS.levelOf, { level })}
            </option>
          ))}
        </select>
        <select
          aria-label={text(TEXTS.machine)}
          value={choice.machine}
          onChange={({ target }) => setChoice({ ...choice, machine: target.value })}
        >
          <option value="all">{text(TEXTS.everyMachine)}</option>
          {MACHINES.map((machine) => (
            <option key={machine} value={machine}>
              {text(TEXTS[machine])}
            </option>
          ))}
        </select>
        <span className={styles['actions']}>
          <Button label={text('app.newLab')} onPress={() => open(commands.run('lab.new'))} />
          <Button label={text('labs.openFile')} onPress={() => open(commands.invoke('file.open'))} />
          {commands.whyNot('lab.previous') === undefined ? (
            <Button label={text('labs.previous')} onPress={() => open(commands.run('lab.previous'))} />
          ) : null}
        </span>
        <span className={styles['close']}>
          <Button label={text('problems.close')} kind="icon" onPress={close}>
            <Icon name="close" />
          </Button>
        </span>
      </div>
      <div ref={lists} className={styles['lists']}>
        <Own choice={choice} open={open} onRename={setRenamed} />
        <Site choice={choice} open={open} />
      </div>
    </>
  );
}

type Opening = (opening: Promise<unknown>) => void;

function Own({
  choice: { query, level, machine },
  open,
  onRename,
}: {
  readonly choice: Choice;
  readonly open: Opening;
  readonly onRename: (lab: LabSummary) => void;
}): ReactNode {
  const text = useText();
  const commands = useCommands();
  const own = useLabs((state) => state.labs).filter(({ name }) => matches(query, name));
  // They have no level, and may have any machine.
  if (level !== 'all' || machine !== 'all') return null;
  return (
    <section>
      <h2>{text('labs.yours')}</h2>
      <Removed />
      {own.length === 0 ? (
        <p className={styles['quiet']}>{query === '' ? text('labs.none') : text('labs.noMatch', { query })}</p>
      ) : (
        <OwnLabs labs={own} onOpen={(id) => open(commands.run('lab.open-own', id))} onRename={onRename} />
      )}
    </section>
  );
}

type Listed = SiteLab & { readonly place: LabPlace };

function Site({ choice, open }: { readonly choice: Choice; readonly open: Opening }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const language = useView((state) => state.language);
  const [labs, setLabs] = useState<readonly Listed[]>();
  const lessons = useLesson((state) => state.list);
  useEffect(() => {
    // The lessons stand between the labs: shown later than these, they would push them away.
    const listed = Promise.allSettled([commands.run('course.load')]);
    void readSiteLabs(document.baseURI).then(async (all) => {
      await listed;
      setLabs(all.flatMap((lab) => (lab.place === undefined ? [] : [{ ...lab, place: lab.place }])));
    });
  }, [commands]);
  if (labs === undefined) return null;
  const { query, level, machine } = choice;
  const isLevel = (of: number): boolean => level === 'all' || level === String(of);
  const found = labs.filter((lab) => {
    const { name, description } = textsOf(lab, language);
    const { place } = lab;
    if (!isLevel(place.level) || (machine !== 'all' && machine !== place.machine)) return false;
    return matches(query, `${name} ${description} ${place.shows[language]} ${text(TEXTS[place.group])}`);
  });
  const course = lessons.filter(
    ({ title, summary, level: of }) =>
      isLevel(of) && machine === 'all' && matches(query, `${textIn(title, language)} ${textIn(summary, language)}`),
  );
  const groupOf = (group: LabGroup): ReactNode => (
    <Group
      key={group}
      title={text(TEXTS[group])}
      labs={found.filter(({ place }) => place.group === group)}
      onOpen={(file) => open(commands.run('lab.open', file))}
    />
  );
  if (found.length + course.length === 0 && query !== '')
    return <p className={styles['quiet']}>{text('labs.noMatch', { query })}</p>;
  return (
    <>
      {groupOf('start')}
      <Course lessons={course} onOpen={(id) => open(commands.run('lesson.open', id))} />
      {LAB_GROUPS.filter((group) => group !== 'start').map(groupOf)}
    </>
  );
}

function Group({
  title,
  labs,
  onOpen,
}: {
  readonly title: string;
  readonly labs: readonly Listed[];
  readonly onOpen: (file: string) => void;
}): ReactNode {
  const text = useText();
  const language = useView((state) => state.language);
  if (labs.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <GridList
        aria-label={title}
        layout="grid"
        className={styles['cards'] ?? ''}
        items={labs.map((lab) => ({ ...lab, id: lab.file }))}
        dependencies={[language]}
        onAction={(key) => onOpen(String(key))}
      >
        {(lab) => {
          const { name } = textsOf(lab, language);
          const { level, seconds, machine, shows, sketch } = lab.place;
          return (
            <GridListItem id={lab.file} textValue={name} className={styles['card'] ?? ''}>
              <LabThumbnail sketch={sketch} />
              <span className={styles['words']}>
                <Text className={styles['title'] ?? ''}>{name}</Text>
                <Text slot="description" className={styles['description'] ?? ''}>
                  {shows[language]}
                </Text>
                <span className={styles['facts']}>
                  {text(TEXTS.levelOf, { level })} · {text(TEXTS[machine])}
                  {seconds === undefined ? null : ` · ${text(TEXTS.seconds, { seconds })}`}
                </span>
              </span>
            </GridListItem>
          );
        }}
      </GridList>
    </section>
  );
}

function Course({
  lessons,
  onOpen,
}: {
  readonly lessons: readonly LessonEntry[];
  readonly onOpen: (id: string) => void;
}): ReactNode {
  const text = useText();
  const language = useView((state) => state.language);
  if (lessons.length === 0) return null;
  return (
    <section>
      <h2>{text(TEXTS.course)}</h2>
      <GridList
        aria-label={text(TEXTS.course)}
        layout="grid"
        className={styles['cards'] ?? ''}
        items={lessons}
        dependencies={[language]}
        onAction={(key) => onOpen(String(key))}
      >
        {({ id, kind, title, summary, level, minutes }) => (
          <GridListItem id={id} textValue={textIn(title, language)} className={styles['card'] ?? ''}>
            <span className={styles['words']}>
              <Text className={styles['title'] ?? ''}>{textIn(title, language)}</Text>
              <Text slot="description" className={styles['description'] ?? ''}>
                {textIn(summary, language)}
              </Text>
              <span className={styles['facts']}>
                {text(TEXTS[kind])} · {text(TEXTS.levelOf, { level })} · {text(TEXTS.minutes, { minutes })}
              </span>
            </span>
          </GridListItem>
        )}
      </GridList>
    </section>
  );
}
