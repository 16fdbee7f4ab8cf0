/** The iPXE that a scenario's options describe, and a preview of that build. */
import { latin1, toHex } from '../../base/bytes.ts';
import {
  BUILD_PRESETS,
  DEFAULT_BUILD,
  FEATURE_FLAGS,
  featureNames,
  featureOptions,
  type FeatureFlag,
  type IpxeBuild,
} from '../../firmware/ipxe/build.ts';
import { allCommands } from '../../firmware/ipxe/commands/all.ts';
import { CommandTable } from '../../firmware/ipxe/commands/registry.ts';
import { readPrivateKey } from '../../trust/keys/key-files.ts';
import { readCertificates, type Certificate } from '../../trust/x509/certificate.ts';
import { rootFingerprint } from '../../trust/x509/chain.ts';
import type { FirmwareOptions } from '../../scenario/schema.ts';

/** Options that are texts of the build, and those that are numbers: tenths of a second. */
const TEXTS = ['productName', 'productShortName', 'productTagLine', 'productUri'] as const;
const NUMBERS = ['bannerTimeoutDs', 'romBannerTimeoutDs'] as const;

function isFeature(name: string): name is FeatureFlag {
  return FEATURE_FLAGS.some((flag) => flag === name);
}

/** Certificates in PEM; none when the text is something else. */
function certificatesOf(text: unknown): readonly Certificate[] {
  const read = typeof text === 'string' ? readCertificates(latin1(text)) : undefined;
  return read?.ok === true ? read.value : [];
}

/**
 * `trust`, `cert` and `privkey` of a build, in PEM, as the files of iPXE's `TRUST=`, `CERT=` and `PRIVKEY=`. Of a root that
 * is trusted a build has the fingerprint alone: the certificate comes from the server, or from `CERT=`.
 */
function trustOf({ trust, cert, privkey }: FirmwareOptions['options']): Partial<IpxeBuild> {
  const roots = certificatesOf(trust);
  const certificates = certificatesOf(cert);
  const privateKey = typeof privkey === 'string' ? readPrivateKey(latin1(privkey)) : undefined;
  return {
    ...(roots.length > 0 ? { trust: roots.map(rootFingerprint) } : {}),
    ...(certificates.length > 0 ? { certificates } : {}),
    ...(privateKey === undefined ? {} : { privateKey }),
  };
}

/**
 * `preset` names the build to start from; `enable` and `disable` are lists of its feature flags, as `config/general.h`
 * names them; the texts, the timeouts and `userClass` (empty sends none) are what they are in a build; `trust`, `cert` and `privkey` are PEM.
 */
export function ipxeBuild({ options, embeddedScript }: Pick<FirmwareOptions, 'options' | 'embeddedScript'>): IpxeBuild {
  const base = BUILD_PRESETS.find(({ name }) => name === options['preset']) ?? DEFAULT_BUILD;
  const list = (value: unknown): FeatureFlag[] =>
    typeof value === 'string' ? value.split(/[\s,]+/).filter(isFeature) : [];
  const features = new Set([...base.features, ...list(options['enable'])]);
  for (const flag of list(options['disable'])) features.delete(flag);
  const { userClass } = options;
  const given = (names: readonly string[], type: 'string' | 'number'): object =>
    Object.fromEntries(names.filter((name) => typeof options[name] === type).map((name) => [name, options[name]]));
  return {
    ...base,
    features,
    ...given(TEXTS, 'string'),
    ...given(NUMBERS, 'number'),
    ...trustOf(options),
    ...(typeof userClass === 'string' ? { userClass: userClass === '' ? undefined : userClass } : {}),
    ...(embeddedScript === undefined ? {} : { embeddedScript }),
  };
}

type BuildText = (typeof TEXTS)[number] | 'userClass';
type BuildNumber = (typeof NUMBERS)[number];
type FlagGroup = 'command' | 'protocol' | 'image' | 'other';

