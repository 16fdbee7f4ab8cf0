/** What an input does, in the words of the log. */
import type { ScenarioUserInput } from './schema.ts';

export function describeInput(action: ScenarioUserInput['do']): string {
  if ('keys' in action) return action.keys.join(' ');
  if ('type' in action) return JSON.stringify(action.type);
  if ('serial' in action) return `serial ${JSON.stringify(action.serial)}`;
  if ('takeOver' in action) return 'takes the keyboard over';
  if ('ipxe' in action) {
    const { ipxe } = action;
    return ipxe.kind === 'break'
      ? `script ${ipxe.on ? 'stops' : 'does not stop'} at ${ipxe.script}:${ipxe.line}`
      : `script ${ipxe.kind}`;
  }
  return `power ${action.power}`;
}

/** Whether an input comes from the keyboard, or from a terminal at the serial port. */
export function isTyped(action: ScenarioUserInput['do']): boolean {
  return 'keys' in action || 'type' in action || 'serial' in action;
}
