/** Commands of machines and cables of the lab that runs: power, keys, the script of an iPXE, a cable taken down. */
import * as z from 'zod/mini';
import type { Message } from '../../../base/sentence.ts';
import { problemAt, scenarioMessage } from '../../../scenario/problems.ts';
import { fileContent } from '../../../scenario/nodes/content.ts';
import type { FileContent } from '../../../scenario/schema.ts';
import type { Controller } from '../../controller.ts';
import { isMachine, isNameOf } from '../../../scenario/nodes/queries.ts';
import { useDocument, useLive, useView } from '../../store.ts';
import { defineCommand, defineCommandWith, unlessReady, type CommandSpec } from '../define.ts';
import { commandMessage } from '../messages.ts';

const machine = z.string().check(z.minLength(1), z.maxLength(64));
/** Absent: the machine that is shown. */
const machineOrShown = z.optional(machine);

function unlessMachine(name: string | undefined = useView.getState().machine): Message | undefined {
  if (name === undefined) return commandMessage('command.no-machine-shown');
  const nodes = useDocument.getState().scenario?.nodes ?? [];
  const isKnown = nodes.some((node) => isMachine(node) && isNameOf(node, name));
  return isKnown ? undefined : commandMessage('command.no-machine', { name: JSON.stringify(name) });
}

const drive = z.enum(['floppy', 'cdrom']);

async function putIn(
  page: Controller,
  machineName: string,
  of: z.output<typeof drive>,
  content: FileContent | undefined,
): Promise<void> {
  await page.machine(machineName, { kind: 'medium', drive: of, ...(content === undefined ? {} : { content }) });
}

function power<const Id extends string>(id: Id, title: 'machine.powerOff' | 'machine.reset', to: 'off' | 'reset') {
  return defineCommandWith({
    id,
    title,
    whyNot: unlessReady,
    argument: machineOrShown,
    refusal: (_, name) => unlessMachine(name),
    run: async (page, name = useView.getState().machine) => {
      if (name !== undefined) await page.machine(name, { kind: 'power', to });
    },
  });
}

function script<const Kind extends 'pause' | 'step' | 'go'>(
  kind: Kind,
): CommandSpec<`ipxe.${Kind}`, string | undefined> {
  return defineCommandWith({
    id: `ipxe.${kind}`,
    title: `ipxe.${kind}`,
    whyNot: unlessReady,
    argument: machineOrShown,
    refusal: (_, name) => unlessMachine(name),
    run: async (page, name) => await page.stepScript(name ?? useView.getState().machine, { kind }),
  });
}

export const MACHINE_COMMANDS = [
  defineCommandWith({
    id: 'machine.power',
    title: 'machine.powerOn',
    whyNot: unlessReady,
    argument: machineOrShown,
    refusal: (_, name) => unlessMachine(name),
    run: async (page, name) => await page.switchOn(name ?? useView.getState().machine),
  }),
  power('machine.power-off', 'machine.powerOff', 'off'),
  power('machine.reset', 'machine.reset', 'reset'),
  defineCommandWith({
    id: 'machine.keys',
    title: 'machine.keys',
    whyNot: unlessReady,
    argument: z.strictObject({ machine, keys: z.array(z.string().check(z.maxLength(32))).check(z.minLength(1)) }),
    run: async (page, { machine: name, keys }) => await page.machine(name, { kind: 'keys', keys }),
  }),
  defineCommandWith({
    id: 'machine.serial',
    title: 'machine.serial',
    whyNot: unlessReady,
    argument: z.strictObject({ machine, text: z.string() }),
    run: async (page, { machine: name, text }) => await page.machine(name, { kind: 'serial', text }),
  }),
  /** Without content the drive is emptied. */
  defineCommandWith({
    id: 'machine.medium',
    title: 'node.insertMedium',
    whyNot: unlessReady,
    argument: z.strictObject({ machine, drive, content: z.optional(fileContent) }),
    refusal: (_, { machine: name }) => unlessMachine(name),
    run: async (page, { machine: name, drive: of, content }) => await putIn(page, name, of, content),
  }),
  defineCommandWith({
    id: 'machine.insert-file',
    title: 'node.insertMedium',
    whyNot: unlessReady,
    argument: z.strictObject({ machine, drive, file: z.file() }),
    refusal: (_, { machine: name }) => unlessMachine(name),
    run: async (page, { machine: name, drive: of, file }) => {
      try {
        const { contentOfFile } = await import('../../document/files/file-content.ts');
        const bytes = new Uint8Array(await file.arrayBuffer());
        await putIn(page, name, of, await contentOfFile(file.name, bytes, page.client.manifest.files));
      } catch {
        useLive.setState({ problems: [problemAt(file.name, scenarioMessage('scenario.file-cannot-be-kept'))] });
      }
    },
  }),
  defineCommandWith({
    id: 'machine.take-over',
    title: 'console.takeOver',
    whyNot: unlessReady,
    argument: machine,
    refusal: (_, name) => unlessMachine(name),
    run: async (page, name) => await page.machine(name, { kind: 'take-over' }),
  }),
  script('pause'),
  script('step'),
  script('go'),
  defineCommandWith({
    id: 'ipxe.break',
    title: 'ipxe.breakpoints',
    whyNot: unlessReady,
    argument: z.strictObject({ machine, script: z.string(), line: z.int().check(z.gte(1)), on: z.boolean() }),
    run: async (page, { machine: name, ...at }) => await page.stepScript(name, { kind: 'break', ...at }),
  }),
  defineCommandWith({
    id: 'link.set-up',
    title: 'link.setUp',
    whyNot: unlessReady,
    argument: z.strictObject({ link: z.int().check(z.gte(0)), up: z.boolean() }),
    run: async (page, { link, up }) => await page.setLinkUp(link, up),
  }),
  defineCommand({
    id: 'thread.stop',
    title: 'thread.stop',
    run: async ({ threads }) => await threads.stop(),
  }),
  defineCommand({ id: 'thread.wait', title: 'thread.wait', run: ({ threads }) => threads.wait() }),
] as const;
