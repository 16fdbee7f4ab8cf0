/**
 * The boot firmware that machines may have, each a line: its name in forms and on cards (a product's name, the same in every
 * language), and the kinds of node that may have it. What makes it is in `lab/nodes/personality.ts`, what a form shows
 * of it in `ui/panels/topology/nodes/firmware/firmware-fields.tsx`.
 */
interface PersonalityKind {
  readonly title: string;
  /** Where there is little room. */
  readonly label: string;
  readonly on: readonly ('pc' | 'bare')[];
}

export const PERSONALITIES = {
  pxe: { title: 'PXE 2.1', label: 'PXE', on: ['pc', 'bare'] },
  ipxe: { title: 'iPXE', label: 'iPXE', on: ['pc', 'bare'] },
  gpxe: { title: 'gPXE 1.0', label: 'gPXE', on: ['pc', 'bare'] },
  etherboot: { title: 'Etherboot 5.4', label: 'Etherboot', on: ['pc', 'bare'] },
  bootp: { title: 'BOOTP', label: 'BOOTP', on: ['pc', 'bare'] },
  openboot: { title: 'Sun OpenBoot', label: 'OpenBoot', on: ['bare'] },
  rarp: { title: 'RARP', label: 'RARP', on: ['pc', 'bare'] },
  /** Code for the CPU: `machine/uefi`. */
  uefi: { title: 'UEFI (OVMF, 32-bit)', label: 'UEFI', on: ['pc'] },
  rpi: { title: 'Raspberry Pi 4', label: 'Pi', on: ['bare'] },
  uboot: { title: 'U-Boot 2023.01 (ARM 64)', label: 'U-Boot', on: ['bare'] },
  efi: { title: 'UEFI network boot', label: 'UEFI', on: ['bare'] },
} as const satisfies Record<string, PersonalityKind>;

export type PersonalityId = keyof typeof PERSONALITIES;

/** Those that such a node may have. */
export type PersonalityOn<Kind extends 'pc' | 'bare'> = {
  [Id in PersonalityId]: Kind extends (typeof PERSONALITIES)[Id]['on'][number] ? Id : never;
}[PersonalityId];

/** Those that such a node may have, in the order above. */
export function personalitiesOf<Kind extends 'pc' | 'bare'>(kind: Kind): readonly PersonalityOn<Kind>[] {
  return Object.entries<PersonalityKind>(PERSONALITIES).flatMap(([id, { on }]) =>
    on.includes(kind) ? [id as PersonalityOn<Kind>] : [],
  );
}
