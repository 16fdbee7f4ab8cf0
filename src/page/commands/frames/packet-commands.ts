/**
 * Commands about packets: filters from what is chosen, columns, colours, marks, comments, time references, search, copies.
 * They are about the chosen packet and field (`packets/packet-store.ts`); what they do is loaded when it is first done.
 */
import * as z from 'zod/mini';
import type { Message } from '../../../base/sentence.ts';
import { FILTER_JOINS, type FilterJoin } from '../../../analysis/filter/field-filter.ts';
import { packetsSchema } from '../../../scenario/schema.ts';
import { TIME_DISPLAYS, usePackets, type PacketDialog, type TimeDisplay } from '../../packets/packet-store.ts';
import type { CopyWhat } from '../../packets/packet-actions.ts';
import { showPanel } from '../../layout/show-panel.ts';
import { defineCommand, defineCommandWith, unlessLab, type CommandSpec } from '../define.ts';
import { commandMessage } from '../messages.ts';

/** Keys that hold while the focus is in this panel. */
const PANEL = 'packets';

const actions = async () => await import('../../packets/packet-actions.ts');

function unlessPacket(): Message | undefined {
  return usePackets.getState().chosen === undefined ? commandMessage('command.no-packet') : undefined;
}

function unlessFilter(): Message | undefined {
  const { chosen } = usePackets.getState();
  return unlessPacket() ?? (chosen?.field?.filter === undefined ? commandMessage('command.no-field') : undefined);
}

function unlessColumn(): Message | undefined {
  const { chosen } = usePackets.getState();
  return unlessPacket() ?? (chosen?.field?.isColumn === true ? undefined : commandMessage('command.no-field'));
}

function filterCommand<const Join extends FilterJoin>(
  join: Join,
): readonly [CommandSpec<`packets.apply-${Join}`, undefined>, CommandSpec<`packets.prepare-${Join}`, undefined>] {
  return [
    defineCommand({
      id: `packets.apply-${join}`,
      title: `packets.apply-${join}`,
      whyNot: unlessFilter,
      run: async ({ client }) => await (await actions()).filterByChosen(client, join, true),
    }),
    defineCommand({
      id: `packets.prepare-${join}`,
      title: `packets.prepare-${join}`,
      whyNot: unlessFilter,
      run: async ({ client }) => await (await actions()).filterByChosen(client, join, false),
    }),
  ];
}

function copyCommand<const What extends CopyWhat>(
  what: What,
  key?: string,
): CommandSpec<`packets.copy-${What}`, undefined> {
  return defineCommand({
    id: `packets.copy-${what}`,
    title: `packets.copy-${what}`,
    ...(key === undefined ? {} : { key, panel: PANEL }),
    whyNot: what === 'filter' ? unlessFilter : unlessPacket,
    run: async ({ client }) => await (await actions()).copyChosen(client, what),
  });
}

function dialogCommand<const Dialog extends PacketDialog>(
  dialog: Dialog,
  key?: string,
  whyNot?: () => Message | undefined,
): CommandSpec<`packets.${Dialog}`, undefined> {
  return defineCommand({
    id: `packets.${dialog}`,
    title: `packets.dialog-${dialog}`,
    ...(key === undefined ? {} : { key, panel: PANEL }),
    ...(whyNot === undefined ? {} : { whyNot }),
    run: () => {
      showPanel(PANEL);
      usePackets.setState({ dialog, menu: undefined });
    },
  });
}

function goCommand<const To extends 'request' | 'reply' | 'next' | 'previous'>(
  relation: To,
  key?: string,
): CommandSpec<`packets.go-${To}`, undefined> {
  return defineCommand({
    id: `packets.go-${relation}`,
    title: `packets.go-${relation}`,
    ...(key === undefined ? {} : { key, panel: PANEL }),
    whyNot: unlessPacket,
    run: async (page) => await (await actions()).goToRelated(page, relation),
  });
}

function timeCommand<const Display extends TimeDisplay>(
  time: Display,
): CommandSpec<`packets.time-${Display}`, undefined> {
  return defineCommand({
    id: `packets.time-${time}`,
    title: `packets.time-${time}`,
    run: () => usePackets.setState({ time }),
  });
}

const frameNumber = z.int().check(z.gte(1));
const column = z.string().check(z.minLength(1), z.maxLength(100));

const chosenPacket = z.strictObject({
  number: frameNumber,
  event: z.int(),
  field: z.optional(
    z.strictObject({
      field: z.string(),
      label: z.string(),
      value: z.string(),
      filter: z.optional(z.string()),
      range: z.optional(z.strictObject({ source: z.int(), offset: z.int(), length: z.int() })),
      frame: z.optional(frameNumber),
      isColumn: z.boolean(),
    }),
  ),
});

