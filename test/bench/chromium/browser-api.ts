/** What the benchmarks use of a browser, which the types of Node do not have. */
export interface MessageTarget {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly message: string }) => void): void;
  postMessage(message: unknown, transfer: readonly unknown[]): void;
}

export interface BrowserWorker extends MessageTarget {
  terminate(): void;
}

export const { Worker } = globalThis as unknown as {
  /** Under its own name, by which Vite finds the workers to build. */
  readonly Worker: new (url: URL, options: { readonly type: 'module' }) => BrowserWorker;
};

/** The scope of a worker. */
export const workerScope = globalThis as unknown as MessageTarget & { readonly location: { readonly href: string } };
