/**
 * Tells when a machine goes through the same stages again and again: a BIOS that tries to boot once a minute, a script
 * that loads itself. Nothing new is to be seen in it, however long it runs.
 */

/** Rounds that must be alike. */
const ROUNDS = 8;
/** Stages in the longest round that is recognised. */
const MOST_STAGES = 64;

export class Repetition {
  private readonly stages: string[] = [];
  /** By the length of a round: how many of the last stages are the same as those a round before. */
  private readonly alike = new Uint32Array(MOST_STAGES + 1);

  /** The next stage, with what the machine said of it. */
  take(stage: string): void {
    const { stages, alike } = this;
    for (let length = 1; length <= MOST_STAGES; length++)
      alike[length] = length <= stages.length && stages[stages.length - length] === stage ? alike[length] + 1 : 0;
    stages.push(stage);
    if (stages.length > MOST_STAGES) stages.shift();
  }

  /** Somebody did something: what follows is another matter. */
  forget(): void {
    this.stages.length = 0;
    this.alike.fill(0);
  }

  /** How many rounds were alike, the first among them; 0 as long as they are few. */
  get rounds(): number {
    const length = this.alike.findIndex((count, at) => at > 0 && count >= at * (ROUNDS - 1));
    return length < 0 ? 0 : Math.floor(this.alike[length] / length) + 1;
  }
}
