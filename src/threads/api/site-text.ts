/** Text files of the site, such as scenarios. */
import { err, ok, type Result } from '../../base/result.ts';
import { notJson } from '../../scenario/parse.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../../scenario/problems.ts';

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** Whether something begins as a web page: many hosts answer with one, and 200, for what they do not have. */
export function looksLikeHtml(start: string): boolean {
  return /^(?:\uFEFF|ï»¿)?\s*<(?:!doctype html|html|head|body|!--)/i.test(start);
}

/** The error is what to show. */
export async function fetchText(
  path: string,
  baseUrl: string,
  fetch: Fetch = async (from, init) => await globalThis.fetch(from, init),
): Promise<Result<string, ScenarioProblem>> {
  try {
    const response = await fetch(new URL(path, baseUrl), {});
    if (!response.ok) return err(problemAt(path, scenarioMessage('scenario.not-fetched', { status: response.status })));
    const text = await response.text();
    if (looksLikeHtml(text)) return err(problemAt(path, scenarioMessage('scenario.html-instead')));
    return ok(text);
  } catch {
    return err(problemAt(path, scenarioMessage('scenario.unreachable')));
  }
}

/** The same of a JSON file. */
export async function fetchJson(
  path: string,
  baseUrl: string,
  fetch?: Fetch,
): Promise<Result<unknown, ScenarioProblem>> {
  const text = await fetchText(path, baseUrl, fetch);
  if (!text.ok) return text;
  try {
    return ok(JSON.parse(text.value));
  } catch {
    return err(problemAt(path, notJson(text.value)));
  }
}
