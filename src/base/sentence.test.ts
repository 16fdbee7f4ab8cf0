import { describe, expect, it } from 'vitest';
import { decimal, defineMessages, say, verbatim } from './sentence.ts';

const TEXTS = {
  'part.sent': '{port}: sent {what}.',
  'part.frames': { by: 'count', one: '{count} frame', other: '{count} frames' },
} as const;

const FRENCH = {
  'part.sent': '{port} : envoyé : {what}.',
  'part.frames': { by: 'count', one: '{count} trame', other: '{count} trames' },
} as const;

const message = defineMessages(TEXTS);

describe('messages', () => {
  it('carry their English words, and the sentence in them as a sentence', () => {
    expect(message('part.sent', { port: 'net0', what: message('part.frames', { count: 2 }) })).toEqual({
      text: 'net0: sent 2 frames.',
      says: {
        id: 'part.sent',
        parameters: { port: 'net0', what: { id: 'part.frames', parameters: { count: 2 } } },
      },
    });
  });

  it('are said in another language with its plural forms', () => {
    const { says } = message('part.sent', { port: 'net0', what: message('part.frames', { count: 0 }) });
    expect(say(says, FRENCH, 'fr')).toBe('net0 : envoyé : 0 trame.');
    expect(message('part.frames', { count: 0 }).text).toBe('0 frames');
  });

  it('have the decimal mark of the language in numbers, and in nothing that only looks like one', () => {
    const texts = { 'part.after': '{file}: {time}, then {seconds} s' } as const;
    const { text, says } = defineMessages(texts)('part.after', { file: '1.0', time: decimal('1.50 ms'), seconds: 2.5 });
    expect(text).toBe('1.0: 1.50 ms, then 2.5 s');
    expect(say(says, texts, 'fr')).toBe('1.0: 1,50 ms, then 2,5 s');
  });

  it('end a sentence in them where their own text goes on', () => {
    const texts = { 'part.join': '{first}; {next} ({count} frames).', 'part.whole': '{first} {next}' } as const;
    const french = { ...texts, 'part.join': '{first} ; {next} ({count} trames).', verbatim: '{text}' };
    const join = defineMessages(texts);
    const [first, next] = [verbatim('It waits.'), verbatim('It stops…')];
    const { text, says } = join('part.join', { first, next, count: 2 });
    expect(text).toBe('It waits; It stops… (2 frames).');
    expect(say(says, french, 'fr')).toBe('It waits ; It stops… (2 trames).');
    expect(join('part.whole', { first, next }).text).toBe('It waits. It stops…');
    // A name is no sentence.
    expect(join('part.join', { first: 'a.', next: 'b.', count: 1 }).text).toBe('a.; b. (1 frames).');
  });

  it('are not said where the texts lack one of their parts', () => {
    const { says } = message('part.sent', { port: 'net0', what: verbatim('GET /') });
    expect(say(says, FRENCH, 'fr')).toBeUndefined();
    expect(say(says, { ...FRENCH, verbatim: '{text}' }, 'fr')).toBe('net0 : envoyé : GET /.');
    expect(say({ id: 'toString', parameters: {} }, FRENCH, 'fr')).toBeUndefined();
  });
});
