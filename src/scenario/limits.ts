/** What a link may ask of the page that opens it: it is untrusted input. */
export const SCENARIO_LIMITS = {
  maxNodes: 600,
  maxPcs: 8,
  maxMemMiB: 1024,
  maxTotalMemMiB: 2048,
  maxTextBytes: 1024 * 1024,
  maxMediumTextBytes: 64 * 1024,
  maxLinks: 1200,
  maxFaults: 32,
  maxRoutes: 64,
  maxServerCards: 8,
  maxBreakpoints: 64,
  maxCertificates: 64,
  maxNotes: 64,
  maxMoments: 64,
  maxColumns: 30,
  maxColourRules: 64,
  maxFrameNotes: 1000,
  /** Times are at most eleven days: they stay exact as nanoseconds. */
  maxMs: 1e9,
  maxPathDepth: 100,
  /** Of UEFI firmware, whose store has 256 KiB. */
  maxVariables: 256,
  maxVariableName: 128,
  maxVariableBytes: 100 * 1024,
  maxPatternBytes: 256 * 1024 * 1024,
} as const;
