/**
 * The few globals that Node and every browser share and that ECMAScript's own library does not declare.
 * Non-UI code compiles without the DOM library; what it may use of the host is listed here and nowhere else.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
declare function atob(base64: string): string;
declare function btoa(binary: string): string;
