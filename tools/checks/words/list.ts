/** Turns of phrase that do not belong in plain technical English, each with what to write instead. */
export interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

export const PHRASES: readonly Phrase[] = [
  { pattern: /\banew\b/i, instead: 'again' },
  { pattern: /\bbe it\b|\bbe they\b/i, instead: 'whether ... or, even if' },
  { pattern: /\b(as )?in (real )?life\b/i, instead: 'as on real hardware, as on a real network' },
  { pattern: /\bof no (matter|consequence|concern|account)\b/i, instead: 'ignored, does not matter' },
  { pattern: /\bfor ever\b/i, instead: 'forever, without end, without limit' },
  {
    pattern: /\b(is|are|was|were|be|been|has been) told (by|from)\b/i,
    instead: 'is reported, is notified, is known from',
  },
  {
    pattern: /\b(wants?|needs?) to know of\b|\b(is|are|was) known of\b|\bknows of\b/i,
    instead: 'needs to know about, has',
  },
  { pattern: /\b(says?|said|tells?|told) of\b/i, instead: 'reports about, message about' },
  { pattern: /\bspeaks? of\b/i, instead: 'mentions, describes, reports' },
  { pattern: /\b(is|are|was) (asked|spoken) of\b/i, instead: 'is requested from, is reported about' },
  { pattern: /\b(stands?|stood) there\b/i, instead: 'is shown, is present' },
  { pattern: /\bstands? in the way\b/i, instead: 'prevents' },
  {
    pattern: /\b(for|to|by|of|from|with|than|is|in) who\b/i,
    instead: 'name the antecedent: "for the reader that ..."',
  },
  { pattern: /\bwho(so)?ever\b|\bwhomever\b/i, instead: 'the caller, the client, anyone that' },
  { pattern: /\b(round|around) in (a )?circles?\b/i, instead: 'in a loop, loops' },
  { pattern: /\b(comes?|came|coming) to (an|its|their|the) end\b/i, instead: 'ends, finishes' },
  { pattern: /\bhas an end\b/i, instead: 'ends' },
  { pattern: /\bunasked\b/i, instead: 'without being asked, automatically' },
  { pattern: /\bof old\b/i, instead: 'earlier, older' },
  {
    pattern: /\b(hence|thence|whence|thereby|therein|thereof|whereby|wherein|hitherto|lest|upon|whilst|nought)\b/i,
    instead: 'so, from there, by this, in it, on, while',
  },
  { pattern: /\bis none of\b|\bare none of\b/i, instead: 'is not a, does not belong to' },
  { pattern: /\bsomebody else's\b/i, instead: 'another, a foreign' },
  { pattern: /\bin its stead\b|\bin their stead\b/i, instead: 'instead' },
  { pattern: /\bmade it so\b|\bmade so\b/i, instead: 'caused' },
  {
    pattern: /\b(seconds?|bytes?) an? (second|frame|machine|character|event)\b/i,
    instead: '... per ...',
  },
  { pattern: /\bhowever (it|they) (is|are|be)\b/i, instead: 'regardless of how' },
  { pattern: /\bas it stands\b/i, instead: 'as it is, or leave it out' },
  { pattern: /\bno business of\b|\bis the business of\b/i, instead: 'does not concern, belongs to' },
];

/** Words of identifiers that say too little, each with what to write instead. */
export const NAMES: readonly { readonly name: string; readonly instead: string }[] = [
  { name: 'told', instead: 'reported, received, announced' },
  { name: 'tell', instead: 'report, notify, answer, show' },
  { name: 'tells', instead: 'reports, announces' },
  { name: 'looked', instead: 'expected, checked, found' },
];
