/** A bad scenario is refused with the place of its fault; a good one gets its defaults. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario, parseScenarioText } from './parse.ts';

const opening = readFileSync(new URL('../../public/scenarios/debian-installer.json', import.meta.url), 'utf8');

/** The opening lab with one value changed; `at` is a path such as `nodes.0.name`. */
function changed(at: string, value: unknown): ReturnType<typeof parseScenario> {
  const root: unknown = JSON.parse(opening);
  const keys = at.split('.');
  const last = keys.pop() ?? '';
  let holder = root as Record<string, unknown>;
  for (const key of keys) holder = holder[key] as Record<string, unknown>;
  holder[last] = value;
  return parseScenario(root);
}

function problemsOf(result: ReturnType<typeof parseScenario>): string[] {
  return result.ok ? [] : result.error.map((problem) => `${problem.path}: ${problem.message}`);
}

describe('parseScenario', () => {
  it('takes the opening lab and fills in defaults', () => {
    const result = parseScenarioText(opening);
    expect(problemsOf(result)).toEqual([]);
    if (!result.ok) return;
    expect(result.value.links[0]).toMatchObject({ latencyUs: 5, bandwidthMbps: 1000, faults: [] });
  });

  it.each([
    ['a wrong type', 'nodes.0.memMiB', 'lots', '$.nodes[0].memMiB'],
    ['a field that does not exist', 'nodes.0.memory', 64, '$.nodes[0].memory'],
    ['a bad MAC', 'nodes.0.nics.0.mac', '52:54', '$.nodes[0].nics[0].mac'],
    ['an unknown kind of node', 'nodes.1.kind', 'hub', '$.nodes[1].kind'],
    ['a cable to nowhere', 'links.0.b', 'sw9.1', '$.links[0].b'],
    ['a port that is not there', 'links.0.a', 'pc1.net7', '$.links[0].a'],
    ['a port used twice', 'links.1.b', 'sw1.1', '$.links[1].b'],
    ['a name used twice', 'nodes.1.name', 'pc1', '$.nodes[1].name'],
    ['a version of the future', 'version', 99, '$.version'],
    ['too much memory', 'nodes.0.memMiB', 100_000, '$.nodes[0].memMiB'],
    ['an input for nobody', 'inputs', [{ machine: 'x', at: { ms: 1 }, do: { type: 'a' } }], '$.inputs[0].machine'],
    ['a fault of unknown kind', 'links.0.faults', [{ kind: 'gremlin' }], '$.links[0].faults[0].kind'],
  ])('names the place of %s', (_what, at, value, path) => {
    const problems = problemsOf(changed(at, value));
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.startsWith(`${path}:`), problems[0]).toBe(true);
  });

  const nic = { mac: '52:54:00:bb:00:01' };
  const nodes = {
    pc: { kind: 'pc', name: 'pc1', nics: [nic] },
    row: { kind: 'bare', name: 'pc', count: 12, nics: [nic] },
    sw: { kind: 'switch', name: 'sw1' },
    boot: { kind: 'server', name: 'boot', nics: [{ mac: '02:00:00:00:00:01', address: '10.0.0.1/24' }] },
  };
  const lab = (...list: readonly object[]): object => ({ version: 1, name: 'x', nodes: list });
  const files = (...list: readonly unknown[]): object => lab({ ...nodes.boot, files: list });

  it.each<readonly [unknown, readonly string[]]>([
    [null, ['$: expected an object; found null']],
    [[], ['$: expected an object; found a list of 0']],
    [{ version: 0 }, ['$.version: there has been no version 0: the versions are 1 to 1']],
    [{ version: 1 }, ['$.name: expected a text; nothing is there', '$.nodes: expected a list; nothing is there']],
    [
      { ...lab(), version: '1' },
      ['$.version: expected 1; found "1"', '$.nodes: expected at least 1 in the list; found a list of 0'],
    ],
    [
      lab({ ...nodes.pc, memMB: 64 }),
      [expect.stringMatching(/^\$\.nodes\[0\]\.memMB: no such field here; the fields are kind, name, memMiB, /)],
    ],
    [
      lab({ ...nodes.pc, name: 'a b' }),
      ['$.nodes[0].name: expected a name: a letter, then up to 31 letters, digits, - or _; found "a b"'],
    ],
    [lab({ ...nodes.pc, power: 'maybe' }), ['$.nodes[0].power: expected "on", "off" or an object; found "maybe"']],
    [lab({ ...nodes.pc, power: { onAtMs: -1 } }), ['$.nodes[0].power.onAtMs: expected at least 0; found -1']],
    [
      lab({ ...nodes.pc, firmware: { options: { a: {} } } }),
      ['$.nodes[0].firmware.options.a: expected a text, a number or true or false; found an object'],
    ],
    [lab({ kind: 'hub' }), ['$.nodes[0].kind: expected "pc", "bare", "switch" or "server"; found "hub"']],
    [
      lab({ ...nodes.sw, ports: [{ name: '1', mode: 'acess' }] }),
      ['$.nodes[0].ports[0].mode: expected "access" or "trunk"; found "acess"'],
    ],
    [
      lab({ ...nodes.sw, ports: [{ name: '1', mode: 'access', vlan: 5000 }] }),
      ['$.nodes[0].ports[0].vlan: expected at most 4094; found 5000'],
    ],
    [
      lab({ ...nodes.sw, ports: [{ name: '1', mode: 'trunk', alowedVlans: [] }] }),
      [
        '$.nodes[0].ports[0].alowedVlans: no such field here; the fields are name, mode, nativeVlan, allowedVlans, portfast',
      ],
    ],
    [
      lab({
        ...nodes.sw,
        ports: [
          { name: '1', mode: 'access' },
          { name: '1', mode: 'access' },
        ],
      }),
      ['$.nodes[0].ports[1].name: sw1 has a port 1 already: give this one another name'],
    ],
    [
      lab({ ...nodes.sw, faults: [{ kind: 'silent' }] }),
      [expect.stringMatching(/^\$\.nodes\[0\]\.faults\[0\]\.kind: expected "loss", /)],
    ],
    [
      lab({ ...nodes.boot, faults: [{ kind: 'loss', probability: 2 }] }),
      ['$.nodes[0].faults[0].probability: expected at most 1; found 2'],
    ],
    [
      lab({ ...nodes.boot, faults: [{ kind: 'loss', probability: 1, port: 'eth7' }] }),
      ['$.nodes[0].faults[0].port: boot has no port eth7; it has eth0'],
    ],
    [
      files({ path: 'x', content: { text: '' } }),
      ['$.nodes[0].files[0].path: expected a text that begins with "/"; found "x"'],
    ],
    [
      files({ path: '/x', content: {} }),
      [
        '$.nodes[0].files[0].content: expected one of text, base64, image, userFile, patternBytes, medium, nbi or lab; found an object',
      ],
    ],
    [
      files({ path: '/x', content: { image: 'a', truncate: 3 } }),
      ['$.nodes[0].files[0].content.truncate: no such field here; the fields are image, sha256'],
    ],
    [
      files({ paht: '/x' }),
      [
        '$.nodes[0].files[0]: expected a file {path, content}, a tree {path, imageTree}, a directory {path, directory} or a link {path, link}; found an object',
      ],
    ],
    [
      files(...[1, 2].map((i) => ({ path: `/${i}`, content: { patternBytes: 200 * 1024 * 1024 } }))),
      [
        '$.nodes[0].files[1].content.patternBytes: files of known sizes add up to more than 268435456 bytes: make them smaller',
      ],
    ],
    [
      lab(nodes.row, { ...nodes.pc, name: 'pc7', nics: [{ mac: '52:54:00:bb:00:99' }] }),
      ['$.nodes[0].name: one of the 12 machines would be called pc7, as another node is: rename one of the two'],
    ],
    [
      { ...lab(nodes.row, nodes.boot), links: [{ a: 'pc.net0', b: 'boot.eth0' }] },
      ['$.links[0].a: pc is a row of machines: it can be plugged into a switch only'],
    ],
    [
      { ...lab(nodes.sw), links: [{ a: 'sw1.1', b: 'sw1.1' }] },
      ['$.links[0].b: sw1.1 is already plugged in by $.links[0]: use another port, or remove one of the cables'],
    ],
    [
      { ...lab(nodes.sw), links: [{ a: 'sw1.1', b: 'sw1' }] },
      ['$.links[0].b: no node for "sw1": expected NODE.PORT, such as pc1.net0'],
    ],
    [
      { ...lab(nodes.pc), inputs: [{ machine: 'pc1', at: { ms: 1e300 }, do: { kys: [] } }] },
      [
        '$.inputs[0].at.ms: expected at most 1000000000; found 1e+300',
        '$.inputs[0].do: expected one of keys, type, serial, power or ipxe; found an object',
      ],
    ],
    [
      JSON.parse('{"version":1,"name":"x","nodes":[{"kind":"switch","name":"s","constructor":1}],"__proto__":{"a":1}}'),
      [
        expect.stringMatching(/^\$\.nodes\[0\]\.constructor: no such field/),
        expect.stringMatching(/^\$\.__proto__: no such field/),
      ],
    ],
  ])('says of %j where and what is expected', (value, expected) => {
    expect(problemsOf(parseScenario(value))).toEqual(expected);
  });

  it('tells the first of very many problems, and shortens what it quotes', () => {
    const links = Array.from({ length: 1000 }, () => ({ a: 'x'.repeat(10_000), b: 'sw1.1' }));
    const problems = problemsOf(parseScenario({ ...lab(nodes.sw), links }));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toMatch(/^\$: and \d+ more problems/);
    expect(Math.max(...problems.map((problem) => problem.length))).toBeLessThan(200);
  });

  it('leaves the prototypes of the page alone', () => {
    const polluted =
      '{"version":1,"name":"x","nodes":[{"kind":"server","name":"s","nics":[{"mac":"02:00:00:00:00:01"}],"services":{"dnsmasq":{"config":"","files":{"__proto__":"x","constructor":"y","/a":"z"}}}}]}';
    parseScenarioText(polluted);
    expect(({} as { readonly x?: unknown }).x).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('takes inputs for a row of machines and for each of it, and for none beyond', () => {
    const row = { kind: 'bare', name: 'pc', count: 12, nics: [{ mac: '52:54:00:bb:00:01' }] };
    const inputs = ['pc', 'pc1', 'pc12', 'pc13', 'pc01'].map((machine) => ({
      machine,
      at: { ms: 1 },
      do: { type: 'a' },
    }));
    expect(problemsOf(parseScenario({ version: 1, name: 'row', nodes: [row], inputs }))).toEqual([
      '$.inputs[3].machine: no machine is named pc13',
      '$.inputs[4].machine: no machine is named pc01',
    ]);
  });

  it('says where text stops being JSON', () => {
    const result = parseScenarioText('{ "version": 1, ');
    expect(problemsOf(result)[0]).toMatch(/^\$: this is not JSON/);
  });

  it('refuses what is nested too deeply before it is parsed, brackets in texts apart', () => {
    const deep = problemsOf(parseScenarioText(`${'['.repeat(1e6)}${']'.repeat(1e6)}`));
    expect(deep).toEqual(['$: lists and objects in each other 1000000 deep; at most 64']);
    const text = JSON.stringify({ version: 1, name: `\\"${'['.repeat(100)}`, nodes: [nodes.sw] });
    expect(parseScenarioText(text).ok).toBe(true);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        parseScenario(value);
      }),
    );
  });
});
