/** Why a command of the page cannot be done. */
import { defineMessages } from '../../base/sentence.ts';

export const COMMAND_MESSAGES = {
  'command.unknown': 'There is no command {id}.',
  'command.no-argument': 'This command takes no argument.',
  'command.argument': 'The argument does not fit at {place}: {problem}',
  'command.argument-too-long': 'The argument is too long.',
  'command.not-ready': 'The lab is not ready.',
  'command.live': 'The views are live.',
  'command.past': 'The views show a past moment.',
  'command.dialog': 'A dialog is open.',
  'command.no-notice': 'There is no notice.',
  'command.no-event': 'No event is selected.',
  'command.no-previous': 'The chain begins with the selected event.',
  'command.no-next': 'The chain ends with the selected event.',
  'command.no-undo': 'There is nothing to undo.',
  'command.no-redo': 'There is nothing to redo.',
  'command.no-previous-lab': 'No lab was open before this one.',
  'command.no-deleted-lab': 'No lab was deleted.',
  'command.no-lab': 'No lab is open.',
  'command.no-machine': 'There is no machine {name}.',
  'command.no-machine-shown': 'No machine is shown.',
  'command.no-node': 'There is no node {name}.',
  'command.no-cable': 'There is no cable {number}.',
  'command.no-breakpoint': 'There is no breakpoint {number}.',
  'command.no-free-port': '{a} and {b} cannot be connected: one of them has no free port.',
  'command.no-moment': 'The lab is not running to a moment.',
  'command.no-capture': 'No capture file is open.',
  'command.no-lesson': 'No lesson is open.',
  'command.no-hint': 'There is no further hint.',
  'command.no-solution': 'There is no solution to show.',
  'command.no-previous-step': 'There is no step before this one.',
  'command.condition-missing': 'A condition is missing.',
  'command.at': 'At {place}: {problem}',
} as const;

export const commandMessage = defineMessages(COMMAND_MESSAGES);
