/** What the benchmarks use of a browser, which the types of Node do not have. */
export interface BrowserWorker {
  onmessage: ((event: { readonly data: never }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  terminate(): void;
}

export const { Worker } = globalThis as unknown as {
  readonly Worker: new (url: URL, options: { readonly type: 'module' }) => BrowserWorker;
};
