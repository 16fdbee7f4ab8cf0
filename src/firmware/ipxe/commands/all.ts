/** Every command that a build may have. */
import type { CommandSpec } from './registry.ts';
import { certificateCommands } from './certificates.ts';
import { coreCommands } from './core.ts';
import { fcCommands } from './fc.ts';
import { ifmgmtCommands } from './ifmgmt.ts';
import { imageCommands } from './images.ts';
import { loopbackCommands } from './loopback.ts';
import { networkCommands } from './network.ts';
import { sanCommands } from './san.ts';
import { settingCommands } from './settings.ts';
import { systemCommands } from './system.ts';
import { trustCommands } from './trust.ts';
import { uiCommands } from './ui.ts';

export const allCommands: readonly CommandSpec[] = [
  ...coreCommands,
  ...settingCommands,
  ...imageCommands,
  ...trustCommands,
  ...certificateCommands,
  ...ifmgmtCommands,
  ...networkCommands,
  ...loopbackCommands,
  ...uiCommands,
  ...sanCommands,
  ...fcCommands,
  ...systemCommands,
];