export const PACKET_COMMANDS = [
  ...FILTER_JOINS.flatMap((join) => filterCommand(join)),
  defineCommand({
    id: 'packets.as-column',
    title: 'packets.as-column',
    key: 'Ctrl+Alt+I',
    panel: PANEL,
    whyNot: unlessColumn,
    run: async () => (await actions()).chosenAsColumn(),
  }),
  defineCommand({
    id: 'packets.follow',
    title: 'packets.follow',
    key: 'Ctrl+Alt+Shift+T',
    panel: PANEL,
    whyNot: unlessPacket,
    run: () => showPanel('streams'),
  }),
  defineCommand({
    id: 'packets.filter-conversation',
    title: 'packets.filter-conversation',
    whyNot: unlessPacket,
    run: async ({ client }) => await (await actions()).filterConversation(client),
  }),
  goCommand('request'),
  goCommand('reply'),
  goCommand('next', 'Ctrl+.'),
  goCommand('previous', 'Ctrl+,'),
  defineCommand({
    id: 'packets.go-linked',
    title: 'packets.go-linked',
    whyNot: () =>
      usePackets.getState().chosen?.field?.frame === undefined ? commandMessage('command.no-link') : undefined,
    run: async (page) => await (await actions()).goToLinked(page),
  }),
  dialogCommand('go-to', 'Ctrl+G'),
  defineCommandWith({
    id: 'packets.go-to-frame',
    title: 'packets.dialog-go-to',
    argument: frameNumber,
    run: async (page, number) => await (await actions()).goToFrame(page, number),
  }),
  defineCommand({
    id: 'packets.mark',
    title: 'packets.mark',
    key: 'Ctrl+M',
    panel: PANEL,
    whyNot: () => unlessPacket() ?? unlessLab(),
    run: async () => (await actions()).toggleMark(),
  }),
  defineCommand({
    id: 'packets.next-mark',
    title: 'packets.next-mark',
    key: 'F4',
    panel: PANEL,
    run: async (page) => await (await actions()).goToMark(page, 1),
  }),
  defineCommand({
    id: 'packets.previous-mark',
    title: 'packets.previous-mark',
    key: 'Shift+F4',
    panel: PANEL,
    run: async (page) => await (await actions()).goToMark(page, -1),
  }),
  defineCommand({
    id: 'packets.unmark-all',
    title: 'packets.unmark-all',
    run: async () => (await actions()).unmarkAll(),
  }),
  defineCommand({
    id: 'packets.reference',
    title: 'packets.reference',
    key: 'Ctrl+Alt+T',
    panel: PANEL,
    whyNot: unlessPacket,
    run: async () => (await actions()).toggleReference(),
  }),
  defineCommand({
    id: 'packets.no-references',
    title: 'packets.no-references',
    run: () => usePackets.setState({ references: [] }),
  }),
  dialogCommand('comment', 'Ctrl+Alt+C', unlessPacket),
  defineCommandWith({
    id: 'packets.set-comment',
    title: 'packets.dialog-comment',
    argument: z.strictObject({ number: frameNumber, text: z.string().check(z.maxLength(2000)) }),
    run: async (_, { number, text }) => (await actions()).setComment(number, text),
  }),
  copyCommand('summary', 'Ctrl+C'),
  copyCommand('value', 'Ctrl+Alt+V'),
  copyCommand('field'),
  copyCommand('filter'),
  copyCommand('tree'),
  copyCommand('json'),
  copyCommand('hex'),
  copyCommand('hex-stream'),
  copyCommand('c'),
  dialogCommand('columns'),
  defineCommandWith({
    id: 'packets.set-columns',
    title: 'packets.reset-columns',
    argument: packetsSchema.shape.columns,
    run: async (_, columns) => (await actions()).setColumns(columns),
  }),
  defineCommandWith({
    id: 'packets.sort',
    title: 'packets.sort',
    argument: z.optional(z.strictObject({ column, descending: z.boolean() })),
    run: (_, sort) => usePackets.setState({ sort }),
  }),
  dialogCommand('colours'),
  defineCommandWith({
    id: 'packets.set-colours',
    title: 'packets.reset-colours',
    argument: packetsSchema.shape.colours,
    run: async (_, colours) => (await actions()).setColours(colours),
  }),
  defineCommand({
    id: 'packets.colouring',
    title: 'packets.colouring',
    run: () => usePackets.setState(({ isColoured }) => ({ isColoured: !isColoured })),
  }),
  ...TIME_DISPLAYS.map((display) => timeCommand(display)),
  defineCommand({
    id: 'packets.find',
    title: 'packets.find',
    key: 'Ctrl+F',
    panel: PANEL,
    run: () => {
      showPanel(PANEL);
      usePackets.setState({ findOpen: true });
    },
  }),
  defineCommandWith({
    id: 'packets.search',
    title: 'packets.find',
    argument: z.strictObject({
      query: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('filter'), text: z.string().check(z.minLength(1), z.maxLength(1000)) }),
        z.strictObject({ kind: z.literal('hex'), text: z.string().check(z.minLength(1), z.maxLength(1000)) }),
        z.strictObject({
          kind: z.literal('text'),
          text: z.string().check(z.minLength(1), z.maxLength(1000)),
          place: z.enum(['list', 'layers', 'bytes']),
        }),
      ]),
      back: z.boolean(),
    }),
    run: async (page, { query, back }) => await (await actions()).search(page, query, back),
  }),
  defineCommand({
    id: 'packets.find-next',
    title: 'packets.find-next',
    key: 'F3',
    panel: PANEL,
    whyNot: () => (usePackets.getState().query === undefined ? commandMessage('command.no-search') : undefined),
    run: async (page) => await (await actions()).searchAgain(page, false),
  }),
  defineCommand({
    id: 'packets.find-previous',
    title: 'packets.find-previous',
    key: 'Shift+F3',
    panel: PANEL,
    whyNot: () => (usePackets.getState().query === undefined ? commandMessage('command.no-search') : undefined),
    run: async (page) => await (await actions()).searchAgain(page, true),
  }),
  defineCommandWith({
    id: 'packets.choose',
    title: 'packets.choose',
    argument: chosenPacket,
    run: (_, chosen) => usePackets.setState({ chosen }),
  }),
  defineCommandWith({
    id: 'packets.menu',
    title: 'packets.menu',
    argument: z.strictObject({ x: z.number(), y: z.number(), column: z.optional(column) }),
    run: (_, menu) => usePackets.setState({ menu }),
  }),
  defineCommandWith({
    id: 'packets.close',
    title: 'packets.close',
    argument: z.enum(['dialog', 'find', 'menu']),
    run: (_, part) => usePackets.setState(part === 'find' ? { findOpen: false } : { [part]: undefined }),
  }),
] as const;
