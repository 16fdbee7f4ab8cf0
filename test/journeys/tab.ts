/** What a journey does in a tab of any browser, whatever protocol the browser is driven by. */
export interface Tab {
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Calls a function in the page, with arguments that JSON can carry, and waits for what it returns. */
  evaluate<Args extends readonly unknown[], Result>(
    script: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result>;
  /** Clicks on the element that a CSS selector finds, as the mouse does. */
  click(selector: string): Promise<void>;
  /** Puts a text into a field of a form in the place of what is there, and submits it. */
  enter(selector: string, text: string): Promise<void>;
  /** Writes a picture of the tab, in PNG. */
  screenshot(path: string): Promise<void>;
  /** Ends the browser. */
  close(): Promise<void>;
}
