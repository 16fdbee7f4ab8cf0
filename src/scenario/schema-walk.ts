/** How schemas are made, as far as this project asks: the library keeps it, and tells it without types. */
import type * as z from 'zod/mini';

export interface Definition {
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  /** The field that tells the options of a union apart. */
  readonly discriminator?: string;
  readonly element?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  /** Of a literal. */
  readonly values?: readonly unknown[];
  /** Of an enumeration. */
  readonly entries?: Readonly<Record<string, string>>;
  /** Of a number: `safeint` where it is an integer. */
  readonly format?: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
}

/** A rule for the value: `value` of a bound, `maximum` of a length. */
export interface Check {
  readonly check: string;
  readonly value?: number;
  readonly maximum?: number;
}

export function definitionOf(schema: z.core.$ZodType): Definition {
  return (schema as unknown as { readonly def: Definition }).def;
}

/** Below defaults and options. */
export function unwrapOptional(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = definitionOf(schema);
  return innerType === undefined ? schema : unwrapOptional(innerType);
}
