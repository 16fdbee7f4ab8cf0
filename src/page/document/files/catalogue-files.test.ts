/** Files that the site's catalogue has too are named by it, wherever a lab names them. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../scenario/parse.ts';
import { ownFiles, withCatalogueFiles } from './catalogue-files.ts';
import { copyName } from '../kept/copy-name.ts';

const KNOWN = 'a'.repeat(64);
const OWN = 'b'.repeat(64);
const CATALOGUE = [{ path: 'pxelinux/pxelinux.0', sha256: KNOWN }];

const parsed = parseScenario({
  version: 1,
  name: 'files',
  nodes: [
    {
      kind: 'pc',
      name: 'pc1',
      nics: [{ mac: '52:54:00:12:00:01' }],
      media: { disk: { userFile: 'disk.img', sha256: OWN, sizeBytes: 20_000 } },
    },
    {
      kind: 'server',
      name: 'server1',
      nics: [{ mac: '02:00:00:00:00:01' }],
      files: [
        { path: '/a', content: { userFile: 'mine.0', sha256: KNOWN, sizeBytes: 42_000 } },
        { path: '/b', content: { userFile: 'copy.img', sha256: OWN, sizeBytes: 20_000 } },
        { path: '/c', content: { text: 'c' } },
      ],
    },
  ],
});
if (!parsed.ok) throw new Error('the lab must be valid');
const scenario = parsed.value;

describe('withCatalogueFiles', () => {
  it('names what the catalogue has, with its hash, and leaves the rest', () => {
    const named = withCatalogueFiles(scenario, CATALOGUE);
    const server = named.nodes[1];
    expect(server?.kind === 'server' && server.files).toEqual([
      { path: '/a', content: { image: 'pxelinux/pxelinux.0', sha256: KNOWN } },
      { path: '/b', content: { userFile: 'copy.img', sha256: OWN, sizeBytes: 20_000 } },
      { path: '/c', content: { text: 'c' } },
    ]);
    expect(named.nodes[0]).toEqual(scenario.nodes[0]);
    expect(parseScenario(named).ok).toBe(true);
  });

  it('gives the same lab back when there is nothing to name', () => {
    expect(withCatalogueFiles(scenario, [])).toBe(scenario);
  });

  it('leaves each file of the reader’s once', () => {
    expect(ownFiles(withCatalogueFiles(scenario, CATALOGUE)).map(({ sha256 }) => sha256)).toEqual([OWN]);
  });
});

describe('copyName', () => {
  it('counts copies, and copies of copies', () => {
    expect(copyName('Lab', ['Lab'], 'copy')).toBe('Lab (copy)');
    expect(copyName('Lab (copy)', ['Lab', 'Lab (copy)'], 'copy')).toBe('Lab (copy 2)');
    expect(copyName('x'.repeat(120), [], 'copie')).toHaveLength(120);
  });
});
