/** What an input does: its sentence in the log, in English. */
import { defineMessages, verbatim, type Message } from '../base/sentence.ts';
import type { FileContent, ScenarioUserInput } from './schema.ts';

export const INPUT_TEXTS = {
  'input.serial': 'serial {text}',
  'input.power.on': 'power on',
  'input.power.off': 'power off',
  'input.power.reset': 'power reset',
  'input.medium.in.floppy': 'puts {medium} into the floppy drive',
  'input.medium.in.cdrom': 'puts {medium} into the CD drive',
  'input.medium.out.floppy': 'takes the floppy disk out',
  'input.medium.out.cdrom': 'takes the CD out',
  'input.medium.made': 'a medium made by the lab',
  'input.medium.bytes': 'a medium of the lab',
  'input.take-over': 'takes the keyboard over',
  'input.script.pause': 'script pause',
  'input.script.step': 'script step',
  'input.script.go': 'script go',
  'input.script.stops': 'script stops at {script}:{line}',
  'input.script.does-not-stop': 'script does not stop at {script}:{line}',
} as const;

const inputMessage = defineMessages(INPUT_TEXTS);

export function describeInput(action: ScenarioUserInput['do']): Message {
  if ('keys' in action) return verbatim(action.keys.join(' '));
  if ('type' in action) return verbatim(JSON.stringify(action.type));
  if ('serial' in action) return inputMessage('input.serial', { text: JSON.stringify(action.serial) });
  if ('takeOver' in action) return inputMessage('input.take-over');
  if ('medium' in action) {
    const { drive, content } = action.medium;
    if (content === undefined) return inputMessage(`input.medium.out.${drive}`);
    return inputMessage(`input.medium.in.${drive}`, { medium: mediumName(content) });
  }
  if ('ipxe' in action) {
    const { ipxe } = action;
    if (ipxe.kind !== 'break') return inputMessage(`input.script.${ipxe.kind}`);
    const { script, line, on } = ipxe;
    return inputMessage(on ? 'input.script.stops' : 'input.script.does-not-stop', { script, line });
  }
  return inputMessage(`input.power.${action.power}`);
}

function mediumName(content: FileContent): Message {
  if ('userFile' in content) return verbatim(content.userFile);
  if ('image' in content) return verbatim(content.image);
  return inputMessage('medium' in content ? 'input.medium.made' : 'input.medium.bytes');
}

/** Whether an input comes from the keyboard, or from a terminal at the serial port. */
export function isTyped(action: ScenarioUserInput['do']): boolean {
  return 'keys' in action || 'type' in action || 'serial' in action;
}
