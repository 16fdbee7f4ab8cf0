/** The licences of the page: of the packages in the build, and of the sources of the images. */

/** One package of the build, as `tools/vite/licences.ts` describes it. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  readonly text: string;
}
