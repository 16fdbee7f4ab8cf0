/** What an emulated PC boots from: the order of its devices, and the media in its drives. */
import { useRef, type ReactNode } from 'react';
import { contentOfFile } from '../../../page/document/file-content.ts';
import { useDocument, useLive } from '../../../page/store.ts';
import type { FileContent, PcNode } from '../../../scenario/schema.ts';
import { useController, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { faultReport, scenarioMessage } from '../../../scenario/fault-texts.ts';

const ORDERS: readonly (readonly PcNode['bootOrder'][number][])[] = [
  ['network'],
  ['network', 'disk'],
  ['disk', 'network'],
  ['cdrom', 'network'],
  ['floppy', 'network'],
];

const DRIVES = ['floppy', 'cdrom', 'disk'] as const;
type Drive = (typeof DRIVES)[number];

function nameOf(content: FileContent): string {
  if ('userFile' in content) return content.userFile;
  if ('image' in content) return content.image;
  return '…';
}

export function PcFields({ node }: { readonly node: PcNode }): ReactNode {
  const text = useText();
  const edit = useDocument((state) => state.edit);
  const change = (apply: (draft: PcNode) => void): void => {
    edit((scenario) => {
      const draft = scenario.nodes.find(({ name }) => name === node.name);
      if (draft?.kind === 'pc') apply(draft);
    });
  };
  const key = (order: PcNode['bootOrder']): string => order.join(' ');
  const orders = ORDERS.some((order) => order.join(' ') === key(node.bootOrder)) ? ORDERS : [node.bootOrder, ...ORDERS];
  return (
    <>
      <label>
        {text('pc.bootOrder')}
        <select
          value={key(node.bootOrder)}
          onChange={({ target }) =>
            change((draft) => {
              draft.bootOrder = target.value.split(' ') as PcNode['bootOrder'];
            })
          }
        >
          {orders.map((order) => (
            <option key={order.join(' ')} value={order.join(' ')}>
              {order.map((device) => text(`pc.device.${device}`)).join(', ')}
            </option>
          ))}
        </select>
      </label>
      <label>
        {text('pc.keyboard')}
        <select
          value={node.keyboardLayout}
          onChange={({ target }) =>
            change((draft) => {
              draft.keyboardLayout = target.value as PcNode['keyboardLayout'];
            })
          }
        >
          {(['us', 'fr', 'de'] as const).map((layout) => (
            <option key={layout}>{layout}</option>
          ))}
        </select>
      </label>
      {DRIVES.map((drive) => (
        <Medium
          key={drive}
          drive={drive}
          content={node.media[drive]}
          onChange={(content) =>
            change((draft) => {
              if (content === undefined) delete draft.media[drive];
              else draft.media[drive] = content;
            })
          }
        />
      ))}
    </>
  );
}

/** One drive: empty, or with a medium that can be taken out. It takes effect when the lab restarts. */
function Medium({
  drive,
  content,
  onChange,
}: {
  readonly drive: Drive;
  readonly content: FileContent | undefined;
  readonly onChange: (content: FileContent | undefined) => void;
}): ReactNode {
  const text = useText();
  const { manifest } = useController().client;
  const input = useRef<HTMLInputElement>(null);
  const insert = async (file: File): Promise<void> => {
    try {
      onChange(await contentOfFile(file.name, new Uint8Array(await file.arrayBuffer()), manifest.files));
    } catch {
      useLive.setState({ faults: [faultReport(file.name, scenarioMessage('scenario.file-cannot-be-kept'))] });
    }
  };
  const device = text(`pc.device.${drive}`);
  if (content !== undefined)
    return <Button label={text('pc.eject', { device, name: nameOf(content) })} onPress={() => onChange(undefined)} />;
  return (
    <>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={text('pc.insert', { device })}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void insert(file);
          target.value = '';
        }}
      />
      <Button label={text('pc.insert', { device })} onPress={() => input.current?.click()} />
    </>
  );
}
