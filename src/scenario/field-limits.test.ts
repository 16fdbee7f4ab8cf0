/** Forms get the bounds that the schema has: a value at a bound is taken, one beyond it is refused. */
import { describe, expect, it } from 'vitest';
import { choices, longestText, numberLimits, withinLimits } from './field-limits.ts';
import { parseScenario } from './parse.ts';

const MAC = '52:54:00:00:00:01';
const pc = (more: object): object => ({ nodes: [{ kind: 'pc', name: 'pc1', nics: [{ mac: MAC }], ...more }] });
const cable = (more: object): object => ({
  nodes: [
    { kind: 'switch', name: 'sw1' },
    { kind: 'switch', name: 'sw2' },
  ],
  links: [{ a: 'sw1.1', b: 'sw2.1', ...more }],
});
const fault = (more: object): object => cable({ faults: [{ ...more }] });
const isValid = (lab: object): boolean => parseScenario({ version: 1, name: 'Limits', ...lab }).ok;

describe('limits of numbers', () => {
  it.each([
    [['nodes', 'pc', 'memMiB'], (memMiB: number) => pc({ memMiB })],
    [['links', 'latencyUs'], (latencyUs: number) => cable({ latencyUs })],
    [['links', 'bandwidthMbps'], (bandwidthMbps: number) => cable({ bandwidthMbps })],
    [['links', 'faults', 'loss', 'probability'], (probability: number) => fault({ kind: 'loss', probability })],
    [['links', 'faults', 'delay', 'delayUs'], (delayUs: number) => fault({ kind: 'delay', delayUs })],
    [['links', 'faults', 'mtu', 'bytes'], (bytes: number) => fault({ kind: 'mtu', bytes })],
    [['links', 'faults', 'bandwidth', 'mbps'], (mbps: number) => fault({ kind: 'bandwidth', mbps })],
    [['links', 'faults', 'loss', 'toMs'], (toMs: number) => fault({ kind: 'loss', probability: 1, toMs })],
    [
      ['nodes', 'switch', 'stp', 'priority'],
      (priority: number) => ({ nodes: [{ kind: 'switch', name: 's', stp: { priority } }] }),
    ],
    [
      ['nodes', 'switch', 'ports', 'access', 'vlan'],
      (vlan: number) => ({ nodes: [{ kind: 'switch', name: 's', ports: [{ name: '1', mode: 'access', vlan }] }] }),
    ],
  ] as const)('are those of the schema: %j', (path, labWith) => {
    const limits = numberLimits(...path);
    const step = limits.isInteger ? 1 : limits.min / 2 || 0.5;
    expect(Number.isFinite(limits.min) && Number.isFinite(limits.max)).toBe(true);
    for (const value of [limits.min, limits.max]) expect(isValid(labWith(value))).toBe(true);
    for (const value of [limits.min - step, limits.max + 1]) {
      expect(isValid(labWith(value))).toBe(false);
      expect(isValid(labWith(withinLimits(value, limits)))).toBe(true);
    }
    expect(isValid(labWith(limits.min + 0.25))).toBe(!limits.isInteger);
  });

  it('name a field that the schema does not have', () => {
    expect(() => numberLimits('nodes', 'pc', 'memory')).toThrow('nodes pc memory');
  });
});

it('gives the choices of a field in order, and the length of a text', () => {
  expect(choices('nodes', 'pc', 'keyboardLayout')).toEqual(['us', 'fr', 'de']);
  expect(choices('nodes', 'pc', 'nics', 'model')).toEqual(['ne2k', 'virtio']);
  expect(choices('links', 'faults', 'match', 'action')).toEqual(['drop', 'delay', 'corrupt', 'duplicate']);
  expect(choices('links', 'faults', 'match', 'direction')).toEqual(['both', 'a-to-b', 'b-to-a']);
  expect(choices('nodes', 'bare', 'faults', 'loss', 'direction')).toEqual(['both', 'in', 'out']);
  expect(longestText('name')).toBe(120);
});
