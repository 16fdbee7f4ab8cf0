/**
 * Sentences with places for what they are about: `{name}` stands for the parameter of that name. A sentence that has
 * an id and parameters can be said in another language.
 */

export type SentenceParameters = Readonly<Record<string, string | number>>;

/** The names between braces in a text that is known to the compiler. */
export type PlacesOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlacesOf<Rest>
  : never;

/** Exactly what a text asks for. */
export type ParametersOf<Text extends string> = Readonly<Record<PlacesOf<Text>, string | number>>;

/** Puts parameters in; a place without one stays visible. */
export function fillIn(text: string, parameters: SentenceParameters): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : whole,
  );
}

/** A sentence by its id in a catalogue; its parameters may be sentences themselves. */
export interface Sentence<Id extends string> {
  readonly id: Id;
  readonly parameters: Readonly<Record<string, string | number | Sentence<Id>>>;
}

/** The sentence in the words of a catalogue. */
export function say<Id extends string>({ id, parameters }: Sentence<Id>, texts: Readonly<Record<Id, string>>): string {
  const said = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'object' ? say(value, texts) : value,
  ]);
  return fillIn(texts[id], Object.fromEntries(said) as SentenceParameters);
}
