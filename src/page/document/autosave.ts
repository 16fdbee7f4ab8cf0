/** The lab that was being edited, kept in the browser so that nothing is lost by closing the tab. */
import { parseScenarioText } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';

const KEY = 'netboot-lab.autosave.1';

/** Undefined when nothing is kept, or it is not a lab of this version. */
export function loadAutosave(): Scenario | undefined {
  try {
    const text = localStorage.getItem(KEY);
    if (text === null) return undefined;
    const parsed = parseScenarioText(text);
    return parsed.ok ? parsed.value : undefined;
  } catch {
    // Storage is refused in some embeddings: the lab works without it.
    return undefined;
  }
}

export function saveAutosave(scenario: Scenario): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(scenario));
  } catch {
    // Full or refused: the link still holds the lab.
  }
}
