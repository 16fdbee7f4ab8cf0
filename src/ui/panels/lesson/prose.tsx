/**
 * The Markdown of lessons as elements: links lead to panels; terms and fields open their explanation on hover, focus or a
 * click.
 */
import { useId, useMemo, useState, type ReactNode } from 'react';
import { FIELD_HELP } from '../../../analysis/field-help.ts';
import { parseInlines, parseMarkdown, type Block, type Inline } from '../../../lessons/markdown.ts';
import type { Prose as ProseText } from '../../../lessons/schema.ts';
import { textIn } from '../../../lessons/text-in.ts';
import { useLesson } from '../../../page/lessons/lesson-store.ts';
import { useView } from '../../../page/store.ts';
import { useCommands } from '../../hooks.ts';
import styles from './lesson.module.css';

export function Prose({ text }: { readonly text: ProseText }): ReactNode {
  const language = useView((state) => state.language);
  const words = textIn(text, language);
  const blocks = useMemo(() => parseMarkdown(words), [words]);
  return (
    <div className={styles['prose']}>
      {blocks.map((block, i) => (
        // The blocks of a text do not change places.
        // oxlint-disable-next-line react/no-array-index-key
        <BlockView key={i} block={block} />
      ))}
    </div>
  );
}

/** A line of Markdown within another element. */
export function ProseLine({ text }: { readonly text: ProseText }): ReactNode {
  const language = useView((state) => state.language);
  const words = textIn(text, language);
  const inlines = useMemo(() => parseInlines(words), [words]);
  return <Inlines inlines={inlines} />;
}

function BlockView({ block }: { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Inlines inlines={block.inlines} />
        </p>
      );
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List>
          {block.items.map((item, i) => (
            // oxlint-disable-next-line react/no-array-index-key
            <li key={i}>
              <Inlines inlines={item} />
            </li>
          ))}
        </List>
      );
    }
  }
}

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }): ReactNode {
  // oxlint-disable-next-line react/no-array-index-key
  return inlines.map((inline, i) => <InlineView key={i} inline={inline} />);
}

function InlineView({ inline }: { readonly inline: Inline }): ReactNode {
  const commands = useCommands();
  const language = useView((state) => state.language);
  switch (inline.kind) {
    case 'text':
      // In French these marks stand behind a blank, and never begin a line.
      return language === 'fr' ? inline.text.replace(/ (?=[?!:;»])/g, '\u00a0') : inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'em':
      return (
        <em>
          <Inlines inlines={inline.inlines} />
        </em>
      );
    case 'strong':
      return (
        <strong>
          <Inlines inlines={inline.inlines} />
        </strong>
      );
    case 'panel':
      return (
        <button type="button" className={styles['link']} onClick={() => void commands.run('view.panel', inline.id)}>
          {inline.text}
        </button>
      );
    case 'term':
      return <Term id={inline.id} text={inline.text} />;
    case 'field':
      return <Field id={inline.id} text={inline.text} />;
  }
}

function Term({ id, text }: { readonly id: string; readonly text: string }): ReactNode {
  const language = useView((state) => state.language);
  const entry = useLesson(({ glossary }) => (Object.hasOwn(glossary, id) ? glossary[id] : undefined));
  if (entry === undefined) return text;
  return <Explained text={text} term={textIn(entry.term, language)} about={textIn(entry.text, language)} />;
}

/** A field of a frame, with the help that the layer tree gives. */
function Field({ id, text }: { readonly id: string; readonly text: string }): ReactNode {
  const language = useView((state) => state.language);
  const help = Object.hasOwn(FIELD_HELP, id) ? FIELD_HELP[id] : undefined;
  return help === undefined ? text : <Explained text={text} term={id} about={help[language]} />;
}

/** A word with its explanation. */
function Explained({
  text,
  term,
  about,
}: {
  readonly text: string;
  readonly term: string;
  readonly about: string;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const tip = useId();
  return (
    <span onMouseEnter={() => setOpen(true)} onMouseLeave={() => setOpen(false)}>
      <button
        type="button"
        className={styles['term']}
        aria-describedby={tip}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !isOpen) return;
          event.stopPropagation();
          setOpen(false);
        }}
      >
        {text}
      </button>
      <span id={tip} role="tooltip" className={styles['tip']} hidden={!isOpen}>
        <b>{term}</b> {about}
      </span>
    </span>
  );
}
