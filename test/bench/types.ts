/** What a benchmark is made of. The same measures run in Node and in a Chromium worker; what differs is the host. */
import type { CompiledWasm } from '../../src/machine/v86/host.ts';
import type { ImageBank } from '../../src/lab/content/images.ts';
import type { FrameThreadSetup } from './pass-frames.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

export type HostName = 'node' | 'chromium';

export interface MemoryReading {
  /** Resident bytes of the process. */
  readonly residentBytes: number;
  /** Resident bytes of writable mappings at least as large as was asked: the guest's memory, once it exists. */
  readonly largeMappingBytes: number;
}

/** A thread that runs `pass-frames.ts`. */
export interface FrameThread {
  close(): void;
}

/** The computer that a measure runs on. */
export interface BenchHost {
  readonly name: HostName;
  /** Shorter runs, for trying out. */
  readonly quick: boolean;
  /** Milliseconds of wall time. */
  nowMs(): number;
  /** Processor time of this process, which other work on the computer sways less; undefined where it cannot be told. */
  readonly cpuMs?: () => number;
  images(scenario: Scenario): Promise<ImageBank>;
  image(path: string): Promise<Uint8Array>;
  /** `v86.wasm`. */
  wasmBytes(): Promise<Uint8Array>;
  wasm(): Promise<CompiledWasm>;
  /** Memory of this process after a collection; undefined where it cannot be told. */
  memory(largeBytes: number): Promise<MemoryReading | undefined>;
  frameThread(setup: FrameThreadSetup): Promise<FrameThread>;
  /** A real `ipxe.pxe` that speaks HTTPS, where one was named: Debian 12 has none. */
  readonly ipxeWithHttps?: Uint8Array | undefined;
  /** Asks tshark, with the file on disk; undefined where there is none. */
  tshark(
    capture: Iterable<Uint8Array>,
    filters: readonly string[],
  ): Promise<readonly { readonly count: number; readonly seconds: number }[] | undefined>;
}

/** What parts of a measure found, by name of the part, then by name of the value. */
export type Values = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Row {
  readonly what: string;
  readonly value: string;
  /** The other side of the comparison, measured in the same run. */
  readonly peer?: string;
  readonly target?: { readonly text: string; readonly met: boolean };
}

export interface Measure {
  readonly name: string;
  readonly title: string;
  /** Each part runs in a process (in Chromium a page) of its own: no part warms up or burdens the next. */
  readonly parts: readonly string[];
  readonly hosts: readonly HostName[];
  /** Each part is run so often, in rounds, and the least of each value counts: other work only makes times longer. */
  readonly rounds?: number;
  run(host: BenchHost, part: string): Promise<Readonly<Record<string, number>>>;
  rows(values: Values, host: HostName): readonly Row[];
}

/** A number that a measurement always gives. */
export function measured(part: Readonly<Record<string, number>> | undefined, name: string): number {
  const value = part?.[name];
  if (value === undefined) throw new Error(`Nothing was measured as ${name}.`);
  return value;
}
