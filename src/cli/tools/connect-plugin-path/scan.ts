import { KAFKA_VERSION } from '../../options/jopt.js';
import type { JavaClass, MethodResult } from './class-file.js';
import type { PluginSource } from './plugin-source.js';
import { APP_INFO, isOnClasspath, KAFKA_SUPERTYPES, PLUGIN_TYPES, type PluginType, VERSIONED } from './plugin-types.js';

/** A class at a location, or the name of one in a manifest. */
export interface Plugin {
  readonly source: PluginSource;
  readonly className: string;
  readonly type: PluginType;
  readonly version: string;
  readonly aliases: readonly string[];
  readonly isLoadable: boolean;
  readonly hasManifest: boolean;
}

/** Of plugins that do not say it. */
const UNDEFINED = 'undefined';
/** Of plugins that work it out when they run. */
const UNKNOWN = 'unknown';
const MOST_CALLS = 16;

/** All plugins at a location, by name and type. */
export function pluginsOf(source: PluginSource): Plugin[] {
  const plugins = PLUGIN_TYPES.flatMap((type) => {
    const named = new Set(source.places.flatMap(({ before }) => [...(before.get(type) as Set<string>)]));
    const found = [...source.classes.values()].filter((candidate) => isPlugin(source, candidate, type, named));
    const loadable = found.map((java) => loadablePlugin(source, java, type, named.has(java.name)));
    for (const { name } of found) named.delete(name);
    const missing = [...named].map((className): Plugin => {
      return { source, className, type, version: UNDEFINED, aliases: [], isLoadable: false, hasManifest: true };
    });
    return [...loadable, ...missing];
  });
  return plugins.sort((a, b) => (a.className === b.className ? 0 : a.className < b.className ? -1 : 1));
}

/** As Java finds it: by its manifest, or by looking at all classes that anybody may use. */
function isPlugin(source: PluginSource, java: JavaClass, type: PluginType, named: ReadonlySet<string>): boolean {
  const isNamed = named.has(java.name);
  if ((type.needsManifest && !isNamed) || !java.isConcrete || !java.isPublic) return false;
  const hasConstructor = java.methods.some(
    ({ name, descriptor, isPublic }) => name === '<init>' && descriptor === '()V' && isPublic,
  );
  if (!hasConstructor) return false;
  const supertypes = supertypesOf(source, java, !isNamed);
  return supertypes?.has(type.superClass) ?? false;
}

/**
 * All that a class extends and implements; null where one of these is nowhere to be found.
 *
 * @param publicOnly goes no further than to classes of the location that not everybody may use
 */
function supertypesOf(source: PluginSource, java: JavaClass, publicOnly: boolean): Set<string> | null {
  const found = new Set<string>();
  const waiting = [...namesAbove(java)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const above = source.classes.get(name);
    if (above === undefined) {
      if (!isOnClasspath(name)) return null;
      waiting.push(...(KAFKA_SUPERTYPES[name] ?? []));
    } else if (above.isPublic || !publicOnly) waiting.push(...namesAbove(above));
  }
  return found;
}

const namesAbove = ({ superName, interfaces }: JavaClass): readonly string[] =>
  superName === null ? interfaces : [superName, ...interfaces];

function loadablePlugin(source: PluginSource, java: JavaClass, type: PluginType, hasManifest: boolean): Plugin {
  const simple = simpleName(java.name);
  const aliases = [...new Set([simple, prunedName(simple, type.suffix)])];
  const version = versionOf(source, java);
  return { source, className: java.name, type, version, aliases, isLoadable: true, hasManifest };
}

/** The last part of a name; that of a nested class is behind the last `$`. */
export const simpleName = (className: string): string =>
  className
    .replace(/^.*\./s, '')
    .replace(/^.*\$(?=.)/s, '')
    .replace(/^\d+(?=.)/, '');

export function prunedName(simple: string, suffix: string): string {
  const at = simple.lastIndexOf(suffix);
  return at > 0 ? simple.slice(0, at) : simple;
}

function versionOf(source: PluginSource, java: JavaClass): string {
  if (!supertypesOf(source, java, false)?.has(VERSIONED)) return UNDEFINED;
  for (let at: JavaClass | undefined = java; at !== undefined; ) {
    const method = at.methods.find(({ name, descriptor, isStatic }) => {
      return name === 'version' && descriptor === '()Ljava/lang/String;' && !isStatic;
    });
    if (method !== undefined) return textOf(source, method.result) ?? UNKNOWN;
    const above: string = at.superName ?? '';
    if (KAFKA_SUPERTYPES[above] !== undefined && !source.classes.has(above)) return KAFKA_VERSION;
    at = source.classes.get(above);
  }
  return UNKNOWN;
}

/** What a method gives back, as far as it can be seen without running it. */
function textOf(source: PluginSource, result: MethodResult | null): string | null {
  let current = result;
  for (let calls = 0; calls < MOST_CALLS && current !== null; calls++) {
    if (current.kind === 'text') return current.text;
    const { owner, name } = current;
    if (owner === APP_INFO && name === 'getVersion') return KAFKA_VERSION;
    const called = source.classes.get(owner)?.methods.find((method) => {
      return method.name === name && method.descriptor === '()Ljava/lang/String;' && method.isStatic;
    });
    current = called?.result ?? null;
  }
  return null;
}
