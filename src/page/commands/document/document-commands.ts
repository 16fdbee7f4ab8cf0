/** Edits of the lab as a document. They can be undone, and are refused when the lab would not be valid any more. */
import * as z from 'zod/mini';
import type { Message } from '../../../base/sentence.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../../../scenario/problems.ts';
import { NODE_OFFERS, type Offer } from '../../../scenario/nodes/all.ts';
import type { Scenario } from '../../../scenario/schema.ts';
import type { Controller } from '../../controller.ts';
import {
  addLink,
  addNode,
  addServerCard,
  problemAfter,
  freePort,
  removeAll,
  renameNode,
} from '../../document/edits/scenario-edits.ts';
import { hasPart, partWith, replacePart, type DocumentPart, type ValuePath } from '../../document/edits/set-value.ts';
import { saveFile } from '../../document/files/save-file.ts';
import { notify, useDocument, useLive, useView } from '../../store.ts';
import { addBreakpoint, removeBreakpoint } from '../../time/breakpoints.ts';
import { defineCommand, defineCommandWith, unlessLab } from '../define.ts';
import { commandMessage } from '../messages.ts';

/** What files of made media are called, as iPXE's own build calls them. */
const MEDIUM_SUFFIX = { iso: 'iso', floppy: 'dsk', usb: 'usb', lkrn: 'lkrn' } as const;
const nodeName = z.string();
const index = z.int().check(z.gte(0));
const part = z.union([
  z.strictObject({ node: nodeName }),
  z.strictObject({ link: index }),
  z.strictObject({ breakpoint: index }),
  z.strictObject({ note: index }),
  z.strictObject({ moment: index }),
]);

function messageOf({ message, says }: ScenarioProblem): Message {
  return { text: message, says };
}

function missing(of: DocumentPart): Message {
  if ('node' in of) return commandMessage('command.no-node', { name: of.node });
  if ('link' in of) return commandMessage('command.no-cable', { number: of.link + 1 });
  if ('note' in of) return commandMessage('command.no-note', { number: of.note + 1 });
  if ('moment' in of) return commandMessage('command.no-named-moment', { number: of.moment + 1 });
  return commandMessage('command.no-breakpoint', { number: of.breakpoint + 1 });
}

export function unlessPart(of: DocumentPart): Message | undefined {
  const { scenario } = useDocument.getState();
  return scenario !== undefined && hasPart(scenario, of) ? undefined : missing(of);
}

interface Setting {
  readonly of: DocumentPart;
  readonly path: ValuePath;
  readonly value?: unknown;
}

function set({ of, path, value }: Setting): void {
  const { scenario, edit } = useDocument.getState();
  if (scenario === undefined) return;
  const changed = partWith(scenario, of, path, value);
  if (changed.ok) edit((draft) => replacePart(draft, of, changed.value));
}

function refusalOf({ of, path, value }: Setting): Message | undefined {
  const { scenario } = useDocument.getState();
  if (scenario === undefined || !hasPart(scenario, of)) return missing(of);
  const changed = partWith(scenario, of, path, value);
  return changed.ok ? undefined : messageOf(changed.error);
}

/** A new node is selected, so it can be named and configured at once. */
function add(page: Controller, change: (draft: Scenario) => string): void {
  let name = '';
  useDocument.getState().edit((draft) => {
    name = change(draft);
  });
  page.select({ kind: 'node', name });
}

function addCommand({ id }: Offer) {
  return defineCommand({
    id: `topology.add-${id}`,
    title: `topology.add.${id}`,
    whyNot: unlessLab,
    run: (page) => add(page, (draft) => addNode(draft, id)),
  });
}

/** Removes nodes and cables, says so, and offers to undo it. */
function remove(page: Controller, name: string, nodes: readonly string[], links: readonly number[]): void {
  useDocument.getState().edit((draft) => removeAll(draft, nodes, links));
  page.select({ kind: 'none' });
  notify({
    id: 'topology.removed',
    parameters: { name },
    action: { label: 'edit.undo', run: () => void page.labs.undo('back') },
  });
}

