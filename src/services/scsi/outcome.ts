/** How a SCSI command ends. */
import { SENSE_CODE, SENSE_KEY } from '../../protocols/scsi/fields.ts';
import type { Sense } from '../../protocols/scsi/sense.ts';

export type ScsiOutcome =
  /** `data` is what the command reads, before the initiator's limit. */
  | { readonly kind: 'good'; readonly data?: Uint8Array }
  | { readonly kind: 'condition-met' }
  | { readonly kind: 'reservation-conflict' }
  | { readonly kind: 'check-condition'; readonly sense: Sense };

export const GOOD: ScsiOutcome = { kind: 'good' };
export const RESERVATION_CONFLICT: ScsiOutcome = { kind: 'reservation-conflict' };

export function read(data: Uint8Array): ScsiOutcome {
  return { kind: 'good', data };
}

export function failed(sense: Sense): ScsiOutcome {
  return { kind: 'check-condition', sense };
}

export function illegal(code: number, field?: Sense['field']): ScsiOutcome {
  return failed({ key: SENSE_KEY.illegalRequest, code, ...(field === undefined ? {} : { field }) });
}

/** A byte of the command says what cannot be done. */
export function badField(byte: number): ScsiOutcome {
  return illegal(SENSE_CODE.invalidFieldInCdb, { of: 'cdb', byte });
}

/** A byte of the parameter list does. */
export function badParameter(byte: number): ScsiOutcome {
  return illegal(SENSE_CODE.invalidFieldInParameters, { of: 'parameters', byte });
}
