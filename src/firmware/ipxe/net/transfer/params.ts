/** Lists of form parameters and headers for one HTTP request, made by `params` and `param`. */

export interface Parameter {
  readonly kind: 'form' | 'header';
  readonly key: string;
  readonly value: string;
}

export interface ParameterList {
  readonly name: string;
  readonly method: string | undefined;
  readonly items: Parameter[];
}
