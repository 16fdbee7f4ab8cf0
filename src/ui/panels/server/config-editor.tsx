/**
 * dnsmasq.conf or dhcpd.conf as text: lines that the program would reject are marked while typing; the lab uses the text when it is
 * applied.
 */
import { autocompletion, completionKeymap, type CompletionContext } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { ServerNode } from '../../../scenario/schema.ts';
import { useLive } from '../../../page/store.ts';
import { useCommands, useMessage, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { ViewBar } from '../../parts/bars/view-bar.tsx';
import styles from './server.module.css';
import { TablesEditor, type TableService } from './tables-editor.tsx';

/** Comments, names of directives, tags and numbers. */
const language = StreamLanguage.define({
  token(stream) {
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.sol() && stream.match(/^\s*[a-z][a-z0-9-]*/)) return 'keyword';
    if (stream.match(/^(set|tag|option|option6|vendor|encap|vi-encap|id|net):!?[\w-]*/)) return 'labelName';
    if (stream.match(/^\d+(\.\d+){3}(\/\d+)?/) || stream.match(/^[0-9a-f]{2}(:[0-9a-f*]{2}){5}/i)) return 'number';
    if (stream.match(/^"[^"]*"/)) return 'string';
    stream.next();
    return null;
  },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--text-quiet)', fontStyle: 'italic' },
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.labelName, color: 'var(--p-dhcp)' },
  { tag: tags.number, color: 'var(--p-http)' },
  { tag: tags.string, color: 'var(--p-dns)' },
]);

type Configured = 'dnsmasq' | 'dhcpd';

type Shown = Configured | TableService;

const LABELS: Readonly<Record<Shown, string>> = {
  dhcpd: 'dhcpd.conf',
  dnsmasq: 'dnsmasq.conf',
  rarp: 'ethers',
  bootparams: 'bootparams',
};

/** A server may have several: then a person chooses. */
export function ConfigEditor({ server }: { readonly server: ServerNode }): ReactNode {
  const text = useText();
  const [chosen, setChosen] = useState<Shown>('dhcpd');
  const there = (['dhcpd', 'dnsmasq', 'rarp', 'bootparams'] as const).filter((id) => server.services[id] !== undefined);
  const shown = there.includes(chosen) ? chosen : there[0];
  if (shown === undefined) return <Empty title={text('server.noConfig')} />;
  return (
    <>
      {there.length > 1 ? (
        <ViewBar
          label={text('server.config')}
          views={there.map((id) => ({ id, label: LABELS[id] }))}
          shown={shown}
          onShow={setChosen}
        />
      ) : null}
      {shown === 'rarp' || shown === 'bootparams' ? (
        <TablesEditor key={shown} server={server} service={shown} />
      ) : (
        <OneEditor key={shown} server={server} service={shown} />
      )}
    </>
  );
}

function OneEditor({ server, service }: { readonly server: ServerNode; readonly service: Configured }): ReactNode {
  const text = useText();
  const said = useMessage();
  const controller = usePageQueries();
  const commands = useCommands();
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const stale = useLive((state) => state.stale);
  const [dirty, setDirty] = useState(false);
  const config = server.services[service]?.config;
  const { name } = server;
  useEffect(() => {
    const { current } = holder;
    if (current === null || config === undefined) return undefined;
    const { lab } = controller.client;
    const editor = new EditorView({
      parent: current,
      state: EditorState.create({
        doc: config,
        extensions: [
          lineNumbers(),
          history(),
          bracketMatching(),
          language,
          syntaxHighlighting(colours),
          lintGutter(),
          keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          // What can be edited takes the focus in every browser, but tools for accessibility ask for it in words.
          EditorView.contentAttributes.of({ 'aria-label': text('server.configOf', { server: name }), tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) setDirty(update.state.doc.toString() !== config);
          }),
          linter(
            async ({ state }) => {
              const problems = await lab.checkConfig(state.doc.toString(), service);
              return problems.map(({ line, message }) => {
                const at = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
                return { from: at.from, to: at.to, severity: 'error' as const, message: said(message) };
              });
            },
            { delay: 250 },
          ),
          autocompletion({
            override: [
              async (context: CompletionContext) => {
                const word = context.matchBefore(/[\w:-]*/);
                if (service !== 'dnsmasq' || word === null || (word.from === word.to && !context.explicit)) return null;
                const line = context.state.doc.lineAt(context.pos);
                const options = await lab.completeConfig(line.text.slice(0, context.pos - line.from));
                return { from: word.from, options: options.map((item) => ({ label: item.text, detail: item.detail })) };
              },
            ],
          }),
        ],
      }),
    });
    view.current = editor;
    setDirty(false);
    return () => editor.destroy();
  }, [config, name, service, controller, text, said]);
  const apply = async (): Promise<void> => {
    const next = view.current?.state.doc.toString();
    if (next === undefined) return;
    await commands.run('server.configure', { server: name, service, config: next });
  };
  return (
    <div className={styles['editor']}>
      <div ref={holder} className={styles['code']} data-testid="config-editor" />
      <div className={styles['apply']}>
        <Button
          label={text('server.apply')}
          kind="primary"
          isDisabled={!dirty && !stale}
          onPress={() => void apply()}
        />
        <span>{dirty ? text('server.notApplied') : ''}</span>
      </div>
    </div>
  );
}
