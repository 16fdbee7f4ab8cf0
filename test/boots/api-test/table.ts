export const CALLS: readonly (readonly [string, number])[] = [];
export const LAST_CALLS: readonly (readonly [string, number])[] = [];
