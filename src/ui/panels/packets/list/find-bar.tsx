/** Looks for a packet, forwards and back, as Wireshark's find bar does. */
import { useState, type ReactNode } from 'react';
import type { SearchQuery } from '../../../../threads/api/packets-api.ts';
import { usePackets } from '../../../../page/packets/packet-store.ts';
import { useCommands, useMessage, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { PACKET_TEXTS as T } from '../texts.ts';
import styles from '../packets.module.css';

const KINDS = [
  { id: 'list', label: T.textInList },
  { id: 'layers', label: T.textInLayers },
  { id: 'bytes', label: T.textInBytes },
  { id: 'hex', label: T.kindHex },
  { id: 'filter', label: T.kindFilter },
] as const;

type Kind = (typeof KINDS)[number]['id'];

function queryOf(kind: Kind, text: string): SearchQuery {
  return kind === 'hex' || kind === 'filter' ? { kind, text } : { kind: 'text', text, place: kind };
}

export function FindBar(): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const query = usePackets((state) => state.query);
  const found = usePackets((state) => state.found);
  const [kind, setKind] = useState<Kind>(
    query === undefined ? 'list' : query.kind === 'text' ? query.place : query.kind,
  );
  const [wanted, setWanted] = useState(query?.text ?? '');
  const search = (back: boolean): void => {
    if (wanted !== '') void commands.run('packets.search', { query: queryOf(kind, wanted), back });
  };
  const close = (): void => void commands.run('packets.close', 'find');
  return (
    <search className={styles['findBar']} aria-label={text(T.find)}>
      <select
        aria-label={text(T.kind)}
        value={kind}
        onChange={({ target }) => setKind(KINDS.find(({ id }) => id === target.value)?.id ?? 'list')}
      >
        {KINDS.map(({ id, label }) => (
          <option key={id} value={id}>
            {text(label)}
          </option>
        ))}
      </select>
      <input
        autoFocus
        aria-label={text(T.wanted)}
        value={wanted}
        spellCheck={false}
        data-testid="find"
        onChange={({ target }) => setWanted(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search(event.shiftKey);
          else if (event.key === 'Escape') {
            event.stopPropagation();
            close();
          }
        }}
      />
      <Button label={text('packets.find-previous')} onPress={() => search(true)}>
        ↑
      </Button>
      <Button label={text('packets.find-next')} onPress={() => search(false)}>
        ↓
      </Button>
      <output className={styles['foundText']} data-testid="found">
        {found === undefined ? '' : 'problem' in found ? message(found.problem) : text(found.id, found.parameters)}
      </output>
      <Button label={text('packets.close')} onPress={close}>
        ✕
      </Button>
    </search>
  );
}
