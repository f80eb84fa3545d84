import { type Disk, DiskError } from '../base/disk.js';
import { ConfigException, invalidValue } from './config-exception.js';
import type { Environment } from './environment.js';
import { parsePropertiesText } from './properties.js';

/** Where the values of variables come from. */
export interface VariableSources {
  readonly disk: Disk;
  readonly env: Environment;
}

/** Looks up a key at a path; null leaves the variable as it is. */
type Provider = (path: string, key: string) => string | null;
type Parameters = (name: string) => string | null;

const PACKAGE = 'org.apache.kafka.common.config.provider';
const PROVIDERS: Readonly<Record<string, (sources: VariableSources, parameters: Parameters) => Provider>> = {
  [`${PACKAGE}.EnvVarConfigProvider`]: environmentProvider,
  [`${PACKAGE}.FileConfigProvider`]: fileProvider,
  [`${PACKAGE}.DirectoryConfigProvider`]: directoryProvider,
};

/** `${provider:key}` and `${provider:path:key}` */
const VARIABLE = /\$\{([^}]*?):(?:([^}]*?):)?([^}]*?)\}/g;

/**
 * Puts values in place of variables (KIP-297), by the providers that `config.providers` names: of the environment, of
 * properties files, and of directories with a file for each key.
 *
 * @throws ConfigException for a provider that is none of these, or a file that cannot be read
 */
export function resolveVariables(
  properties: ReadonlyMap<string, string>,
  sources: VariableSources,
): Map<string, string> {
  const providers = providersOf(properties, sources);
  if (providers.size === 0) return new Map(properties);
  const resolved = new Map<string, string>();
  for (const [name, text] of properties) {
    const value = text.replace(VARIABLE, (variable, provider: string, path: string | undefined, key: string) => {
      return providers.get(provider)?.(path ?? '', key) ?? variable;
    });
    resolved.set(name, value);
  }
  return resolved;
}

function providersOf(properties: ReadonlyMap<string, string>, sources: VariableSources): Map<string, Provider> {
  const providers = new Map<string, Provider>();
  for (const name of (properties.get('config.providers') ?? '').split(',').map((part) => part.trim())) {
    const classKey = `config.providers.${name}.class`;
    const className = properties.get(classKey);
    if (className === undefined) continue;
    const makeProvider = PROVIDERS[className.trim()];
    if (makeProvider === undefined) {
      throw invalidValue(classKey, className, 'Could not load config provider class or one of its dependencies');
    }
    const parameters: Parameters = (key) => properties.get(`config.providers.${name}.param.${key}`) ?? null;
    providers.set(name, makeProvider(sources, parameters));
  }
  return providers;
}

function environmentProvider({ env }: VariableSources, parameters: Parameters): Provider {
  const allowed = new RegExp(`^(?:${parameters('allowlist.pattern') ?? '.*'})$`, 's');
  return (path, key) => {
    if (path !== '') {
      throw new ConfigException(`Path is not supported for EnvVarConfigProvider, invalid value '${path}'`);
    }
    return allowed.test(key) ? (env[key] ?? null) : null;
  };
}

function fileProvider({ disk }: VariableSources, parameters: Parameters): Provider {
  const isAllowed = pathCheck(parameters);
  const files = new Map<string, ReadonlyMap<string, string>>();
  return (path, key) => {
    if (path === '' || !isAllowed(path)) return null;
    let file = files.get(path);
    if (file === undefined) {
      file = parsePropertiesText(readOrFail(disk, path));
      files.set(path, file);
    }
    return file.get(key) ?? null;
  };
}

function readOrFail(disk: Disk, path: string): string {
  try {
    return disk.readWhole(path).toString('utf8');
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    throw new ConfigException(`Could not read properties from file ${path}`, { cause });
  }
}

function directoryProvider({ disk }: VariableSources, parameters: Parameters): Provider {
  const isAllowed = pathCheck(parameters);
  return (path, key) => {
    if (path === '' || key === '' || key.includes('/') || !isAllowed(path)) return null;
    const file = `${path}/${key}`;
    return disk.stat(file)?.kind === 'file' ? disk.readWhole(file).toString('utf8') : null;
  };
}

/** `allowed.paths`: below one of these, or everywhere. */
function pathCheck(parameters: Parameters): (path: string) => boolean {
  const list = parameters('allowed.paths');
  if (list === null || list === '') return () => true;
  const allowed = list.split(',').map((path) => path.trim());
  for (const path of allowed) {
    if (!path.startsWith('/')) throw new ConfigException(`Path ${path} is not absolute`);
  }
  return (path) => {
    const plain = withoutDots(path);
    return allowed.some((directory) => `${plain}/`.startsWith(`${withoutDots(directory)}/`));
  };
}

function withoutDots(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}
