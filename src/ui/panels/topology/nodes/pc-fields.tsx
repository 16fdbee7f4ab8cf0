/** What an emulated PC boots from: the order of its devices, and the media in its drives. */
import { useRef, type ReactNode } from 'react';
import type { ValuePath } from '../../../../page/document/edits/set-value.ts';
import { choices } from '../../../../scenario/field-limits.ts';
import type { FileContent, PcNode } from '../../../../scenario/schema.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { lazyPart } from '../../../parts/states/lazy-part.tsx';

const [FlashFields] = lazyPart(async () => (await import('./firmware/flash-fields.tsx')).FlashFields, null);

const [NvramFields] = lazyPart(async () => (await import('./firmware/nvram-fields.tsx')).NvramFields, null);

const [LiveDrives] = lazyPart(async () => (await import('./live-drives.tsx')).LiveDrives, null);

const ORDERS: readonly (readonly PcNode['bootOrder'][number][])[] = [
  ['network'],
  ['network', 'disk'],
  ['disk', 'network'],
  ['cdrom', 'network'],
  ['floppy', 'network'],
];

/** What is made for a drive. A stick is a disk to the BIOS. */
const MADE = { floppy: 'floppy', cdrom: 'iso', disk: 'usb' } as const;
const FIRST_SCRIPT = `#!ipxe
dhcp
chain http://\${next-server}/boot.ipxe || shell
`;

const DRIVES = ['floppy', 'cdrom', 'disk'] as const;
type Drive = (typeof DRIVES)[number];

function nameOf(content: FileContent, text: ReturnType<typeof useText>): string {
  if ('userFile' in content) return content.userFile;
  if ('image' in content) return content.image;
  if ('medium' in content) return text('grubConfig' in content ? 'pc.made.grub' : `pc.made.${content.medium}`);
  return '…';
}

export function PcFields({ node }: { readonly node: PcNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const set = (path: ValuePath, value: unknown): void =>
    void commands.run('edit.set', { of: { node: node.name }, path, value });
  const key = (order: PcNode['bootOrder']): string => order.join(' ');
  const orders = ORDERS.some((order) => order.join(' ') === key(node.bootOrder)) ? ORDERS : [node.bootOrder, ...ORDERS];
  return (
    <>
      <label>
        {text('pc.bootOrder')}
        <select value={key(node.bootOrder)} onChange={({ target }) => set(['bootOrder'], target.value.split(' '))}>
          {orders.map((order) => (
            <option key={order.join(' ')} value={order.join(' ')}>
              {order.map((device) => text(`pc.device.${device}`)).join(', ')}
            </option>
          ))}
        </select>
      </label>
      <label>
        {text('pc.bootMenu')}
        <select
          value={node.bootMenu ?? ''}
          onChange={({ target }) => set(['bootMenu'], target.value === '' ? undefined : target.value)}
        >
          <option value="">{text('pc.bootMenu.none')}</option>
          {choices('nodes', 'pc', 'bootMenu').map((key) => (
            <option key={key}>{key}</option>
          ))}
        </select>
      </label>
      <label>
        {text('pc.keyboard')}
        <select value={node.keyboardLayout} onChange={({ target }) => set(['keyboardLayout'], target.value)}>
          {choices('nodes', 'pc', 'keyboardLayout').map((layout) => (
            <option key={layout}>{layout}</option>
          ))}
        </select>
      </label>
      {DRIVES.map((drive) => (
        <Medium
          key={drive}
          drive={drive}
          content={node.media[drive]}
          onInsert={(file) => void commands.run('node.insert-medium', { node: node.name, drive, file })}
          onMake={() => set(['media', drive], { medium: MADE[drive], ipxeScript: FIRST_SCRIPT })}
          onEject={() => set(['media', drive], undefined)}
          onSave={() => void commands.run('node.save-medium', { node: node.name, drive })}
          onScript={(ipxeScript) => set(['media', drive, 'ipxeScript'], ipxeScript)}
        />
      ))}
      <LiveDrives node={node} />
      {node.firmware.personality === 'uefi' ? <NvramFields node={node} /> : <FlashFields node={node} />}
    </>
  );
}

/** One drive: empty, or with a medium that can be taken out. It takes effect when the lab restarts. */
function Medium({
  drive,
  content,
  onInsert,
  onMake,
  onEject,
  onSave,
  onScript,
}: {
  readonly drive: Drive;
  readonly content: FileContent | undefined;
  readonly onInsert: (file: File) => void;
  readonly onMake: () => void;
  readonly onEject: () => void;
  readonly onSave: () => void;
  readonly onScript: (script: string) => void;
}): ReactNode {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const device = text(`pc.device.${drive}`);
  if (content !== undefined)
    return (
      <>
        {'ipxeScript' in content ? <Script device={device} script={content.ipxeScript} onChange={onScript} /> : null}
        <Button label={text('pc.eject', { device, name: nameOf(content, text) })} onPress={onEject} />
        {'medium' in content ? (
          <Button label={text('pc.saveMedium')} title={text('pc.saveMediumHint')} onPress={onSave} />
        ) : null}
      </>
    );
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
          if (file !== undefined) onInsert(file);
          target.value = '';
        }}
      />
      <Button label={text('pc.insert', { device })} onPress={() => input.current?.click()} />
      <Button label={text('pc.makeMedium', { device })} onPress={onMake} />
    </>
  );
}

/** The script of a made medium; it is applied when the field loses the focus. */
function Script({
  device,
  script,
  onChange,
}: {
  readonly device: string;
  readonly script: string;
  readonly onChange: (script: string) => void;
}): ReactNode {
  const text = useText();
  return (
    <label>
      {text('pc.script', { device })}
      <textarea
        key={script}
        rows={5}
        spellCheck={false}
        defaultValue={script}
        onBlur={({ target }) => {
          if (target.value !== script) onChange(target.value);
        }}
      />
    </label>
  );
}