/** A feature flag, and what changes when it is switched over. */
export interface BuildFlagView {
  readonly flag: string;
  readonly group: FlagGroup;
  readonly isOn: boolean;
  readonly isInPreset: boolean;
  /** Commands that come or go with it. */
  readonly commands: readonly string[];
  /** Its word in the `Features:` line. */
  readonly feature: string | undefined;
}

export interface BuildView {
  readonly preset: string;
  readonly presets: readonly string[];
  readonly version: string;
  readonly texts: Readonly<Record<BuildText, string>>;
  readonly numbers: Readonly<Record<BuildNumber, number>>;
  /** The same of the preset alone. */
  readonly presetTexts: Readonly<Record<BuildText, string>>;
  readonly presetNumbers: Readonly<Record<BuildNumber, number>>;
  /** Words of the `Features:` line. */
  readonly features: readonly string[];
  /** The features inside DHCP option 175: tag, length, version, in hexadecimal. */
  readonly featureBytes: string;
  readonly commands: readonly string[];
  /** Compared with the default build. */
  readonly missingCommands: readonly string[];
  readonly missingFeatures: readonly string[];
  readonly addedCommands: readonly string[];
  readonly addedFeatures: readonly string[];
  readonly flags: readonly BuildFlagView[];
}

function groupOf(flag: string): FlagGroup {
  if (flag.endsWith('_CMD')) return 'command';
  if (flag.startsWith('IMAGE_')) return 'image';
  if (/_PROTO_|^DNS_|^HTTP_/.test(flag)) return 'protocol';
  return 'other';
}

function textsOf(build: IpxeBuild): BuildView['texts'] {
  const { productName, productShortName, productTagLine, productUri, userClass = '' } = build;
  return { productName, productShortName, productTagLine, productUri, userClass };
}

function numbersOf({ bannerTimeoutDs, romBannerTimeoutDs }: IpxeBuild): BuildView['numbers'] {
  return { bannerTimeoutDs, romBannerTimeoutDs };
}

function without(list: readonly string[], others: readonly string[]): readonly string[] {
  return list.filter((each) => !others.includes(each));
}

export function viewBuild(firmware: Parameters<typeof ipxeBuild>[0]): BuildView {
  const build = ipxeBuild(firmware);
  const { preset } = firmware.options;
  const base = ipxeBuild({ options: preset === undefined ? {} : { preset } });
  const commandsOf = ({ features }: Pick<IpxeBuild, 'features'>): readonly string[] =>
    new CommandTable(allCommands, features).names;
  const commands = commandsOf(build);
  const features = featureNames(build);
  const flagView = (flag: FeatureFlag): BuildFlagView => {
    const isOn = build.features.has(flag);
    const other = new Set(build.features);
    if (isOn) other.delete(flag);
    else other.add(flag);
    const changed = commandsOf({ features: other });
    return {
      flag,
      group: groupOf(flag),
      isOn,
      isInPreset: base.features.has(flag),
      commands: isOn ? without(commands, changed) : without(changed, commands),
      feature: featureNames({ ...build, features: new Set([flag]) })[0],
    };
  };
  return {
    preset: base.name,
    presets: BUILD_PRESETS.map(({ name }) => name),
    version: build.version,
    texts: textsOf(build),
    numbers: numbersOf(build),
    presetTexts: textsOf(base),
    presetNumbers: numbersOf(base),
    features,
    featureBytes: toHex(Uint8Array.from(featureOptions(build)), ' '),
    commands,
    missingCommands: without(commandsOf(DEFAULT_BUILD), commands),
    missingFeatures: without(featureNames(DEFAULT_BUILD), features),
    addedCommands: without(commands, commandsOf(DEFAULT_BUILD)),
    addedFeatures: without(features, featureNames(DEFAULT_BUILD)),
    flags: FEATURE_FLAGS.map(flagView),
  };
}
