/** What the form of a machine shows of its firmware, by personality (`scenario/nodes/personalities.ts`). */
import type { ComponentType, ReactNode } from 'react';
import type { PersonalityId } from '../../../../../scenario/nodes/personalities.ts';
import type { MachineNode } from '../../../../../scenario/nodes/queries.ts';
import { useCommands, useText } from '../../../../hooks.ts';
import { Button } from '../../../../parts/button.tsx';
import { EfiFields } from './efi-fields.tsx';
import { RomQuirks } from './rom-quirks.tsx';

type Fields = ComponentType<{ readonly node: MachineNode }>;

export const FIRMWARE_FIELDS: { readonly [Id in PersonalityId]?: Fields } = {
  pxe: RomQuirks,
  ipxe: BuildButton,
  efi: EfiFields,
};

function BuildButton(): ReactNode {
  const text = useText();
  const commands = useCommands();
  return <Button label={text('node.build')} onPress={() => void commands.run('console.build')} />;
}
