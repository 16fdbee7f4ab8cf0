/** Edits name their places, and never leave an invalid lab. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../scenario/parse.ts';
import { applyEdits, sameAt, valueAt } from './edits.ts';

const parsed = parseScenario({
  version: 1,
  name: 'lab',
  nodes: [
    { kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:ba:00:01' }] },
    {
      kind: 'server',
      name: 'boot',
      nics: [{ mac: '02:00:00:00:00:01' }],
      services: { dnsmasq: { config: 'no-ping\nlog-dhcp\n' } },
      files: [{ path: '/srv/a', content: { text: 'a' } }],
    },
  ],
});
if (!parsed.ok) throw new Error('the lab of this test is wrong');
const lab = parsed.value;
const CONFIG = ['nodes', 'boot', 'services', 'dnsmasq', 'config'];

describe('edits', () => {
  it('find nodes by name, files by path, and list elements by number', () => {
    const edited = applyEdits(lab, [
      { at: CONFIG, replace: 'no-ping\n', with: '$& is text\n' },
      { at: ['nodes', 'boot', 'files', '/srv/a', 'content', 'text'], value: 'b' },
      { at: ['nodes', 'boot', 'files', '+'], value: { path: '/srv/c', content: { text: 'c' } } },
      { at: ['nodes', 0, 'nics', 'net0', 'mac'], value: '52:54:00:ba:00:09' },
    ]);
    if (!edited.ok) throw new Error(edited.error[0]?.message);
    expect(valueAt(edited.value, CONFIG)).toBe('$& is text\nlog-dhcp\n');
    expect(valueAt(edited.value, ['nodes', 'boot', 'files', 0, 'content'])).toEqual({ text: 'b' });
    expect(valueAt(edited.value, ['nodes', 'boot', 'files', '/srv/c', 'content', 'text'])).toBe('c');
    expect(valueAt(edited.value, ['nodes', 'pc1', 'nics', 0, 'mac'])).toBe('52:54:00:ba:00:09');
    expect(sameAt(lab, edited.value, CONFIG)).toBe(false);
    expect(sameAt(lab, edited.value, ['nodes', 'pc1', 'power'])).toBe(true);
    expect(valueAt(lab, CONFIG)).toBe('no-ping\nlog-dhcp\n');
  });

  it('take away', () => {
    const edited = applyEdits(lab, [
      { at: ['nodes', 'pc1'], remove: true },
      { at: ['nodes', 'boot', 'services', 'dnsmasq'], remove: true },
    ]);
    expect(edited.ok && edited.value.nodes.map(({ name }) => name)).toEqual(['boot']);
    expect(edited.ok && valueAt(edited.value, ['nodes', 'boot', 'services'])).toEqual({});
  });

  it('name what they do not find, and what they break', () => {
    const problemOf = (edit: Parameters<typeof applyEdits>[1][number]): string => {
      const edited = applyEdits(lab, [edit]);
      return edited.ok ? '' : edited.error.map(({ path, message }) => `${path}: ${message}`).join();
    };
    expect(problemOf({ at: ['nodes', 'pc9', 'name'], value: 'x' })).toBe(
      'nodes.pc9.name: there is no such place in the lab',
    );
    expect(problemOf({ at: CONFIG, replace: 'absent', with: '' })).toContain('does not contain absent');
    expect(problemOf({ at: ['nodes', 'pc1', 'nics', 0, 'mac'], value: 'x' })).toContain('$.nodes[0].nics[0].mac');
    expect(problemOf({ at: ['nodes', '__proto__', 'polluted'], value: 1 })).toContain('no such place');
    expect(problemOf({ at: ['__proto__', 'polluted'], value: 1 })).toContain('no such place');
  });
});
