import type { Validator } from './validators.js';
import { BOOLEAN, CLASS, DOUBLE, INT, LIST, LONG, PASSWORD, SHORT, STRING, type ValueType } from './value-types.js';

export type Importance = 'HIGH' | 'MEDIUM' | 'LOW';

/** Whether a broker takes a new value while it runs: never, for itself alone, or also as default of the cluster. */
export type UpdateMode = 'read-only' | 'per-broker' | 'cluster-wide';

/**
 * One key: all that is known of it stands in its row. `V` is what its text becomes; `D` the type of its default:
 * text, null for a key that may have no value, undefined for one that has to be given.
 */
export interface ConfigKey<V = unknown, D extends string | null | undefined = string | null | undefined>
  extends KeyDetails {
  readonly type: ValueType<V>;
  readonly default: D;
  readonly importance: Importance;
}

interface KeyDetails {
  readonly valid?: Validator;
  readonly mode?: UpdateMode;
  /** Broker keys that mean the same, in the order in which they are looked up, this one among them. */
  readonly synonyms?: readonly string[];
  /** Broker keys that hold where a topic or group says nothing, in order, with the factor to the unit of this key. */
  readonly server?: readonly (readonly [name: string, factor: number])[];
  /** Not shown by tools. */
  readonly internal?: boolean;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;
export type ValueOf<K> = K extends ConfigKey<infer V, infer D> ? (D extends null ? V | null : V) : never;

/** The default of a key that has none and must be given. */
export const REQUIRED = undefined;

type Row<V> = <const D extends string | null | undefined>(
  defaultText: D,
  importance: Importance,
  details?: KeyDetails,
) => ConfigKey<V, D extends string ? string : D>;

function rowOf<V>(type: ValueType<V>): Row<V> {
  return ((defaultText, importance, details) => ({ type, default: defaultText, importance, ...details })) as Row<V>;
}

export const boolean = rowOf(BOOLEAN);
export const int = rowOf(INT);
export const short = rowOf(SHORT);
export const long = rowOf(LONG);
export const double = rowOf(DOUBLE);
export const string = rowOf(STRING);
export const list = rowOf(LIST);
export const javaClass = rowOf(CLASS);
export const password = rowOf(PASSWORD);
