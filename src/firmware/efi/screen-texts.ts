/** What UEFI firmware (EDK2) prints when it boots from the network, word for word: the same in every language. */

/** How a PXE attempt ended without a program. */
export const EFI_PXE_ERRORS = {
  E05: 'Buffer size is smaller than the requested file.',
  E07: 'Network device error.',
  E09: 'Could not allocate I/O buffers.',
  E12: 'Could not detect network connection.',
  E16: 'No valid offer received.',
  E18: 'Server response timeout.',
  E21: 'Remote boot cancelled.',
  E22: 'Client received ICMP error from server.',
  E23: 'Client received TFTP error from server.',
  E53: 'No boot filename received.',
  E99: 'Unexpected network error.',
} as const;

export type EfiPxeErrorCode = keyof typeof EFI_PXE_ERRORS;

/** How an attempt by HTTP ended without a program. */
export const EFI_HTTP_ERRORS = {
  'no-size': 'Could not retrieve NBP file size from HTTP server.',
  denied: 'Could not establish connection with HTTP server.',
  device: 'Network device error.',
  timeout: 'Server response timeout.',
  aborted: 'Remote boot cancelled.',
  unexpected: 'Unexpected network error.',
} as const;

export type EfiHttpErrorCode = keyof typeof EFI_HTTP_ERRORS;
