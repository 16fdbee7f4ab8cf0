/**
 * The personality `gpxe`: gPXE 1.0.1 of 2010, from which iPXE was forked. It is our iPXE as it was then: the banner, DHCP's user
 * class, the commands of its manual, scripts that begin with `#!gpxe` and run straight on; no menus, no `goto`, no `||`.
 */
import { DEFAULT_BUILD, type FeatureFlag, type IpxeBuild } from '../ipxe/build.ts';
import type { Ipxe } from '../ipxe/ipxe.ts';
import { IpxePersonality } from '../ipxe/personality.ts';

const COMMANDS =
  'autoboot boot chain clear config dhcp echo exit help ifclose ifopen ifstat imgargs imgexec imgfetch imgfree imgload ' +
  'imgstat initrd kernel login module pxebs route sanboot set show time';

/** What came later: the rest is in a plain build of both. */
const LATER: readonly FeatureFlag[] = [
  'MENU_CMD',
  'FORM_CMD',
  'NET_PROTO_EAPOL',
  'NET_PROTO_LACP',
  'SANBOOT_PROTO_HTTP',
  'SHIM_CMD',
];

export const GPXE_BUILD: IpxeBuild = {
  ...DEFAULT_BUILD,
  name: 'gpxe',
  features: new Set([...DEFAULT_BUILD.features].filter((flag) => !LATER.includes(flag))),
  version: '1.0.1',
  productShortName: 'gPXE',
  productTagLine: 'Open Source Boot Firmware',
  productUri: 'http://etherboot.org',
  userClass: 'gPXE',
  ancestor: { id: 'gpxe', scriptMagic: 'gpxe', commands: new Set(COMMANDS.split(' ')) },
};

export function createGpxe(embeddedScript: string | undefined, onGpxe?: (gpxe: Ipxe) => void): IpxePersonality {
  return new IpxePersonality({ ...GPXE_BUILD, embeddedScript }, onGpxe);
}
