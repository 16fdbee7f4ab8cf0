/** The files of a server, as the page lists them. */
import { expect, it } from 'vitest';
import { openLab, siteScenario } from '../../../test/support/lab.ts';

it('are listed once, whatever symbolic links lead in circles', () => {
  const scenario = siteScenario('bare-pxe');
  const server = scenario.nodes.find((node) => node.kind === 'server');
  if (server?.kind !== 'server') throw new Error('the lab has a server');
  server.files = [
    { path: '/srv/tftp/debian/linux', content: { text: 'x' } },
    ...Array.from({ length: 40 }, (_, i) => ({ path: `/srv/tftp/d${i}`, link: i % 2 === 0 ? '/srv/tftp' : '.' })),
    { path: '/srv/tftp/kernel', link: 'd1/debian/linux' },
  ];
  const lab = openLab(scenario);
  const files = lab.servers
    .get(server.name)
    ?.fileList()
    .map(({ path }) => path);
  expect(files).toEqual(['/srv/tftp/debian/linux', '/srv/tftp/kernel']);
});
