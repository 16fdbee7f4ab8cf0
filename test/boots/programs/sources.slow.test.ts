/** The programs that labs of the site carry as bytes are what their sources make. */
import { expect, it } from 'vitest';
import { assembled } from '../../support/assemble.ts';
import { siteScenario } from '../../support/lab.ts';

it.each([['pc-initrd-names', '/srv/http/list-initrd', 'list-initrd']])('%s: %s', (lab, path, source) => {
  const contents = siteScenario(lab).nodes.flatMap((node) =>
    node.kind === 'server'
      ? node.files.flatMap((file) => ('content' in file && file.path === path ? [file.content] : []))
      : [],
  );
  expect(contents).toEqual([{ base64: assembled(source).toString('base64') }]);
});
