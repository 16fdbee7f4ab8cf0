/** What a person does to a machine, as the scenario writes it. */
import type { ScenarioUserInput } from '../../scenario/schema.ts';
import type { MachineAction } from './lab-api.ts';

export function inputOf(action: MachineAction): ScenarioUserInput['do'] {
  switch (action.kind) {
    case 'power':
      return { power: action.to };
    case 'keys':
      return { keys: [...action.keys] };
    case 'type':
      return { type: action.text };
    case 'serial':
      return { serial: action.text };
    case 'ipxe':
      return { ipxe: action.action };
    case 'medium': {
      const { drive, content } = action;
      return { medium: { drive, ...(content === undefined ? {} : { content }) } };
    }
    case 'take-over':
      return { takeOver: true };
  }
}
