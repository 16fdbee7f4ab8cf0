/** All tables of sentences of the lab's parts and of the page's commands, in English. */
import type { MessageTexts } from '../../src/base/sentence.ts';
import { REMEDY_TEXTS } from '../../src/analysis/story/findings/remedies.ts';
import { FINDING_REMEDIES, FINDING_TEXTS, REPORTED_TEXTS } from '../../src/analysis/story/findings/finding-texts.ts';
import { EXPLAIN_TEXTS } from '../../src/analysis/story/explain/explain-texts.ts';
import { FROM_CAPTURE_TEXTS } from '../../src/lab/from-capture/messages.ts';
import { COMPARE_TEXTS } from '../../src/analysis/inferred/compare-texts.ts';
import { INFERRED_TEXTS } from '../../src/analysis/inferred/inferred-texts.ts';
import { NARRATIVE_TEXTS } from '../../src/analysis/story/narrative/narrative-texts.ts';
import { FAILURE_TEXTS } from '../../src/base/failures.ts';
import { MACHINE_TEXTS } from '../../src/machine/messages.ts';
import { MEDIA_TEXTS } from '../../src/media/messages.ts';
import { NET_TEXTS } from '../../src/net/messages.ts';
import { IPXE_TEXTS } from '../../src/firmware/ipxe/messages.ts';
import { FLASH_TEXTS } from '../../src/firmware/rom/flash.ts';
import { FIRMWARE_TEXTS } from '../../src/firmware/messages.ts';
import { BOOTP_TEXTS } from '../../src/firmware/bootp/messages.ts';
import { ETHERBOOT_TEXTS } from '../../src/firmware/etherboot/messages.ts';
import { LOADER_TEXTS } from '../../src/firmware/loaders/messages.ts';
import { RPI_TEXTS } from '../../src/firmware/rpi/messages.ts';
import { UBOOT_TEXTS } from '../../src/firmware/uboot/messages.ts';
import { EFI_TEXTS } from '../../src/firmware/efi/messages.ts';
import { OPENBOOT_TEXTS } from '../../src/firmware/openboot/messages.ts';
import { PXE_TEXTS } from '../../src/firmware/pxe/messages.ts';
import { RARP_CLIENT_TEXTS } from '../../src/firmware/rarp/messages.ts';
import { CAPTURE_TEXTS } from '../../src/analysis/pcapng/messages.ts';
import { UNREADABLE_TEXTS } from '../../src/base/unreadable.ts';
import { CLIENT_TEXTS } from '../../src/firmware/clients/messages.ts';
import { IMPORT_TEXTS } from '../../src/services/dnsmasq/import/messages.ts';
import { HTTP_SYNTAX_TEXTS } from '../../src/protocols/http/messages.ts';
import { FILTER_TEXTS } from '../../src/analysis/filter/messages.ts';
import { PATTERN_TEXTS } from '../../src/base/messages.ts';
import { CONDITION_TEXTS } from '../../src/lab/conditions/messages.ts';
import { LAB_TEXTS } from '../../src/lab/messages.ts';
import { LESSON_TEXTS } from '../../src/lessons/messages.ts';
import { SCENARIO_TEXTS } from '../../src/scenario/problems.ts';
import { STOP_TEXTS } from '../../src/threads/api/stop-messages.ts';
import { INPUT_TEXTS } from '../../src/scenario/describe-input.ts';
import { SLAMD_TEXTS } from '../../src/services/slamd/messages.ts';
import { ATFTPD_TEXTS } from '../../src/services/atftpd/messages.ts';
import { AOE_TEXTS } from '../../src/services/aoe/messages.ts';
import { FCOE_TEXTS } from '../../src/services/fcoe/messages.ts';
import { DHCPD_TEXTS } from '../../src/services/dhcpd/messages.ts';
import { DNSMASQ_TEXTS } from '../../src/services/dnsmasq/messages.ts';
import { FILE_TEXTS } from '../../src/services/files/messages.ts';
import { HTTP_TEXTS } from '../../src/services/http/messages.ts';
import { ISCSI_TEXTS } from '../../src/services/iscsi/messages.ts';
import { RPC_TEXTS } from '../../src/services/rpc/messages.ts';
import { NTP_TEXTS } from '../../src/services/ntp/messages.ts';
import { BOOTPARAMS_TEXTS } from '../../src/services/bootparams/messages.ts';
import { RARP_TEXTS } from '../../src/services/rarp/messages.ts';
import { COMMAND_MESSAGES } from '../../src/page/commands/messages.ts';

export const MESSAGE_TABLES: readonly MessageTexts[] = [
  PATTERN_TEXTS,
  FILTER_TEXTS,
  CAPTURE_TEXTS,
  HTTP_SYNTAX_TEXTS,
  UNREADABLE_TEXTS,
  CLIENT_TEXTS,
  IMPORT_TEXTS,
  CONDITION_TEXTS,
  NET_TEXTS,
  MEDIA_TEXTS,
  LAB_TEXTS,
  SCENARIO_TEXTS,
  LESSON_TEXTS,
  STOP_TEXTS,
  FAILURE_TEXTS,
  FINDING_TEXTS,
  FINDING_REMEDIES,
  REPORTED_TEXTS,
  REMEDY_TEXTS,
  EXPLAIN_TEXTS,
  FROM_CAPTURE_TEXTS,
  COMPARE_TEXTS,
  INFERRED_TEXTS,
  NARRATIVE_TEXTS,
  MACHINE_TEXTS,
  INPUT_TEXTS,
  FIRMWARE_TEXTS,
  EFI_TEXTS,
  RPI_TEXTS,
  UBOOT_TEXTS,
  FLASH_TEXTS,
  PXE_TEXTS,
  LOADER_TEXTS,
  OPENBOOT_TEXTS,
  ETHERBOOT_TEXTS,
  BOOTP_TEXTS,
  RARP_CLIENT_TEXTS,
  IPXE_TEXTS,
  DHCPD_TEXTS,
  DNSMASQ_TEXTS,
  FILE_TEXTS,
  HTTP_TEXTS,
  AOE_TEXTS,
  FCOE_TEXTS,
  ATFTPD_TEXTS,
  SLAMD_TEXTS,
  ISCSI_TEXTS,
  RPC_TEXTS,
  NTP_TEXTS,
  RARP_TEXTS,
  BOOTPARAMS_TEXTS,
  COMMAND_MESSAGES,
];
