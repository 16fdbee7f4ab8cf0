/** What the form of a service is given, and how it changes the document. */
import type { Message } from '../../../../../base/sentence.ts';
import type { ValuePath } from '../../../../../page/document/edits/set-value.ts';
import type { ServerNode } from '../../../../../scenario/schema.ts';
import type { ServiceId, ServiceSettings } from '../../../../../services/all.ts';
import { useCommands } from '../../../../hooks.ts';

export interface ServiceFormProps<Id extends ServiceId> {
  readonly node: ServerNode;
  readonly settings: ServiceSettings<Id>;
}

/** Sets one of the settings below the service; answers why it cannot be so. */
type SetSetting = (path: ValuePath, value: unknown) => Promise<Message | undefined>;

export function useServiceSetting(node: ServerNode, id: ServiceId): SetSetting {
  const commands = useCommands();
  return async (path, value) =>
    await commands.run('edit.set', { of: { node: node.name }, path: ['services', id, ...path], value });
}
