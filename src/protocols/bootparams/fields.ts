/** Numbers of Sun's bootparam program, version 1, whose only specification is its RPC language file of 1988. */

export const BOOTPARAM_PROGRAM = 100_026;
export const BOOTPARAM_VERSION = 1;
export const BOOTPARAM_PROCEDURE = { null: 0, whoami: 1, getFile: 2 } as const;
export const BOOTPARAM_PROCEDURE_NAMES: readonly string[] = ['NULL', 'WHOAMI', 'GETFILE'];
/** The one kind of address: four bytes, each in a word of its own. */
export const IP_ADDRESS_TYPE = 1;
