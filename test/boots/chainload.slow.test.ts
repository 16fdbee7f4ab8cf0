/** Chainloading on an emulated PC: the image's own code shuts the PXE stack down and hands over, twice to the same state. */
import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { play, siteScenario } from '../support/lab.ts';

describe('undionly.kpxe of the lab on an emulated PC', () => {
  it('runs the script that iPXE is named, the same way each time', () => {
    const scenario = siteScenario('pc-chainload-cured');
    const { lab, stop } = play(scenario);
    expect(stop.kind).toBe('breakpoint');
    const text = lab.machine('pc1').screenText();
    expect(text).toContain('using undionly on 0000:00:');
    expect(text).toContain('The answer is 42');
    const calls = lab.log.events.flatMap((event) =>
      event.kind === 'return' ? [`${event.function}: ${event.status}`] : [],
    );
    expect(calls).toEqual(['PXENV_UNDI_SHUTDOWN: success', 'PXENV_UNLOAD_STACK: success']);
    expect(answerOf(play(scenario).lab.machine('pc1'), 'stateHash')).toBe(answerOf(lab.machine('pc1'), 'stateHash'));
  });

  it('comes back to the PXE ROM, which lets the BIOS go on', () => {
    const scenario = siteScenario('pc-chainload-cured');
    const nodes = scenario.nodes.map((node) =>
      node.kind === 'server'
        ? {
            ...node,
            files: node.files.map((file) =>
              file.path.endsWith('.ipxe') ? { path: file.path, content: { text: '#!ipxe\nexit 0\n' } } : file,
            ),
          }
        : node,
    );
    const { lab, stop } = play({ ...scenario, nodes }, { until: 'screen:/No bootable device|No more/', timeoutS: 60 });
    expect(stop.kind).toBe('breakpoint');
    const after = play({ ...scenario, nodes }, { until: 'stage:next-device', timeoutS: 60 });
    expect(after.stop.kind).toBe('breakpoint');
    expect(lab.machine('pc1').powered).toBe(true);
    const stages = after.lab.log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []));
    const exit = stages.indexOf('nbp-exit');
    expect(stages.slice(exit, exit + 2)).toEqual(['nbp-exit', 'next-device']);
  });
});
