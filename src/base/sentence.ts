/**
 * Sentences with places for what they are about: `{name}` stands for the parameter of that name. A sentence that has
 * an id and parameters can be said in another language.
 */

export type SentenceParameters = Readonly<Record<string, string | number>>;

/** The names between braces in a text that is known to the compiler; text with blanks is not a name. */
type PlacesOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${string} ${string}` ? never : Name) | PlacesOf<Rest>
  : never;

/** Exactly what a text asks for. */
export type ParametersOf<Text extends string> = Readonly<Record<PlacesOf<Text>, string | number>>;

const NO_NAMES: ReadonlySet<string> = new Set();

/** Numbers in words of a program have a point; French writes a comma there. */
export function withDecimalMark(number: string, language: string): string {
  return language === 'fr' ? number.replace('.', ',') : number;
}

/**
 * Puts parameters in; a place without one stays visible, and numbers get the decimal mark of the language. `sentences`
 * are the names of those that are whole sentences: they lose their full stop where the text goes on with a mark of its own.
 */
export function fillIn(
  text: string,
  parameters: SentenceParameters,
  language = 'en',
  sentences: ReadonlySet<string> = NO_NAMES,
): string {
  return text.replace(/\{(\w+)\}(?=( ?[;.(])?)/g, (whole, name: string, mark?: string) => {
    const given = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (given === undefined) return whole;
    const value = typeof given === 'number' ? withDecimalMark(String(given), language) : given;
    return mark !== undefined && sentences.has(name) ? value.replace(/(?<!\.)\.$/, '') : value;
  });
}

/**
 * A text whose wording depends on the number in the place `by`. `one` and `other` are the categories of
 * `Intl.PluralRules`: French has `one` for 0 and 1, English for 1 alone.
 */
export interface PluralText {
  readonly by: string;
  readonly one: string;
  readonly other: string;
}

export type MessageText = string | PluralText;

const rules = new Map<string, Intl.PluralRules>();

/** The text with its parameters, in the form that the language has for the number. */
export function formatMessage(
  text: MessageText,
  parameters: SentenceParameters,
  language: string,
  sentences?: ReadonlySet<string>,
): string {
  if (typeof text === 'string') return fillIn(text, parameters, language, sentences);
  const rule = rules.get(language) ?? new Intl.PluralRules(language);
  rules.set(language, rule);
  return fillIn(
    rule.select(Number(parameters[text.by])) === 'one' ? text.one : text.other,
    parameters,
    language,
    sentences,
  );
}

/** A sentence by its id in the table of its part; its parameters may be sentences themselves. */
export interface Sentence {
  readonly id: string;
  readonly parameters: Readonly<Record<string, string | number | Sentence>>;
}

/** The sentences of a part of the lab, by id. */
export type MessageTexts = Readonly<Record<string, MessageText>>;

/** The sentence in a language; undefined when its texts lack it, or one that is part of it. */
export function say({ id, parameters }: Sentence, texts: MessageTexts, language: string): string | undefined {
  const { text: number } = parameters;
  if (id === DECIMAL && typeof number === 'string') return withDecimalMark(number, language);
  const text = Object.hasOwn(texts, id) ? texts[id] : undefined;
  if (text === undefined) return undefined;
  const said: Record<string, string | number> = {};
  const sentences = new Set<string>();
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'object') sentences.add(name);
    const part = typeof value === 'object' ? say(value, texts, language) : value;
    if (part === undefined) return undefined;
    said[name] = part;
  }
  return formatMessage(text, said, language, sentences);
}

/** A sentence together with its English words: what a part of the lab hands on in events. */
export interface Message {
  /** In English. */
  readonly text: string;
  /** The same by id and parameters, for other languages. */
  readonly says: Sentence;
}

/** The same sentences in another language: none may be missing, and none may be there that nobody says. */
export type Translation<Texts extends MessageTexts> = { readonly [Id in keyof Texts]: MessageText };

/** What a program or a protocol says in its own words, which are the same in every language: a line of a log, an error text. */
export function verbatim(text: string): Message {
  return { text, says: { id: 'verbatim', parameters: { text } } };
}

const DECIMAL = 'decimal';

/** A number with a fixed count of decimals, or one with its unit (`1.5 ms`): each language has its decimal mark. */
export function decimal(text: string): Message {
  return { text, says: { id: DECIMAL, parameters: { text } } };
}

type PlacesOfText<T extends MessageText> = T extends string
  ? PlacesOf<T>
  : T extends PluralText
    ? T['by'] | PlacesOf<T['one']> | PlacesOf<T['other']>
    : never;

/** A parameter may be a sentence of its own, which is put into the other in its language. */
/** What a sentence takes: nothing, where it has no places. A parameter may be a sentence too, put in in its language. */
type MessageArguments<T extends MessageText> = [PlacesOfText<T>] extends [never]
  ? readonly []
  : readonly [parameters: Readonly<Record<PlacesOfText<T>, string | number | Message>>];

/**
 * The sentences of a part of the lab. Returns what makes them, with exactly the parameters that each asks for. English comes
 * with the message; other languages have a `Translation` of the table.
 */
export function defineMessages<const Texts extends MessageTexts>(
  texts: Texts,
): <Id extends keyof Texts & string>(id: Id, ...parameters: MessageArguments<Texts[Id]>) => Message {
  return (id, ...[parameters]) => {
    const given = Object.entries<string | number | Message>(parameters ?? {});
    const english = given.map(([name, value]) => [name, typeof value === 'object' ? value.text : value] as const);
    const said = given.map(([name, value]) => [name, typeof value === 'object' ? value.says : value] as const);
    const sentences = new Set(given.flatMap(([name, value]) => (typeof value === 'object' ? [name] : [])));
    return {
      text: formatMessage(texts[id] ?? id, Object.fromEntries(english), 'en', sentences),
      says: { id, parameters: Object.fromEntries(said) },
    };
  };
}
