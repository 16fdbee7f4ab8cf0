/** Every protocol that the analysis knows. Add yours here. */
import { frameProtocol } from './frame/dissect.ts';
import { Registry, type DecodeAs, type Protocol } from './registry.ts';

export const PROTOCOLS: readonly Protocol[] = [frameProtocol];

export function makeRegistry(decodeAs: readonly DecodeAs[] = []): Registry {
  return new Registry(PROTOCOLS, decodeAs);
}
