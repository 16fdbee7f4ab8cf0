/** Options of a build stay as short as they can, and valid. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { buildOf, buildTargets, choosePreset, setBuildValue, switchFeature } from './build-edits.ts';

function lab(): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: 'Builds',
    nodes: [
      { kind: 'bare', name: 'plain', nics: [{ mac: '52:54:00:00:00:01' }] },
      { kind: 'bare', name: 'own', nics: [{ mac: '52:54:00:00:00:02' }], firmware: { personality: 'ipxe' } },
      {
        kind: 'pc',
        name: 'real',
        nics: [{ mac: '52:54:00:00:00:03' }],
        firmware: { personality: 'ipxe' },
        optionRom: { image: 'ipxe/ipxe.rom' },
      },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01' }],
        files: [
          { path: '/srv/tftp/a', content: { text: 'a' } },
          { path: '/srv/tftp/undionly.kpxe', content: { lab: 'ipxe' } },
        ],
      },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return structuredClone(parsed.value);
}

describe('builds of a scenario', () => {
  it('are those of ROMs and of boot programs, and can be edited in place', () => {
    const scenario = lab();
    const targets = buildTargets(scenario);
    expect(targets).toEqual([
      { kind: 'rom', node: 'own' },
      { kind: 'file', node: 'boot', path: '/srv/tftp/undionly.kpxe' },
    ]);
    for (const target of targets) {
      const build = buildOf(scenario, target);
      if (build === undefined) throw new Error('the target is there');
      choosePreset(build.options, 'vendor');
      build.embeddedScript = '#!ipxe\n';
    }
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
    expect(JSON.stringify(scenario).match(/"vendor"/g)).toHaveLength(2);
  });
});

describe('single features', () => {
  it('are named only where they differ from the preset', () => {
    const options = {};
    switchFeature(options, 'PING_CMD', true, false);
    switchFeature(options, 'NTP_CMD', true, false);
    switchFeature(options, 'MENU_CMD', false, true);
    expect(options).toEqual({ enable: 'PING_CMD NTP_CMD', disable: 'MENU_CMD' });
    switchFeature(options, 'PING_CMD', false, false);
    switchFeature(options, 'MENU_CMD', true, true);
    expect(options).toEqual({ enable: 'NTP_CMD' });
    choosePreset(options, 'vendor');
    expect(options).toEqual({ preset: 'vendor' });
    choosePreset(options, 'default');
    expect(options).toEqual({});
  });

  it('leave texts and numbers out that the preset has', () => {
    const options = {};
    setBuildValue(options, 'userClass', '', 'iPXE');
    setBuildValue(options, 'bannerTimeoutDs', 0, 20);
    expect(options).toEqual({ userClass: '', bannerTimeoutDs: 0 });
    setBuildValue(options, 'userClass', 'iPXE', 'iPXE');
    setBuildValue(options, 'bannerTimeoutDs', 20, 20);
    expect(options).toEqual({});
  });
});
