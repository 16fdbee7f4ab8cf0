/** English messages about regular expressions that are refused. */
import { defineMessages } from './sentence.ts';

export const PATTERN_TEXTS = {
  'pattern.too-long': 'The pattern is too long ({count} characters; at most {limit}).',
  'pattern.too-large': 'The pattern is too large ({steps} steps; at most {limit}): lower its repetition counts.',
  'pattern.too-deep': 'The groups of the pattern are nested too deeply.',
  'pattern.repetition': 'The repetition {text} is not valid: at most 1000, also within one another.',
  'pattern.invalid': 'The pattern is not valid: {reason}.',
  'pattern.unsupported': '{what} are not supported: patterns are matched in linear time.',
  'pattern.lookaround': 'Lookahead and lookbehind',
  'pattern.back-reference': 'Back references',
  'pattern.possessive': 'Atomic groups and possessive quantifiers',
  'pattern.group': 'Groups that begin with (? and are neither named, nor flags, nor (?:',
  'pattern.escape': 'This escape and others of its kind',
  'pattern.missing-parenthesis': 'missing closing )',
  'pattern.unexpected-parenthesis': 'unexpected )',
  'pattern.missing-bracket': 'missing closing ]',
  'pattern.class-range': 'invalid character class range',
  'pattern.nothing-to-repeat': 'missing argument to repetition operator',
  'pattern.trailing-backslash': 'trailing backslash at end of expression',
} as const;

export const patternMessage = defineMessages(PATTERN_TEXTS);
