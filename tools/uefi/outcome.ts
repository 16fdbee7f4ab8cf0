/** What `prepare-uefi.ts` and the test command agree on. */

/** Exit code: what the build needs (compilers, source packages) cannot be had here. */
export const CANNOT_BUILD = 3;
/** Environment variable of the tests: why there is no UEFI firmware. */
export const NO_UEFI_REASON = 'NETBOOT_LAB_NO_UEFI';
