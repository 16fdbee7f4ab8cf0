/** gPXE has the commands and scripts of its time. */
import { expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { allCommands } from '../ipxe/commands/all.ts';
import { CommandTable } from '../ipxe/commands/registry.ts';
import { DEFAULT_BUILD } from '../ipxe/build.ts';
import { probeImage } from '../ipxe/images/types.ts';
import { GPXE_BUILD } from './gpxe.ts';

it('knows no menus, no goto and no tests', () => {
  const { names } = new CommandTable(allCommands, GPXE_BUILD.features, GPXE_BUILD.ancestor?.commands);
  expect(names).toEqual(expect.arrayContaining(['autoboot', 'chain', 'imgload', 'kernel', 'sanboot']));
  for (const later of ['menu', 'choose', 'goto', 'isset', 'iseq', 'prompt', 'sanhook', 'imgselect'])
    expect(names).not.toContain(later);
});

it('takes only scripts of its own', () => {
  expect(probeImage(latin1('#!gpxe\necho'), GPXE_BUILD)).toBe('script');
  expect(probeImage(latin1('#!ipxe\necho'), GPXE_BUILD)).toBe('PXE-NBP');
  expect(probeImage(latin1('#!gpxe\necho'), DEFAULT_BUILD)).toBe('script');
});
