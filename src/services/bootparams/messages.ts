/** English messages of the boot parameter server. */
import { defineMessages } from '../../base/sentence.ts';

export const BOOTPARAMS_TEXTS = {
  'bootparams.whoami': '{client} learns that its name is {name}',
  'bootparams.unknown': '{client} has no name in hosts, or its name no line in bootparams: there is no answer',
  'bootparams.file': '{name} learns where {key} is: {server}:{path}',
  'bootparams.no-file': '{name} asks for {key}, which its line does not have: the answer is empty',
  'bootparams.no-server': '{name} asks for {key}: hosts has no address for the server {server}, and there is no answer',
} as const;

export const bootparamsMessage = defineMessages(BOOTPARAMS_TEXTS);
