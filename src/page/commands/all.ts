/** All commands of the page, by subject. */
import type { Controller } from '../controller.ts';
import { CAPTURE_COMMANDS } from './frames/capture-commands.ts';
import { CERTIFICATE_COMMANDS } from './document/certificate-commands.ts';
import { CLASSROOM_COMMANDS } from './document/classroom-commands.ts';
import type { ArgumentsOf } from './define.ts';
import { DOCUMENT_COMMANDS } from './document/document-commands.ts';
import { LESSON_COMMANDS } from '../lessons/commands.ts';
import { KEY_COMMANDS } from './window/key-commands.ts';
import { startKeys, useKeys } from './keys.ts';
import { LAB_COMMANDS } from './lab/lab-commands.ts';
import { LAYOUT_COMMANDS } from './window/layout-commands.ts';
import { PACKET_COMMANDS } from './frames/packet-commands.ts';
import { MACHINE_COMMANDS } from './lab/machine-commands.ts';
import { CommandRegistry } from './registry.ts';
import { TIME_COMMANDS } from './lab/time-commands.ts';
import { TIMELINE_COMMANDS } from './lab/timeline-commands.ts';
import { panelCommands, VIEW_COMMANDS } from './window/view-commands.ts';

const COMMANDS = [
  ...TIME_COMMANDS,
  ...TIMELINE_COMMANDS,
  ...MACHINE_COMMANDS,
  ...LAB_COMMANDS,
  ...DOCUMENT_COMMANDS,
  ...CERTIFICATE_COMMANDS,
  ...VIEW_COMMANDS,
  ...LAYOUT_COMMANDS,
  ...KEY_COMMANDS,
  ...LESSON_COMMANDS,
  ...CLASSROOM_COMMANDS,
  ...PACKET_COMMANDS,
  ...CAPTURE_COMMANDS,
] as const;

/** The commands that parts of the page run by an id that the compiler knows. */
export type PageCommands = CommandRegistry<ArgumentsOf<typeof COMMANDS>>;

/** Called once, when the controller and the panels exist. */
export function pageCommands(page: Controller): PageCommands {
  const commands: PageCommands = new CommandRegistry([...COMMANDS, ...panelCommands()].map(({ bind }) => bind(page)));
  startKeys();
  commands.setKeys(useKeys.getState().changed);
  useKeys.subscribe(({ changed }) => commands.setKeys(changed));
  return commands;
}
