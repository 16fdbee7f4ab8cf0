/** The build options of an iPXE, as edits change them. Values equal to the preset's are not stored. */
import { hasOtherFirmware, isMachine, isServer } from '../../../scenario/nodes/queries.ts';
import type { ChainImage, Scenario } from '../../../scenario/schema.ts';
import type { ValuePath } from './set-value.ts';

type Options = ChainImage['options'];

/** Whose iPXE: the ROM of a machine's node, or a boot program among the files of a server. */
export type BuildTarget =
  | { readonly kind: 'rom'; readonly node: string }
  | { readonly kind: 'file'; readonly node: string; readonly path: string };

/** Every iPXE of the lab's own that the scenario holds. */
export function buildTargets(scenario: Scenario): readonly BuildTarget[] {
  return scenario.nodes.flatMap((node): BuildTarget[] => {
    if (isServer(node))
      return node.files.flatMap((file) =>
        'content' in file && 'lab' in file.content ? [{ kind: 'file', node: node.name, path: file.path }] : [],
      );
    const hasIpxe = isMachine(node) && node.firmware.personality === 'ipxe' && !hasOtherFirmware(node);
    return hasIpxe ? [{ kind: 'rom', node: node.name }] : [];
  });
}

/** The build of a target, in a scenario or in a draft of it. */
export function buildOf(scenario: Scenario, target: BuildTarget): ChainImage | undefined {
  const node = scenario.nodes.find(({ name }) => name === target.node);
  if (node === undefined) return undefined;
  if (isMachine(node)) return target.kind === 'rom' ? node.firmware : undefined;
  if (!isServer(node) || target.kind !== 'file') return undefined;
  const file = node.files.find(({ path }) => path === target.path);
  return file !== undefined && 'content' in file && 'lab' in file.content ? file.content : undefined;
}

/** Where the build of a target is in the document, below its node. */
export function buildPath(scenario: Scenario, target: BuildTarget): ValuePath {
  if (target.kind === 'rom') return ['firmware'];
  const node = scenario.nodes.find(({ name }) => name === target.node);
  const index = node !== undefined && isServer(node) ? node.files.findIndex(({ path }) => path === target.path) : -1;
  return ['files', index, 'content'];
}

/** Choosing a preset resets the individually switched features; texts stay. */
export function withPreset(options: Options, preset: string): Options {
  const { enable: _enable, disable: _disable, preset: _preset, ...texts } = options;
  return preset === 'default' ? texts : { ...texts, preset };
}

export function withFeature(options: Options, flag: string, on: boolean, isInPreset: boolean): Options {
  const changed = { ...options };
  for (const name of ['enable', 'disable'] as const) {
    const { [name]: value } = options;
    const flags = typeof value === 'string' ? value.split(/[\s,]+/).filter((each) => each !== '' && each !== flag) : [];
    if (on !== isInPreset && on === (name === 'enable')) flags.push(flag);
    if (flags.length > 0) changed[name] = flags.join(' ');
    else delete changed[name];
  }
  return changed;
}

export function withBuildValue<T extends string | number>(
  options: Options,
  name: string,
  value: T,
  ofPreset: T,
): Options {
  const { [name]: _before, ...others } = options;
  return value === ofPreset ? others : { ...others, [name]: value };
}
