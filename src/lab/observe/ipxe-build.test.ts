/** The options of a scenario make the build; the preview on the page equals what the build then reports. */
import { describe, expect, it } from 'vitest';
import { ipxeBuild, viewBuild } from './ipxe-build.ts';

describe('ipxeBuild', () => {
  it('starts from a preset, then switches features, texts and timeouts', () => {
    const build = ipxeBuild({
      options: {
        preset: 'vendor',
        enable: 'MENU_CMD, PING_CMD',
        disable: 'SHELL_CMD NO_SUCH',
        productName: 'Salle B',
        userClass: '',
        bannerTimeoutDs: 0,
        romBannerTimeoutDs: 40,
      },
      embeddedScript: '#!ipxe\n',
    });
    const { features, ...rest } = build;
    expect(['MENU_CMD', 'PING_CMD', 'SHELL_CMD', 'FORM_CMD'].map((flag) => features.has(flag as 'MENU_CMD'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(rest).toMatchObject({
      name: 'vendor',
      productName: 'Salle B',
      userClass: undefined,
      bannerTimeoutDs: 0,
      romBannerTimeoutDs: 40,
      embeddedScript: '#!ipxe\n',
    });
  });

  it('keeps the preset where a value is of another type, or the preset unknown', () => {
    expect(ipxeBuild({ options: { preset: 'nobody', bannerTimeoutDs: 'soon', productName: 7 } })).toMatchObject({
      name: 'default',
      bannerTimeoutDs: 20,
      productName: '',
    });
  });
});

describe('viewBuild', () => {
  it('shows the default build as real iPXE lists it, with nothing added or missing', () => {
    const view = viewBuild({ options: {} });
    expect(view.features.join(' ')).toBe('DNS HTTP iSCSI TFTP SRP AoE ELF MBOOT PXE bzImage Menu PXEXT');
    expect([view.missingCommands, view.addedCommands, view.missingFeatures, view.addedFeatures]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(view.presets).toEqual(['default', 'all', 'vendor', 'no-user-class']);
  });

  it('tells what a switch changes: commands, the word in the banner, the bytes of option 175', () => {
    const before = viewBuild({ options: {} });
    const menu = before.flags.find(({ flag }) => flag === 'MENU_CMD');
    expect(menu).toMatchObject({ group: 'command', isOn: true, isInPreset: true, feature: 'Menu' });
    expect(menu?.commands).toEqual(expect.arrayContaining(['choose', 'menu']));
    expect(menu?.commands).not.toContain('form');
    const after = viewBuild({ options: { disable: 'MENU_CMD' } });
    expect(after.missingFeatures).toEqual(['Menu']);
    expect(after.missingCommands).toEqual(menu?.commands);
    expect(before.featureBytes).toContain('27 01 01');
    expect(after.featureBytes).not.toContain('27 01 01');
  });

  it('offers exactly the other commands of a feature that is off', () => {
    const ping = viewBuild({ options: {} }).flags.find(({ flag }) => flag === 'PING_CMD');
    expect(ping).toMatchObject({ isOn: false, isInPreset: false, commands: ['ping'] });
    expect(viewBuild({ options: { enable: 'PING_CMD' } }).addedCommands).toEqual(['ping']);
  });
});
