/**
 * iPXE as a Linux kernel (`ipxe.lkrn`) with its script in the same file, as `make bin/ipxe.lkrn EMBED=SCRIPT` makes one. iPXE takes
 * its script as an initial RAM disk, whose place and length a boot loader writes into the kernel's setup header when it loads
 * one. Here they stand in the file: the script lies behind the code, which every loader puts at 1 MiB whole, and a loader that
 * is given no initrd leaves them as they are.
 */
import { utf8 } from '../base/bytes.ts';
import { LINUX_SETUP, linuxSetupBytes } from '../base/data/linux-setup.ts';

/** Where loaders put the protected-mode code ("The Real-Mode Kernel Header", LOADED_HIGH). */
const CODE_ADDRESS = 0x10_0000;
const PAGE_BYTES = 4096;

export function scriptedKernel(kernel: Uint8Array, script: string): Uint8Array {
  const text = utf8(script);
  const setupBytes = linuxSetupBytes(kernel);
  const scriptAt = Math.ceil((kernel.length - setupBytes) / PAGE_BYTES) * PAGE_BYTES;
  const out = new Uint8Array(setupBytes + scriptAt + text.length);
  out.set(kernel);
  out.set(text, setupBytes + scriptAt);
  const view = new DataView(out.buffer);
  view.setUint32(LINUX_SETUP.ramdiskImage, CODE_ADDRESS + scriptAt, true);
  view.setUint32(LINUX_SETUP.ramdiskSize, text.length, true);
  view.setUint32(LINUX_SETUP.syssize, Math.ceil((scriptAt + text.length) / 16), true);
  return out;
}
