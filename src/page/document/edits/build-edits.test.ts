/** Options of a build stay as short as they can, and valid. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../scenario/parse.ts';
import type { Scenario } from '../../../scenario/schema.ts';
import { buildOf, buildPath, buildTargets, withBuildValue, withFeature, withPreset } from './build-edits.ts';
import { partWith, replacePart } from './set-value.ts';

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
      const of = { node: target.node };
      for (const [key, value] of [
        ['options', withPreset(build.options, 'vendor')],
        ['embeddedScript', '#!ipxe\n'],
      ] as const) {
        const changed = partWith(scenario, of, [...buildPath(scenario, target), key], value);
        if (!changed.ok) throw new Error(changed.error.message);
        replacePart(scenario, of, changed.value);
      }
    }
    expect(parseScenario(scenario)).toEqual({ ok: true, value: scenario });
    expect(JSON.stringify(scenario).match(/"vendor"/g)).toHaveLength(2);
  });
});

describe('single features', () => {
  it('are named only where they differ from the preset', () => {
    let options = withFeature({}, 'PING_CMD', true, false);
    options = withFeature(options, 'NTP_CMD', true, false);
    options = withFeature(options, 'MENU_CMD', false, true);
    expect(options).toEqual({ enable: 'PING_CMD NTP_CMD', disable: 'MENU_CMD' });
    options = withFeature(options, 'PING_CMD', false, false);
    options = withFeature(options, 'MENU_CMD', true, true);
    expect(options).toEqual({ enable: 'NTP_CMD' });
    expect(withPreset(options, 'vendor')).toEqual({ preset: 'vendor' });
    expect(withPreset({ preset: 'vendor' }, 'default')).toEqual({});
  });

  it('leave texts and numbers out that the preset has', () => {
    const options = withBuildValue(withBuildValue({}, 'userClass', '', 'iPXE'), 'bannerTimeoutDs', 0, 20);
    expect(options).toEqual({ userClass: '', bannerTimeoutDs: 0 });
    expect(withBuildValue(options, 'userClass', 'iPXE', 'iPXE')).toEqual({ bannerTimeoutDs: 0 });
    expect(withBuildValue({ bannerTimeoutDs: 5 }, 'bannerTimeoutDs', 20, 20)).toEqual({});
  });
});
