/** Whose work the page is: what the build has bundled, and what the images are made from. */

/** One package of the build, as `tools/vite-licences.ts` describes it. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  readonly text: string;
}
