/** What the parts of a lab are built with. */
import type { Clock } from '../base/time/clock.ts';
import type { EventLog } from '../base/event-log.ts';
import type { Rng } from '../base/rng.ts';
import type { CompiledWasm } from '../machine/v86/host.ts';
import type { FramePort } from '../net/port.ts';
import type { SecretStore } from '../protocols/tls/key-log.ts';
import type { LabCertificate } from '../services/service.ts';
import type { ImageBank } from './content/images.ts';

export interface NodeContext {
  readonly clock: Clock;
  /** Each node derives its own stream from it by its name. */
  readonly rng: Rng;
  readonly log: EventLog;
  readonly images: ImageBank;
  /** Of the document. */
  readonly certificates: readonly LabCertificate[];
  /** Keys of encrypted connections, for the capture. */
  readonly secrets: SecretStore;
  /** The emulator's WebAssembly; labs of bare machines do without. */
  readonly wasm: CompiledWasm | undefined;
  /** A station's port by its full name, plugged in by the lab and captured. */
  port(name: string, node: string): FramePort;
}