export const DOCUMENT_COMMANDS = [
  defineCommand({
    id: 'edit.undo',
    title: 'edit.undo',
    key: 'Ctrl+Z',
    whyNot: ({ labs }) => (labs.canUndo('back') ? undefined : commandMessage('command.no-undo')),
    run: async ({ labs }) => await labs.undo('back'),
  }),
  defineCommand({
    id: 'edit.redo',
    title: 'edit.redo',
    key: 'Ctrl+Y',
    whyNot: ({ labs }) => (labs.canUndo('forward') ? undefined : commandMessage('command.no-redo')),
    run: async ({ labs }) => await labs.undo('forward'),
  }),
  /** One value of a part of the document; without a value it is removed. */
  defineCommandWith({
    id: 'edit.set',
    title: 'edit.set',
    argument: z.strictObject({
      of: part,
      path: z.readonly(z.array(z.union([z.string(), z.number()])).check(z.minLength(1))),
      value: z.optional(z.unknown()),
    }),
    refusal: (_, setting) => refusalOf(setting),
    run: (_, setting) => set(setting),
  }),
  defineCommandWith({
    id: 'node.rename',
    title: 'node.rename',
    argument: z.strictObject({ node: nodeName, to: z.string() }),
    refusal: (_, { node, to }) => {
      const { scenario } = useDocument.getState();
      const problem =
        scenario === undefined ? undefined : problemAfter(scenario, (draft) => renameNode(draft, node, to));
      return problem === undefined ? unlessPart({ node }) : messageOf(problem);
    },
    run: (page, { node, to }) => {
      const { machine, server } = useView.getState();
      useDocument.getState().edit((draft) => renameNode(draft, node, to));
      page.select({ kind: 'node', name: to });
      if (server === node) useView.setState({ server: to });
      if (machine === node) useView.setState({ machine: to });
    },
  }),
  defineCommandWith({
    id: 'node.remove',
    title: 'node.remove',
    argument: nodeName,
    refusal: (_, node) => unlessPart({ node }),
    run: (page, node) => remove(page, node, [node], []),
  }),
  defineCommandWith({
    id: 'node.insert-medium',
    title: 'node.insertMedium',
    /** `flash` is the flash memory of the first card. */
    argument: z.strictObject({ node: nodeName, drive: z.enum(['floppy', 'cdrom', 'disk', 'flash']), file: z.file() }),
    refusal: (_, { node }) => unlessPart({ node }),
    run: async ({ client }, { node, drive, file }) => {
      try {
        const { contentOfFile } = await import('../../document/files/file-content.ts');
        const bytes = new Uint8Array(await file.arrayBuffer());
        const value = await contentOfFile(file.name, bytes, client.manifest.files);
        if (drive === 'flash') set({ of: { node }, path: ['flash'], value: { rom: value } });
        else set({ of: { node }, path: ['media', drive], value });
      } catch {
        useLive.setState({ problems: [problemAt(file.name, scenarioMessage('scenario.file-cannot-be-kept'))] });
      }
    },
  }),
  defineCommandWith({
    id: 'node.save-medium',
    title: 'node.saveMedium',
    argument: z.strictObject({ node: nodeName, drive: z.enum(['floppy', 'cdrom', 'disk']) }),
    refusal: (_, { node }) => unlessPart({ node }),
    run: async ({ client }, { node, drive }) => {
      const pc = useDocument.getState().scenario?.nodes.find(({ name }) => name === node);
      const content = pc?.kind === 'pc' ? pc.media[drive] : undefined;
      if (content === undefined || !('medium' in content)) return;
      const bytes = await client.lab.medium(content);
      const stem = 'ipxeScript' in content ? 'ipxe' : 'grub';
      if (bytes !== undefined) saveFile(`${stem}.${MEDIUM_SUFFIX[content.medium]}`, bytes, 'application/octet-stream');
    },
  }),
  /** A medium that starts iPXE with a script; without one iPXE boots as it does by itself. */
  defineCommandWith({
    id: 'medium.save-ipxe',
    title: 'medium.saveIpxe',
    argument: z.strictObject({ medium: z.enum(['iso', 'floppy', 'usb', 'lkrn']), script: z.optional(z.string()) }),
    run: async ({ client }, { medium, script = '#!ipxe\nautoboot\n' }) => {
      const bytes = await client.lab.medium({ medium, ipxeScript: script });
      if (bytes !== undefined) saveFile(`ipxe.${MEDIUM_SUFFIX[medium]}`, bytes, 'application/octet-stream');
    },
  }),
  /** The firmware of a PC as a ROM file, for the flash of a card like its first. */
  defineCommandWith({
    id: 'node.save-rom',
    title: 'node.saveRom',
    argument: z.strictObject({ node: nodeName }),
    refusal: (_, { node }) => unlessPart({ node }),
    run: async ({ client }, { node }) => {
      const pc = useDocument.getState().scenario?.nodes.find(({ name }) => name === node);
      if (pc?.kind !== 'pc' || pc.firmware.personality === 'uefi') return;
      const { personality } = pc.firmware;
      const bytes = await client.lab.romFile(pc.firmware, pc.nics[0]?.model ?? 'ne2k');
      if (bytes !== undefined) saveFile(`${personality}.rom`, bytes, 'application/octet-stream');
    },
  }),
  defineCommandWith({
    id: 'link.add',
    title: 'topology.connect',
    /** Two ports, `node.port`. */
    argument: z.strictObject({ a: z.string(), b: z.string() }),
    run: (_, { a, b }) => useDocument.getState().edit((draft) => addLink(draft, a, b)),
  }),
  defineCommandWith({
    id: 'link.connect',
    title: 'link.connect',
    /** Two nodes; the cable gets a free port of each. */
    argument: z.strictObject({ from: nodeName, to: nodeName }),
    refusal: (_, { from, to }) => {
      const { scenario } = useDocument.getState();
      const isFree =
        scenario !== undefined && freePort(scenario, from) !== undefined && freePort(scenario, to) !== undefined;
      return isFree ? undefined : commandMessage('command.no-free-port', { a: from, b: to });
    },
    run: (_, { from, to }) =>
      useDocument.getState().edit((draft) => {
        const a = freePort(draft, from);
        const b = freePort(draft, to);
        if (a !== undefined && b !== undefined) addLink(draft, a, b);
      }),
  }),
  defineCommandWith({
    id: 'link.remove',
    title: 'topology.removeLink',
    argument: index,
    refusal: (_, link) => unlessPart({ link }),
    run: (page, link) => {
      const cable = useDocument.getState().scenario?.links[link];
      remove(page, `${cable?.a ?? ''} – ${cable?.b ?? ''}`, [], [link]);
    },
  }),
  /** A server's dnsmasq.conf or dhcpd.conf; the lab restarts with it. */
  defineCommandWith({
    id: 'server.configure',
    title: 'server.apply',
    argument: z.strictObject({
      server: nodeName,
      service: z.optional(z.enum(['dnsmasq', 'dhcpd'])),
      config: z.string(),
    }),
    refusal: (_, { server, service = 'dnsmasq', config }) =>
      refusalOf({ of: { node: server }, path: ['services', service, 'config'], value: config }),
    run: async (page, { server, service = 'dnsmasq', config }) => {
      set({ of: { node: server }, path: ['services', service, 'config'], value: config });
      await page.rebuild();
    },
  }),
  defineCommandWith({
    id: 'breakpoint.add',
    title: 'break.add',
    whyNot: unlessLab,
    argument: z.strictObject({ condition: z.string().check(z.minLength(1)), count: z.int().check(z.gte(1)) }),
    run: (_, { condition, count }) => addBreakpoint(condition, count),
  }),
  defineCommandWith({
    id: 'breakpoint.remove',
    title: 'break.removeOne',
    argument: index,
    refusal: (_, breakpoint) => unlessPart({ breakpoint }),
    run: (_, breakpoint) => removeBreakpoint(breakpoint),
  }),
  defineCommandWith({
    id: 'node.add-card',
    title: 'node.addCard',
    argument: nodeName,
    refusal: (_, node) => unlessPart({ node }),
    run: (_, node) => useDocument.getState().edit((draft) => addServerCard(draft, node)),
  }),
  ...NODE_OFFERS.map(addCommand),
] as const;
