/** The emulator's WebAssembly, for the layers that may not know the machine itself. */
export { compileWasm, type CompiledWasm } from '../machine/v86/host.ts';
