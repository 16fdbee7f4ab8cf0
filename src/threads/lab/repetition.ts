/**
 * Detects a machine that goes through the same stages again and again: a BIOS that tries to boot once a minute, a
 * script that loads itself. It shows nothing new, however long it runs.
 */

/** Number of equal rounds that are required. */
const ROUNDS = 8;
/** Stages in the longest round that is recognised. */
const MOST_STAGES = 64;

export class Repetition {
  private readonly stages: string[] = [];
  /** By the length of a round: how many of the last stages are the same as those a round before. */
  private readonly alike = new Uint32Array(MOST_STAGES + 1);

  /** The next stage, with the machine's message. */
  add(stage: string): void {
    const { stages, alike } = this;
    for (let length = 1; length <= MOST_STAGES; length++)
      alike[length] = stages.at(-length) === stage ? (alike[length] ?? 0) + 1 : 0;
    stages.push(stage);
    if (stages.length > MOST_STAGES) stages.shift();
  }

  /** A user action: the count starts over. */
  forget(): void {
    this.stages.length = 0;
    this.alike.fill(0);
  }

  /** Number of equal rounds, including the first; 0 while there are too few. */
  get rounds(): number {
    const length = this.alike.findIndex((count, at) => at > 0 && count >= at * (ROUNDS - 1));
    return length < 0 ? 0 : Math.floor((this.alike[length] ?? 0) / length) + 1;
  }
}
